import { beforeAll, describe, expect, it } from "vitest";
import { folderOf } from "../../../components/metadata";
import { gitPort } from "../../../components/receivers";
import type { Recording } from "../clouds/record";
import { devConfig, fullTraits, install, localTraits, plainTraits, prodConfig } from "./fixture";

interface Values {
  [key: string]: unknown;
  global: { domain?: string };
  configs: {
    cm: Record<string, unknown>;
    params: Record<string, unknown>;
    rbac: Record<string, string>;
    secret: unknown;
  };
  controller: { env?: { name: string; value: string }[] };
  notifications: Record<"notifiers" | "templates" | "triggers", Record<string, string>> & { subscriptions: unknown[] };
}

let dev: Recording;
let prod: Recording;

beforeAll(async () => {
  dev = (await install(devConfig(), plainTraits)).recording;
  prod = (await install(prodConfig(), fullTraits)).recording;
});

function values(recording: Recording): Values {
  return recording.one("kubernetes:helm.sh/v3:Release", "platform-test-argo-cd").inputs.values as Values;
}

describe("Argo CD", () => {
  it("runs once on a small cluster", () => {
    const small = values(dev);
    expect(small).toMatchObject({
      controller: { replicas: 1 },
      server: { replicas: 1 },
      repoServer: { replicas: 1 },
      applicationSet: { replicas: 1 },
      dex: { enabled: false },
    });
    expect(small).not.toHaveProperty("redis-ha");
    expect(small.global).not.toHaveProperty("domain");
    expect(small.configs.cm.url).toBe("");
    expect(small.configs.cm).not.toHaveProperty(["dex.config"]);
  });

  it("runs several times, with Sentinel and shards, where high availability is asked for", () => {
    expect(values(prod)).toMatchObject({
      global: { domain: "argocd.example.com" },
      controller: { replicas: 2 },
      server: { replicas: 2, pdb: { enabled: true, maxUnavailable: 1 } },
      repoServer: { replicas: 2 },
      applicationSet: { replicas: 2 },
      "redis-ha": { enabled: true },
      dex: { enabled: true },
      configs: { cm: { url: "https://argocd.example.com" }, secret: { createSecret: false } },
      redisSecretInit: { enabled: false },
    });
  });

  it("looks at the repository within three minutes, and not for all Applications at once", () => {
    const { cm } = values(dev).configs;
    const seconds = ["timeout.reconciliation", "timeout.reconciliation.jitter"].map((key) =>
      Number(/^(\d+)s$/.exec(String(cm[key]))?.[1]),
    );
    expect(seconds).toEqual([120, 60]);
  });

  it("has the processors of a large installation where it is highly available", () => {
    const params = (recording: Recording) => values(recording).configs.params;
    expect(params(prod)).toMatchObject({
      "controller.status.processors": 50,
      "controller.operation.processors": 25,
      "reposerver.parallelism.limit": 10,
      "controller.sync.timeout.seconds": 1800,
    });
    expect(params(dev)).not.toHaveProperty(["controller.status.processors"]);
  });

  it("lets the controller make as many requests as a hundred first syncs need, where it is highly available", () => {
    const limits = ["ARGOCD_K8S_CLIENT_QPS", "ARGOCD_K8S_CLIENT_BURST"];
    const env = (recording: Recording) => values(recording).controller.env?.map(({ name, value }) => [name, value]);
    expect(env(prod)).toEqual(limits.map((name, index) => [name, ["150", "300"][index]]));
    expect(env(dev)).toBeUndefined();
  });

  it("refers to the client secret of single sign-on, and does not contain it", () => {
    expect(JSON.parse(String(values(prod).configs.cm["dex.config"]))).toMatchObject({
      connectors: [{ config: { issuer: "https://login.example.com", clientSecret: "$dex.sso.clientSecret" } }],
    });
  });

  it("gives each group its role, and nobody else any", () => {
    const { rbac } = values(prod).configs;
    expect(rbac["policy.default"]).toBe("");
    const lines = rbac["policy.csv"]?.split("\n") ?? [];
    const allowed = (role: string) =>
      lines.filter((line) => line.startsWith(`p, ${role}, applications, `)).map((line) => line.split(", ").slice(3, 5));
    expect(allowed("role:developers")).toEqual([
      ["get", "default/*"],
      ["sync", "default/*"],
      ["get", "production/*"],
    ]);
    expect(allowed("role:operations")).toEqual([
      ["get", "production/*"],
      ["sync", "production/*"],
    ]);
    expect(lines).toContain("g, admins@example.com, role:admin");
    expect(lines).toContain("g, developers@example.com, role:developers");
    expect(lines).toContain("g, operations@example.com, role:operations");
  });

  it("lets what promotes versions look, and nothing else, as an account that nobody signs in with", () => {
    for (const recording of [dev, prod]) {
      const { cm, rbac } = values(recording).configs;
      expect(cm["accounts.delivery"]).toBe("apiKey");
      expect(rbac["policy.csv"]?.split("\n").filter((line) => line.includes("delivery"))).toEqual([
        "p, delivery, applications, get, default/*, allow",
        "p, delivery, applications, get, production/*, allow",
      ]);
    }
  });

  it("has a project for the platform, one on the way to production, and production", () => {
    const type = "kubernetes:argoproj.io/v1alpha1:AppProject";
    const projects = [...prod.ofType(type), ...prod.ofType(`${type}Patch`)].map(({ inputs }) => inputs);
    const named = (name: string) => projects.find(({ metadata }) => (metadata as { name: string }).name === name);
    expect(projects).toHaveLength(3);
    expect(named("platform")).toMatchObject({ spec: { clusterResourceWhitelist: [{ group: "*", kind: "*" }] } });
    expect(named("production")).toMatchObject({
      spec: {
        sourceRepos: ["https://github.com/example/kubernetes-platform"],
        clusterResourceWhitelist: [{ group: "", kind: "Namespace" }],
      },
    });
    const { destinations } = named("default")?.spec as { destinations: { namespace: string }[] };
    expect(destinations.map(({ namespace }) => namespace)).toEqual(expect.arrayContaining(["!argocd", "!kube-*", "*"]));
    // It is there before us.
    expect(prod.names(`${type}Patch`)).toEqual(["platform-test-project-default"]);
    expect(named("default")).toMatchObject({ metadata: { annotations: { "pulumi.com/patchForce": "true" } } });
  });
});

describe("notifications", () => {
  it("go to whom deployments concern, with their secrets by reference", () => {
    const { notifiers, subscriptions } = values(prod).notifications;
    expect(Object.keys(notifiers).sort()).toEqual(["service.email.developers", "service.webhook.everyone"]);
    expect(JSON.parse(notifiers["service.webhook.everyone"] ?? "")).toMatchObject({ url: "$receiver-everyone" });
    expect(JSON.parse(notifiers["service.email.developers"] ?? "")).toMatchObject({
      host: "smtp.example.com",
      port: 587,
      username: "platform",
      password: "$receiver-developers",
    });
    expect(subscriptions).toEqual([
      {
        recipients: ["everyone", "developers:dev@example.com"],
        triggers: ["on-sync-failed", "on-health-degraded", "on-deployed"],
      },
    ]);
  });

  it("have a template for each trigger, with a body for each webhook", () => {
    const { templates, triggers } = values(prod).notifications;
    for (const trigger of Object.values(triggers)) {
      for (const name of (JSON.parse(trigger) as { send: string[] }[]).flatMap(({ send }) => send)) {
        const template = JSON.parse(templates[`template.${name}`] ?? "null") as { webhook: Record<string, unknown> };
        expect(Object.keys(template.webhook)).toEqual(["everyone"]);
      }
    }
    expect(Object.keys(triggers)).toHaveLength(3);
  });

  it("are silent without receivers", () => {
    expect(values(dev).notifications).toMatchObject({ notifiers: {}, subscriptions: [] });
  });
});

describe("the cluster's metadata", () => {
  const secret = (recording: Recording) =>
    recording.one("kubernetes:core/v1:Secret", "platform-test-in-cluster").inputs.metadata as {
      labels: Record<string, string>;
      annotations: Record<string, string>;
    };

  it("is what the gitops repo is promised", () => {
    const { labels, annotations } = secret(prod);
    expect(labels).toEqual({
      "argocd.argoproj.io/secret-type": "cluster",
      "platform/contract": "1",
      "platform/cloud": "aws",
      "platform/environment": "prod",
      "platform/region": "eu-west-1",
    });
    expect(annotations).toMatchObject({
      "platform/cluster": "platform-test",
      "platform/storage-class": "standard",
      "platform/ingress-class": "traefik",
      "platform/domain": "example.com",
      "platform/repository": "https://github.com/example/kubernetes-platform",
      "platform/revision": "main",
      "platform/folder": "gitops",
    });
    expect(JSON.parse(annotations["platform/identities"] ?? "")).toHaveProperty(
      "velero.serviceAccount",
      "velero-account",
    );
  });

  it("has valid labels whatever the context is called", async () => {
    const region = "arn:aws:eks:eu-west-1:111122223333:cluster/a-context-with-a-name-longer-than-a-label";
    const { recording } = await install(devConfig({ cloud: "local", region }), localTraits);
    expect(secret(recording).labels["platform/region"]).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
  });
});

describe("the root Application", () => {
  it("syncs the stack's folder, and lays the stack's own address over it", () => {
    const { spec, metadata } = prod.one("kubernetes:argoproj.io/v1alpha1:Application", "platform-test-root").inputs as {
      spec: { source: { kustomize: { patches: { patch: string; target: unknown }[] } } };
      metadata: unknown;
    };
    expect(metadata).toMatchObject({ finalizers: ["resources-finalizer.argocd.argoproj.io"] });
    expect(spec).toMatchObject({
      project: "platform",
      source: {
        repoURL: "https://github.com/example/kubernetes-platform",
        targetRevision: "main",
        path: "gitops/clusters/single-cluster",
      },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        // The one without the other would drop unknown fields silently.
        syncOptions: ["ServerSideApply=true", "Validate=false"],
        retry: { refresh: true, backoff: { factor: 2 } },
      },
    });
    const [patch] = spec.source.kustomize.patches;
    expect(patch?.target).toEqual({ kind: "ConfigMap", name: "repository" });
    expect(JSON.parse(patch?.patch ?? "")).toEqual([
      { op: "replace", path: "/data/repoURL", value: "https://github.com/example/kubernetes-platform" },
      { op: "replace", path: "/data/targetRevision", value: "main" },
      { op: "replace", path: "/data/folder", value: "gitops" },
    ]);
  });

  it.each([
    ["gitops/clusters/single-cluster", "gitops"],
    ["clusters/single-cluster", "."],
    ["a/b/clusters/dev/", "a/b"],
  ])("finds the folder of %s", (path, folder) => {
    expect(folderOf(path)).toBe(folder);
  });
});

describe("the repository's port", () => {
  it.each([
    ["https://github.com/example/gitops", 443],
    ["https://git.example.com:8443/gitops.git", 8443],
    ["ssh://git@git.example.com:2222/gitops.git", 2222],
    ["ssh://git@git.example.com/gitops.git", 22],
    ["git@github.com:example/gitops.git", 22],
    ["http://git.example.com/gitops.git", 80],
  ])("of %s is %i", (repository, port) => {
    expect(gitPort(repository)).toBe(port);
  });
});
