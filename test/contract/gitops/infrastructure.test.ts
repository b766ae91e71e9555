/** The applications' namespaces, logging and sealed secrets, built by kustomize, against their figures. */
import { beforeAll, describe, expect, it } from "vitest";
import { groups } from "../../../components/argocd/settings";
import { sealingNamespace } from "../../../components/sealing";
import { quantityValue } from "../../../simulator/kubernetes/quantity";
import {
  build,
  everything,
  named,
  ofKind,
  requests,
  type Container,
  type Manifest,
  type Selection,
  type Workload,
} from "./folder";

interface Quota extends Manifest {
  spec: { hard: Record<string, string> };
}

interface Policy extends Manifest {
  spec: {
    podSelector: unknown;
    policyTypes: string[];
    ingress?: unknown[];
    egress?: { to?: unknown; ports: unknown[] }[];
  };
}

interface Autoscaler extends Manifest {
  spec: { scaleTargetRef: { name: string }; maxReplicas: number };
}

const all = {} as Record<Selection, Manifest[]>;
const inside = (namespace: string, selection: Selection = "full") =>
  all[selection].filter(({ metadata }) => metadata.namespace === namespace);
const workloads = (objects: Manifest[]) => ofKind<Workload>(objects, "Deployment", "StatefulSet", "DaemonSet");

/** Replicas where an autoscaler decides: as many as it may make. */
function most(objects: Manifest[]): Record<string, number> {
  const autoscalers = ofKind<Autoscaler>(objects, "HorizontalPodAutoscaler");
  return Object.fromEntries(autoscalers.map(({ spec }) => [spec.scaleTargetRef.name, spec.maxReplicas]));
}

beforeAll(async () => {
  all.small = await everything("small");
  all.full = await everything("full");
}, 60_000);

describe("quotas", () => {
  it.each([
    ["production", "20", "64Gi"],
    ["staging", "8", "24Gi"],
    ["development", "4", "8Gi"],
    ["logging", "4", "16Gi"],
  ])("of %s: %s CPUs, %s", (namespace, cpu, memory) => {
    const { spec } = named<Quota>(inside(namespace), "ResourceQuota", "requests");
    expect(spec.hard).toEqual({ "requests.cpu": cpu, "requests.memory": memory, "services.loadbalancers": "0" });
  });

  it("hold all that is deployed, with as many replicas as autoscalers make, while everything rolls", () => {
    const quotas = ofKind<Quota>(all.full, "ResourceQuota");
    expect(quotas.length).toBe(14);
    for (const { metadata, spec } of quotas) {
      const objects = inside(metadata.namespace ?? "");
      const sum = requests(workloads(objects), { surge: true, replicas: most(objects) });
      expect(sum.cpu, metadata.namespace).toBeGreaterThan(0);
      expect(sum.cpu, metadata.namespace).toBeLessThanOrEqual(quantityValue(spec.hard["requests.cpu"] ?? ""));
      expect(sum.memory, metadata.namespace).toBeLessThanOrEqual(
        quantityValue(spec.hard["requests.memory"] ?? "") / 2 ** 30,
      );
      const services = ofKind<Manifest & { spec: { type?: string } }>(objects, "Service");
      const balancers = services.filter(({ spec: service }) => service.type === "LoadBalancer");
      expect(balancers.length, metadata.namespace).toBe(Number(spec.hard["services.loadbalancers"]));
    }
  });

  it("leave room on three nodes of 16 CPUs and 64 GB for the system, monitoring and Argo CD", () => {
    const sum = requests(workloads(all.full), { surge: true, replicas: most(all.full) });
    // Beside the applications, as the node example counts: system 2 / 8, monitoring 1 / 10, Argo CD 2.5 / 6, buffer 0.5 / 6.
    expect(sum.cpu + 6).toBeLessThanOrEqual(3 * 16);
    expect(sum.memory * 1.074 + 30).toBeLessThanOrEqual(3 * 64);
  });
});

describe("every namespace of applications", () => {
  const namespaces = () => ofKind(all.full, "Namespace");

  it.each(["small", "full"] as const)("has limits, a quota and access in the selection %s", (selection) => {
    for (const { metadata } of ofKind(all[selection], "Namespace")) {
      const kinds = inside(metadata.name, selection).map(({ kind }) => kind);
      expect(kinds, metadata.name).toEqual(expect.arrayContaining(["ResourceQuota", "LimitRange", "RoleBinding"]));
    }
  });

  it("is restricted, but the one where Fluentd reads the nodes' logs", () => {
    const levels = namespaces().map(({ metadata }) => [
      metadata.name,
      metadata.labels?.["pod-security.kubernetes.io/enforce"],
    ]);
    expect(levels.filter(([, level]) => level !== "restricted")).toEqual([["logging", "privileged"]]);
  });

  it("starts from deny, and lets names be looked up", () => {
    for (const { metadata } of namespaces()) {
      const { spec } = named<Policy>(inside(metadata.name), "NetworkPolicy", "default-deny");
      expect(spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    }
    const dns = named<Policy>(inside("production"), "NetworkPolicy", "dns");
    expect(dns.spec.egress).toEqual([
      { ports: [53, 53].map((port, place) => ({ port, protocol: ["UDP", "TCP"][place] })) },
    ]);
  });

  it("lets developers act where it is not production, and admins everywhere", () => {
    const bound = namespaces().map(({ metadata }) => {
      const bindings = ofKind<Manifest & { subjects: { name: string }[] }>(inside(metadata.name), "RoleBinding");
      return [metadata.name, bindings.flatMap(({ subjects }) => subjects.map(({ name }) => name)).sort()] as const;
    });
    const production = ["guestbook-prod", "logging", "prod", "production", "task-management", "wordpress-prod"];
    for (const [namespace, subjects] of bound) {
      const wanted = production.includes(namespace) ? [groups.admins] : [groups.admins, groups.developers];
      expect(subjects, namespace).toEqual(wanted);
    }
  });

  it("stays when it was there before Git", () => {
    expect(named(all.small, "Namespace", "default").metadata.annotations).toEqual({
      "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    });
  });
});

describe("logging", () => {
  const resources = (name: string, kind: string) =>
    (named<Workload>(inside("logging"), kind, name).spec.template.spec.containers as [Container])[0].resources;

  it("is Elasticsearch 3, Fluentd on each node, Kibana 1, with the table's requests", () => {
    const found = workloads(inside("logging")).map(({ kind, metadata, spec }) => [kind, metadata.name, spec.replicas]);
    expect(found).toEqual(
      expect.arrayContaining([
        ["StatefulSet", "elasticsearch", 3],
        ["DaemonSet", "fluentd", undefined],
        ["Deployment", "kibana", 1],
      ]),
    );
    expect(found).toHaveLength(3);
    const wanted = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { memory } });
    expect(resources("elasticsearch", "StatefulSet")).toEqual(wanted("750m", "3Gi"));
    expect(resources("fluentd", "DaemonSet")).toEqual(wanted("100m", "256Mi"));
    expect(resources("kibana", "Deployment")).toEqual(wanted("500m", "1536Mi"));
  });

  it("fits its quota on nine nodes, as many as the production stack may have", () => {
    const sum = requests(workloads(inside("logging")), { nodes: 9, surge: true });
    expect(sum.cpu).toBeLessThanOrEqual(4);
    expect(sum.memory).toBeLessThanOrEqual(16);
  });

  it("has one pod that is privileged by what it mounts, and by nothing else", () => {
    const hosts = workloads(inside("logging")).filter(({ spec }) => JSON.stringify(spec).includes("hostPath"));
    expect(hosts.map(({ metadata }) => metadata.name)).toEqual(["fluentd"]);
    for (const { metadata, spec } of workloads(inside("logging"))) {
      for (const container of [...spec.template.spec.containers, ...(spec.template.spec.initContainers ?? [])]) {
        expect(container["securityContext"], `${metadata.name} ${container.name}`).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
      }
    }
  });

  it("answers only Fluentd and Kibana", () => {
    const { spec } = named<Policy>(inside("logging"), "NetworkPolicy", "elasticsearch");
    expect(spec.ingress?.[0]).toEqual({
      from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["fluentd", "kibana"] }] } }],
      ports: [{ port: "https", protocol: "TCP" }],
    });
    expect(named<Policy>(inside("logging"), "NetworkPolicy", "kibana").spec.ingress).toEqual([]);
  });
});

describe("sealed secrets", () => {
  it("are opened by one controller, which adds no key to the stack's", async () => {
    const objects = await build("gitops/infrastructure/sealed-secrets");
    const { metadata, spec } = named<Workload>(objects, "Deployment", "sealed-secrets");
    expect(metadata.namespace).toBe(sealingNamespace);
    const [container] = spec.template.spec.containers as [Container];
    expect(container.image).toMatch(/sealed-secrets-controller:0\.27\.3$/);
    expect(container["args"]).toEqual(expect.arrayContaining(["--key-renew-period=0", "--listen-addr=:8080"]));
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
  });

  it("find the controller where the commands say: Service sealed-secrets, port 8080", async () => {
    const objects = await build("gitops/infrastructure/sealed-secrets");
    const { metadata, spec } = named<Manifest & { spec: unknown }>(objects, "Service", "sealed-secrets");
    expect(metadata.namespace).toBe("sealed-secrets");
    expect(spec).toMatchObject({ ports: [{ name: "http", port: 8080 }], selector: { app: "sealed-secrets" } });
  });

  it("stay when the Application goes: their definition is not deleted", async () => {
    const objects = await build("gitops/infrastructure/sealed-secrets");
    const definition = named(objects, "CustomResourceDefinition", "sealedsecrets.bitnami.com");
    expect(definition.metadata.annotations).toMatchObject({
      "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
      "argocd.argoproj.io/sync-wave": "-1",
    });
  });

  it("are strict everywhere: bound to the namespace and name that they have", () => {
    const sealed = ofKind<Manifest & { spec: { template: { metadata: unknown } } }>(all.full, "SealedSecret");
    expect(sealed.length).toBeGreaterThanOrEqual(7);
    for (const { metadata, spec } of sealed) {
      const scopes = Object.keys(metadata.annotations ?? {}).filter((key) => key.includes("-wide"));
      expect(scopes, `${metadata.namespace}/${metadata.name}`).toEqual([]);
      expect(spec.template.metadata).toMatchObject({ name: metadata.name, namespace: metadata.namespace });
    }
  });
});

describe("monitoring", () => {
  it("gets rules and a dashboard that Grafana finds", () => {
    const objects = inside("monitoring", "small");
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      "ConfigMap dashboard-applications",
      "PrometheusRule applications",
    ]);
    expect(named(objects, "ConfigMap", "dashboard-applications").metadata.labels).toMatchObject({
      grafana_dashboard: "1",
    });
  });

  it("shows only what the rules record, or Kubernetes tells", () => {
    const objects = inside("monitoring", "small");
    const dashboard = JSON.stringify(named(objects, "ConfigMap", "dashboard-applications"));
    const rules = JSON.stringify(named(objects, "PrometheusRule", "applications"));
    const recorded = [...rules.matchAll(/"record":"([^"]+)"/g)].map(([, record]) => record);
    const used = [...dashboard.matchAll(/namespace:\w+:\w+/g)].map(([metric]) => metric);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((metric) => !recorded.includes(metric))).toEqual([]);
  });
});
