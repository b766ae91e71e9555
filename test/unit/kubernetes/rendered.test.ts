import { describe, expect, it } from "vitest";
import { charts as pinned } from "../../../components/charts";
import { charts } from "../../../simulator/kubernetes";
import { at } from "../../../simulator/kubernetes/objects";
import { components } from "../../../simulator/kubernetes/release/components";
import type { Properties } from "../../../simulator/provider";
import { chart, find, names, render } from "./rendering";

describe("the charts of the platform", () => {
  it.each(Object.values(pinned))("$chart $version is rehearsed", ({ chart: name, repository, version }) => {
    expect({ repository: chart(name).repository.replace(/\/$/, ""), version: chart(name).version }).toEqual({
      repository: repository.replace(/\/$/, ""),
      version,
    });
  });

  it.each([...charts.keys()])("%s has a component for every workload", (name) => {
    const workloads = chart(name).objects.filter(({ kind }) =>
      ["Deployment", "StatefulSet", "DaemonSet"].includes(kind),
    );
    const known = components[name]?.map(({ workload }) => workload);
    for (const workload of workloads) expect(known).toContain(workload.name);
  });

  it.each([...charts.keys()])("%s renders under its own defaults, each object once", (name) => {
    const objects = render(name);
    const ids = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const object of objects)
      expect(object.metadata.name, object.kind).toMatch(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/);
  });
});

describe("what a chart renders", () => {
  it("follows the switches of its values", () => {
    const single = render("argo-cd");
    expect(names(single, "Deployment")).toContain("argocd-redis");
    expect(names(single, "ServiceMonitor")).toEqual([]);
    const ha = render("argo-cd", {
      "redis-ha": { enabled: true },
      dex: { enabled: false },
      server: {
        replicas: 3,
        pdb: { enabled: true, minAvailable: 1 },
        metrics: { enabled: true, serviceMonitor: { enabled: true } },
      },
      configs: { secret: { createSecret: false } },
    });
    expect(names(ha, "Deployment")).not.toContain("argocd-redis");
    expect(names(ha, "Deployment")).not.toContain("argocd-dex-server");
    expect(names(ha, "Secret")).not.toContain("argocd-secret");
    expect(names(ha, "HorizontalPodAutoscaler")).toEqual([]);
    expect(names(ha, "ServiceMonitor")).toEqual(["argocd-server"]);
    expect(names(ha, "PodDisruptionBudget")).toEqual(["argocd-server"]);
    expect(at(find(ha, "Deployment", "argocd-server"), "spec", "replicas")).toBe(3);
    const redis = find(ha, "StatefulSet", "argocd-redis-ha-server");
    expect(at(redis, "spec", "replicas")).toBe(3);
    const labels = at(redis, "spec", "selector", "matchLabels");
    // Each on a node of its own, or a cluster of two nodes would seem to be enough.
    expect(at(redis, "spec", "template", "spec", "affinity", "podAntiAffinity")).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labels } },
      ],
    });
  });

  it("is as in the rendering for a managed cloud", () => {
    const off = { enabled: false };
    const values = {
      crds: off,
      kubeControllerManager: off,
      kubeScheduler: off,
      kubeEtcd: off,
      kubeProxy: off,
      grafana: { admin: { existingSecret: "grafana-admin" } },
    };
    const rendered = chart("kube-prometheus-stack").objects.filter(
      ({ cases, hook, name }) =>
        cases.includes("managed-cloud") && !hook?.includes("test") && !/grafana-test$/.test(name),
    );
    const expected = rendered.map(({ kind, name }) => `${kind}/${name}`).sort();
    const made = render("kube-prometheus-stack", values).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    // Beside it, what the operator would make of its two resources.
    const operated = [
      "StatefulSet/prometheus-kube-prometheus-stack-prometheus",
      "StatefulSet/alertmanager-kube-prometheus-stack-alertmanager",
    ];
    expect(made.filter((id) => !operated.includes(id)).sort()).toEqual(expected);
  });

  it("is named after the release, but for what has a name of its own", () => {
    const argocd = render("argo-cd", {}, "cd", "team");
    expect(names(argocd, "Deployment")).toContain("cd-argocd-server");
    expect(names(argocd, "ServiceAccount")).toContain("argocd-server");
    expect(names(argocd, "ConfigMap")).toContain("argocd-cm");
    const server = find(argocd, "Deployment", "cd-argocd-server");
    expect(server?.metadata.namespace).toBe("team");
    expect(at(server, "spec", "template", "spec", "serviceAccountName")).toBe("argocd-server");
    const monitoring = render("kube-prometheus-stack", {}, "prometheus");
    expect(names(monitoring, "Prometheus")).toEqual(["prometheus-kube-prometheus-prometheus"]);
    expect(names(monitoring, "DaemonSet")).toEqual(["prometheus-prometheus-node-exporter"]);
    const sealed = render("sealed-secrets", { fullnameOverride: "sealed-secrets-controller" });
    expect(names(sealed, "Deployment")).toEqual(["sealed-secrets-controller"]);
  });

  it("agrees with the rendering under both release names of Argo CD", () => {
    const workloads = names(render("argo-cd", {}, "argo-cd", "argocd"), "Deployment");
    expect(workloads.every((name) => name?.startsWith("argo-cd-argocd-"))).toBe(true);
  });

  it("has pods as Pod Security wants them, except those that use the node", () => {
    for (const name of charts.keys()) {
      for (const object of render(name, { deployNodeAgent: true })) {
        const spec = at(object, "spec", "template", "spec");
        if (spec === undefined) continue;
        const usesNode = ["node-agent", "kube-prometheus-stack-prometheus-node-exporter"].includes(
          String(object.metadata.name),
        );
        expect(at(spec, "securityContext", "runAsNonRoot"), object.metadata.name).toBe(usesNode ? undefined : true);
      }
    }
  });

  it("takes what the values say of pods, accounts and Services", () => {
    const resources = { requests: { cpu: "100m" } };
    const [account, deployment] = (["ServiceAccount", "Deployment"] as const).map((kind) =>
      find(
        render("external-dns", {
          resources,
          podLabels: { team: "x" },
          serviceAccount: { annotations: { role: "arn" } },
        }),
        kind,
        "external-dns",
      ),
    );
    expect(account?.metadata.annotations).toEqual({ role: "arn" });
    expect(at(deployment, "spec", "template", "metadata", "labels")).toMatchObject({
      team: "x",
      "app.kubernetes.io/name": "external-dns",
    });
    expect(at(deployment, "spec", "template", "spec", "containers")).toMatchObject([{ resources }]);
    const service = find(
      render("traefik", {
        service: { annotations: { a: "b" }, spec: { type: "LoadBalancer", externalTrafficPolicy: "Local" } },
      }),
      "Service",
      "traefik",
    );
    expect(service?.metadata.annotations).toEqual({ a: "b" });
    expect(service?.spec).toMatchObject({
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      selector: { "app.kubernetes.io/name": "traefik", "app.kubernetes.io/instance": "traefik-n" },
      ports: [
        { name: "web", port: 80 },
        { name: "websecure", port: 443 },
      ],
    });
  });

  it("keeps a hook's account apart from the one that the values name: it goes when the hook is done", () => {
    const objects = render("cert-manager", { serviceAccount: { name: "issuer" } });
    expect(names(objects, "ServiceAccount").sort()).toEqual([
      "cert-manager-cainjector",
      "cert-manager-startupapicheck",
      "cert-manager-webhook",
      "issuer",
    ]);
  });

  it("gives Argo CD's parts what all of them tolerate, but for the Redis of another chart", () => {
    const lost = [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute", tolerationSeconds: 5 }];
    const own = [{ operator: "Exists" }];
    const values = { global: { tolerations: lost }, server: { tolerations: own }, "redis-ha": { enabled: true } };
    const objects = render("argo-cd", values);
    const tolerations = (kind: string, name: string) =>
      at(find(objects, kind, name), "spec", "template", "spec", "tolerations");
    expect(tolerations("Deployment", "argocd-repo-server")).toEqual(lost);
    expect(tolerations("StatefulSet", "argocd-application-controller")).toEqual(lost);
    expect(tolerations("Deployment", "argocd-server")).toEqual(own);
    expect(tolerations("StatefulSet", "argocd-redis-ha-server")).toBeUndefined();
  });

  it("is scraped and scaled where the values say so", () => {
    const objects = render("traefik", {
      metrics: { prometheus: { service: { enabled: true }, serviceMonitor: { enabled: true } } },
      autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 9 },
    });
    expect(names(objects, "Service")).toEqual(["traefik", "traefik-metrics"]);
    expect(names(objects, "ServiceMonitor")).toEqual(["traefik"]);
    expect(find(objects, "HorizontalPodAutoscaler", "traefik")?.spec).toMatchObject({ minReplicas: 3, maxReplicas: 9 });
    // Whoever scales owns the number.
    expect(at(find(objects, "Deployment", "traefik"), "spec", "replicas")).toBeUndefined();
  });

  it("lies in the namespace that the values give a part of it", () => {
    const objects = render("kube-prometheus-stack", { "prometheus-node-exporter": { namespaceOverride: "nodes" } });
    const own = objects.filter(({ metadata }) => metadata.namespace === "nodes").map(({ kind }) => kind);
    expect(own.sort()).toEqual(["DaemonSet", "Service", "ServiceAccount", "ServiceMonitor"]);
  });

  it("tells Traefik which address to publish", () => {
    const args = (values: Properties) => {
      const containers = at(
        find(render("traefik", values), "Deployment", "traefik"),
        "spec",
        "template",
        "spec",
        "containers",
      );
      return (containers as { args: string[] }[])[0]?.args;
    };
    expect(args({})).toEqual([
      "--providers.kubernetesingress",
      "--providers.kubernetesingress.ingressendpoint.publishedservice=n/traefik",
    ]);
    const providers = {
      kubernetesIngress: { publishedService: { enabled: false }, ingressEndpoint: { hostname: "lb.example.net" } },
      kubernetesIngressNGINX: { enabled: true, publishStatusAddress: "lb.example.net" },
    };
    expect(args({ providers })).toEqual([
      "--providers.kubernetesingress",
      "--providers.kubernetesingress.ingressendpoint.hostname=lb.example.net",
      "--providers.kubernetesingressnginx",
      "--providers.kubernetesingressnginx.publishStatusAddress=lb.example.net",
    ]);
  });

  it("has port names that Kubernetes takes", () => {
    for (const name of charts.keys()) {
      const names = JSON.stringify(render(name)).matchAll(/\{"name":"([^"]+)","containerPort"/g);
      for (const [, port] of names) expect(port, name).toMatch(/^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/);
    }
  });

  it("has Velero's locations and schedules from the values", () => {
    const location = { name: "default", provider: "aws", bucket: "b", default: true, config: { region: "eu-west-1" } };
    const objects = render("velero", {
      configuration: {
        backupStorageLocation: [location],
        volumeSnapshotLocation: [{ name: "default", provider: "aws" }],
      },
      credentials: { useSecret: false },
      schedules: {
        daily: { schedule: "0 3 * * *", template: { ttl: "720h" } },
        off: { disabled: true, schedule: "0 4 * * *" },
      },
    });
    expect(find(objects, "BackupStorageLocation", "default")?.spec).toEqual({
      provider: "aws",
      objectStorage: { bucket: "b" },
      default: true,
      config: { region: "eu-west-1" },
    });
    expect(names(objects, "Schedule")).toEqual(["velero-daily"]);
    expect(names(objects, "Secret")).toEqual([]);
    expect(names(objects, "DaemonSet")).toEqual([]);
  });

  it("leaves out, without a word, what the cluster autoscaler's chart leaves out", () => {
    expect(names(render("cluster-autoscaler"), "Deployment")).toEqual([]);
    expect(names(render("cluster-autoscaler", { autoDiscovery: { clusterName: "x" } }), "Deployment")).toHaveLength(1);
  });
});
