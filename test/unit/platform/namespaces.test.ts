import { beforeAll, describe, expect, it } from "vitest";
import type { Recording } from "../clouds/record";
import { fullTraits, install, localTraits, devConfig, plainTraits, prodConfig } from "./fixture";

interface Policy {
  podSelector: { matchLabels?: Record<string, string> };
  policyTypes: string[];
  ingress?: { from?: unknown[]; ports?: { port: number }[] }[];
  egress?: { to?: unknown[]; ports?: { port: number }[] }[];
}

let prod: Recording;

beforeAll(async () => {
  prod = (await install(prodConfig(), fullTraits)).recording;
});

function policy(recording: Recording, name: string): Policy {
  return recording.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", `platform-test-${name}`).inputs.spec as Policy;
}

const names = [
  ...["argocd", "cert-manager", "external-dns", "monitoring", "node-exporter", "sealed-secrets", "traefik", "velero"],
];

describe("every namespace of the platform", () => {
  it("is one of the known", () => {
    expect(prod.names("kubernetes:core/v1:Namespace")).toEqual(names.map((name) => `platform-test-${name}`));
  });

  it("enforces the restricted standard, but for what has to reach into the node", () => {
    const enforced = prod.ofType("kubernetes:core/v1:Namespace").map(({ inputs }) => {
      const { name, labels } = inputs.metadata as { name: string; labels: Record<string, string> };
      return [name, labels["pod-security.kubernetes.io/enforce"]];
    });
    expect(Object.fromEntries(enforced)).toEqual({
      ...Object.fromEntries(names.map((name) => [name, "restricted"])),
      "node-exporter": "privileged",
      velero: "privileged",
    });
  });

  it("denies what is not allowed, in both directions", () => {
    for (const name of names) {
      expect(policy(prod, `${name}-default-deny`)).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    }
  });

  it("bounds what its pods request, and gives a request to those that name none", () => {
    const quota = (name: string) =>
      (
        prod.one("kubernetes:core/v1:ResourceQuota", `platform-test-${name}`).inputs.spec as {
          hard: Record<string, string>;
        }
      ).hard;
    expect(quota("monitoring")).toEqual({
      "requests.cpu": "4",
      "requests.memory": "16Gi",
      "services.loadbalancers": "0",
    });
    expect(quota("node-exporter")).toEqual({ "services.loadbalancers": "0" });
    for (const name of names) {
      expect(prod.one("kubernetes:core/v1:LimitRange", `platform-test-${name}`).inputs.spec).toEqual({
        limits: [{ type: "Container", defaultRequest: { cpu: "10m", memory: "32Mi" } }],
      });
    }
  });

  it("gives Argo CD more for every shard", async () => {
    const hard = async (argocd: { ha: boolean; shards: number }) => {
      const { recording } = await install(devConfig({ argocd }), plainTraits);
      const { inputs } = recording.one("kubernetes:core/v1:ResourceQuota", "platform-test-argocd");
      return (inputs.spec as { hard: Record<string, string> }).hard;
    };
    const requests = (cpu: string, memory: string) => ({ "requests.cpu": cpu, "requests.memory": memory });
    expect(await hard({ ha: false, shards: 1 })).toMatchObject(requests("3", "6Gi"));
    expect(await hard({ ha: false, shards: 32 })).toMatchObject(requests("10", "18Gi"));
    expect(await hard({ ha: true, shards: 32 })).toMatchObject(requests("24", "47Gi"));
  });

  it("lets Traefik alone have a load balancer, and only where it is to have one", async () => {
    const { recording } = await install(devConfig(), {
      ...fullTraits,
      ingress: { ...fullTraits.ingress, service: { type: "LoadBalancer", annotations: {} } },
    });
    const quota = (from: Recording) =>
      from.one("kubernetes:core/v1:ResourceQuota", "platform-test-traefik").inputs.spec;
    expect(quota(recording)).toMatchObject({ hard: { "services.loadbalancers": "1" } });
    expect(quota(prod)).toMatchObject({ hard: { "services.loadbalancers": "0" } });
  });
});

describe("what is allowed", () => {
  const ports = (rules: { ports?: { port: number }[] }[] = []) =>
    rules.flatMap((rule) => rule.ports ?? []).map(({ port }) => port);

  it("is Traefik's two doors for everyone, and its health for the load balancer", () => {
    const { ingress } = policy(prod, "traefik-to-and-from-everywhere");
    expect(ingress?.[0]).toEqual({ ports: [8000, 8443].map((port) => ({ port, protocol: "TCP" })) });
    expect(ingress?.[2]).toEqual({
      from: [{ ipBlock: { cidr: "10.0.0.0/20" } }, { ipBlock: { cidr: "10.0.16.0/20" } }],
      ports: [{ port: 8080, protocol: "TCP" }],
    });
  });

  it("is Argo CD's server from the namespace that the ingress controller is in", async () => {
    const { recording } = await install(devConfig({ cloud: "local" }), localTraits);
    const from = (found: Recording) => policy(found, "argocd-server-from-ingress").ingress?.[0]?.from;
    const namespace = (name: string) => [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } },
    ];
    expect(from(prod)).toEqual(namespace("traefik"));
    expect(from(recording)).toEqual(namespace("kube-system"));
  });

  it("is the way to the repository and to the receivers, on their ports", () => {
    expect(ports(policy(prod, "argocd-to-git-and-receivers").egress)).toEqual([443, 587, 8080]);
    expect(ports(policy(prod, "monitoring-alertmanager-to-receivers").egress)).toEqual([443, 587, 8080]);
  });

  it("is the cloud's credential endpoint for those that have an identity", () => {
    for (const name of [
      "velero-metrics-identity",
      "external-dns-metrics-identity",
      "cert-manager-webhook-metrics-identity",
    ]) {
      expect(JSON.stringify(policy(prod, name).egress)).toContain("169.254.0.0/16");
    }
    expect(JSON.stringify(policy(prod, "argocd-to-git-and-receivers").egress)).not.toContain("169.254");
  });
});
