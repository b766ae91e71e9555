import { KubeConfig, type V1APIService, type V1Service, type V1StorageClass } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";

import { describeCluster } from "../../../components/clouds/local";
import { ConfigError } from "../../../components/config";
import { readContext } from "../../../components/clouds/local/context";
import { checkNodes, hasMetricsServer, ingress, storageClasses } from "../../../components/clouds/local/findings";
import type { Observed } from "../../../components/clouds/local/observe";
import { record, valueOf } from "./record";

const empty: Observed = {
  nodes: [],
  services: [],
  deployments: [],
  ingressClasses: [],
  storageClasses: [],
  apiServices: [],
};
const k3s: Observed = { ...empty, nodes: [{ spec: { providerID: "k3s://lima-rancher-desktop" } }] };

function loadBalancer(namespace: string, name: string, ports: number[], ip?: string): V1Service {
  return {
    metadata: { namespace, name, labels: { "app.kubernetes.io/name": name } },
    spec: { type: "LoadBalancer", ports: ports.map((port) => ({ port })) },
    status: ip ? { loadBalancer: { ingress: [{ ip }] } } : {},
  };
}

function metricsApi(annotations?: Record<string, string>): V1APIService {
  return { metadata: { name: "v1beta1.metrics.k8s.io", ...(annotations ? { annotations } : {}) } };
}

const traefikClass = { metadata: { name: "traefik" }, spec: { controller: "traefik.io/ingress-controller" } };

describe("ingress", () => {
  it("uses the Traefik that K3s brings along", () => {
    const traefik = loadBalancer("kube-system", "traefik", [80, 443], "192.168.5.15");
    expect(ingress({ ...k3s, services: [traefik], ingressClasses: [traefikClass] })).toMatchObject({
      existing: true,
      existingService: { namespace: "kube-system", name: "traefik", className: "traefik" },
      address: { kind: "ip", value: "192.168.5.15" },
    });
  });

  it("takes the cluster's class again when the platform's own one is there too", () => {
    const traefik = loadBalancer("kube-system", "traefik", [80, 443], "192.168.5.15");
    const nginx = { ...traefikClass, metadata: { name: "nginx", managedFields: [{ manager: "pulumi-kubernetes" }] } };
    const found = ingress({ ...k3s, services: [traefik], ingressClasses: [nginx, traefikClass] });
    expect(found.existingService?.className).toBe("traefik");
  });

  it("installs its own behind the load balancer of a K3s without Traefik", () => {
    expect(ingress(k3s)).toEqual({
      service: { type: "LoadBalancer", annotations: {} },
      existing: false,
      kind: "load balancer that came with the cluster",
    });
  });

  it("stays off ports that another Service holds on the nodes", () => {
    const found = ingress({ ...k3s, services: [loadBalancer("default", "shop", [443])] });
    expect(found).toMatchObject({ service: { type: "ClusterIP" }, address: { kind: "ip", value: "127.0.0.1" } });
    expect(ingress({ ...k3s, services: [loadBalancer("default", "shop", [8443])] }).service.type).toBe("LoadBalancer");
  });

  it("shares no port where every Service gets an address of its own", () => {
    const shop = loadBalancer("default", "shop", [443], "172.18.255.200");
    expect(ingress({ ...empty, services: [shop] })).toMatchObject({
      service: { type: "LoadBalancer" },
      existing: false,
    });
  });

  it("is reached by a port-forward where nothing hands out addresses", () => {
    expect(ingress(empty)).toMatchObject({ service: { type: "ClusterIP" }, kind: "kubectl port-forward" });
  });

  it("decides the same when its own Traefik is there", () => {
    const own = loadBalancer("traefik", "traefik", [80, 443], "192.168.5.15");
    const ownClass = {
      ...traefikClass,
      metadata: { name: "traefik", annotations: { "meta.helm.sh/release-namespace": "traefik" } },
    };
    expect(ingress({ ...k3s, services: [own], ingressClasses: [ownClass] })).toEqual(ingress(k3s));
  });
});

describe("storageClasses", () => {
  const localPath: V1StorageClass = {
    metadata: {
      name: "local-path",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      managedFields: [{ manager: "deploy@lima-rancher-desktop" }, { manager: "pulumi-kubernetes-12ab" }],
    },
    provisioner: "rancher.io/local-path",
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  };

  it("leaves the cluster's default the default and adds the platform's names", () => {
    const classes = storageClasses([localPath], "rancher-desktop");
    expect(classes.map(({ name, adopted, default: isDefault }) => [name, adopted, isDefault])).toEqual([
      ["local-path", true, true],
      ["standard", false, false],
      ["premium", false, false],
    ]);
    expect(classes.every(({ provisioner }) => provisioner === "rancher.io/local-path")).toBe(true);
  });

  it("does not take its own classes for the cluster's on the second run", () => {
    const own = (name: string): V1StorageClass => ({
      metadata: { name, managedFields: [{ manager: "pulumi-kubernetes-12ab" }] },
      provisioner: "rancher.io/local-path",
    });
    const first = storageClasses([localPath], "x");
    expect(storageClasses([localPath, own("standard"), own("premium")], "x")).toEqual(first);
  });

  it("adopts a class that is called standard already, as kind's is", () => {
    const standard = { ...localPath, metadata: { ...localPath.metadata, name: "standard" } };
    expect(storageClasses([standard], "kind-kind").map(({ name, adopted }) => [name, adopted])).toEqual([
      ["standard", true],
      ["premium", false],
    ]);
  });

  it("knows one default of two: the youngest, as Kubernetes does", () => {
    const dated = (name: string, date: string) => ({
      ...localPath,
      metadata: { ...localPath.metadata, name, creationTimestamp: new Date(date) },
    });
    const classes = storageClasses([dated("old", "2026-01-01"), dated("young", "2026-02-01")], "x");
    expect(classes.filter((item) => item.default).map(({ name }) => name)).toEqual(["young"]);
  });

  it("makes standard the default where there is none", () => {
    const plain = { ...localPath, metadata: { name: "slow" } };
    expect(
      storageClasses([plain], "x")
        .filter((item) => item.default)
        .map(({ name }) => name),
    ).toEqual(["standard"]);
  });

  it("refuses a cluster without storage", () => {
    expect(() => storageClasses([], "kind-kind")).toThrow('context "kind-kind" has no StorageClass');
  });
});

describe("readContext", () => {
  const ambient = new KubeConfig();
  ambient.loadFromOptions({
    clusters: [
      { name: "one", server: "https://127.0.0.1:6443" },
      { name: "prod", server: "https://prod.example.com" },
    ],
    users: [
      { name: "one", token: "a" },
      { name: "prod", token: "b" },
    ],
    contexts: [
      { name: "one", cluster: "one", user: "one" },
      { name: "prod", cluster: "prod", user: "prod" },
    ],
    currentContext: "prod",
  });

  it("cuts out that context only, whatever the current one is", () => {
    const { kubeconfig } = readContext("one", ambient);
    expect(kubeconfig).toContain("https://127.0.0.1:6443");
    expect(kubeconfig).not.toContain("prod");
    expect(JSON.parse(kubeconfig)).toMatchObject({ "current-context": "one" });
  });

  it("names the contexts that there are", () => {
    expect(() => readContext("two", ambient)).toThrow(
      'region: the kubeconfig has no context "two" with a cluster; it has: one, prod',
    );
  });
});

describe("hasMetricsServer", () => {
  it("knows the one that came with the cluster from the platform's own", () => {
    const theirs = metricsApi({ "meta.helm.sh/release-namespace": "kube-system" });
    const ours = metricsApi({ "meta.helm.sh/release-namespace": "metrics-server" });
    expect(hasMetricsServer(empty)).toBe(false);
    expect(hasMetricsServer({ ...empty, apiServices: [ours] })).toBe(false);
    expect(hasMetricsServer({ ...empty, apiServices: [theirs] })).toBe(true);
    expect(hasMetricsServer({ ...empty, apiServices: [metricsApi()] })).toBe(true);
  });
});

describe("checkNodes", () => {
  const config = (ha: boolean) => ({ region: "kind-kind", argocd: { ha, shards: 1 } });
  const nodes = (count: number) => ({ ...empty, nodes: Array.from({ length: count }, () => ({})) });

  it("refuses high availability on fewer than three nodes", () => {
    expect(() => checkNodes(config(true), nodes(1))).toThrow(
      'argocd.ha: true needs three nodes for Redis\' three replicas, and the cluster of context "kind-kind" has one; ' +
        "set argocd.ha to false or leave it out",
    );
    expect(() => checkNodes(config(true), nodes(2))).toThrow(ConfigError);
  });

  it.each([
    [true, 3],
    [false, 1],
  ])("takes argocd.ha %s on %i nodes", (ha, count) => {
    expect(checkNodes(config(ha), nodes(count))).toBeUndefined();
  });
});

describe("describeCluster", () => {
  it("registers a provider for the context and nothing else", async () => {
    const observed = {
      ...k3s,
      storageClasses: [{ metadata: { name: "local-path" }, provisioner: "rancher.io/local-path" }],
      apiServices: [{ metadata: { name: "v1.apps" } }, metricsApi()],
    };
    const { result, recording } = await record(
      () => describeCluster("platform", { region: "rancher-desktop" }, "{}", observed),
      () => ({}),
      (token) => {
        throw new Error(`unexpected call of ${token}`);
      },
    );
    expect(recording.all().map(({ type, name }) => `${type} ${name}`)).toEqual([
      "pulumi:providers:kubernetes platform-kubernetes",
    ]);
    expect(recording.all()[0]?.inputs).toMatchObject({
      context: "rancher-desktop",
      clusterIdentifier: "rancher-desktop",
    });
    expect(await valueOf(result.id)).toBe("rancher-desktop");
    expect(result.traits).toMatchObject({
      metricsServer: true,
      identities: {},
      ingress: { tlsAt: "ingress", attachments: [] },
    });
    expect(result.traits.backup).toBeUndefined();
  });
});
