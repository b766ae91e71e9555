import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { charts as pinned } from "../../../components/charts";
import { charts } from "../../../simulator/kubernetes";
import { at, type KubernetesObject } from "../../../simulator/kubernetes/objects";
import { components } from "../../../simulator/kubernetes/release/components";
import { installFlags, uninstallFlags, upgradeFlags } from "../../../simulator/kubernetes/release/flags";
import { helmMessage, writeChart } from "../../../simulator/kubernetes/release/helm";
import { checkRelease } from "../../../simulator/kubernetes/release/inputs";
import { skeletons } from "../../../simulator/kubernetes/release/objects";
import { checkSecrets, checkValues, steps } from "../../../simulator/kubernetes/release/values";
import { unknown, type Properties } from "../../../simulator/provider";

function chart(name: string) {
  const found = charts.get(name);
  if (!found) throw new Error(`no chart ${name}`);
  return found;
}

function render(
  name: string,
  values: Properties = {},
  release = chart(name).release,
  namespace = "n",
): KubernetesObject[] {
  return skeletons({ chart: chart(name), release: { name: release, namespace }, values });
}

const names = (objects: KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
const find = (objects: KubernetesObject[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

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

describe("a release's inputs", () => {
  const traefik: Properties = {
    chart: "traefik",
    version: "41.3.0",
    repositoryOpts: { repo: "https://traefik.github.io/charts" },
    name: "traefik",
    namespace: "traefik",
  };
  const failures = (inputs: Properties) => checkRelease(inputs).map(({ property, reason }) => `${property}: ${reason}`);

  it("are taken as the real Release takes them", () => {
    expect(failures({ ...traefik, atomic: true, timeout: 60, values: { deployment: { replicas: 2 } } })).toEqual([]);
    expect(failures({ ...traefik, version: unknown, values: unknown })).toEqual([]);
  });

  it.each<[Properties, string]>([
    [{ atomc: true }, 'atomc: a Release has no property "atomc"; did you mean "atomic"?'],
    [{ atomic: "true" }, "atomic: is a string, must be a boolean"],
    [{ postrender: "./x" }, 'postrender: "postrender" is not rehearsed'],
    [{ version: "41.2.0" }, 'version: chart "traefik" version "41.2.0"; the one that is rehearsed is "41.3.0"'],
    [{ version: undefined }, 'version: chart "traefik" version the latest version is not pinned'],
    [{ chart: "treafik" }, 'chart: chart "treafik" is not among those that are rehearsed'],
    [
      { repositoryOpts: { repo: "https://helm.traefik.io/traefik" } },
      'chart: chart "traefik" is not found in https://helm.traefik.io/traefik',
    ],
    [{ repositoryOpts: undefined }, 'chart: chart "traefik" is not found in no repository'],
    [
      { repositoryOpts: { ...(traefik.repositoryOpts as Properties), url: "x" } },
      "repositoryOpts.url: one of repo, caFile",
    ],
    [
      { values: { deployment: { replica: 2 } } },
      'values.deployment.replica: chart traefik 41.3.0 has no such value; did you mean "replicas"?',
    ],
    [{ values: { deployment: 2 } }, "values.deployment: the chart has a map here"],
  ])("%j", (change, message) => {
    const [first, ...others] = failures({ ...traefik, ...change });
    expect(first).toContain(message);
    expect(others).toEqual([]);
  });
});

describe("values", () => {
  const bad = (name: string, values: Properties) => checkValues(chart(name), values).map(({ property }) => property);

  it("are known by their key paths, at any depth", () => {
    expect(steps('configs.cm["exec.enabled"].list[].field')).toEqual([
      "configs",
      "cm",
      "exec.enabled",
      "list",
      "[]",
      "field",
    ]);
    expect(bad("argo-cd", { server: { ingress: { enabled: true, hostNam: "x" } }, redisHa: {} })).toEqual([
      "values.server.ingress.hostNam",
      "values.redisHa",
    ]);
    // One port of Traefik shows keys that every other has too.
    const port = { port: 9000, http: { middlewares: [], tls: { enabled: true } }, http3: { enbled: true } };
    expect(bad("traefik", { ports: { web: { http: { middlewares: [] } }, own: port } })).toEqual([
      "values.ports.own.http3.enbled",
    ]);
    expect(bad("velero", { configuration: { backupStorageLocation: [{ bucket: "b", buckt: "b" }] } })).toEqual([
      "values.configuration.backupStorageLocation[0].buckt",
    ]);
  });

  it("may be anything where the chart passes a map on", () => {
    const cm = { url: "x", "resource.customizations.health.argoproj.io_Application": "lua" };
    expect(bad("argo-cd", { configs: { cm, params: { "server.insecure": true } } })).toEqual([]);
    expect(bad("kube-prometheus-stack", { grafana: { "grafana.ini": { server: { root_url: "x" } } } })).toEqual([]);
    expect(bad("traefik", { resources: { requests: { cpu: "1" } }, deployment: { podLabels: { a: "b" } } })).toEqual(
      [],
    );
    expect(bad("velero", { schedules: { daily: { schedule: "0 3 * * *", template: {} } } })).toEqual([]);
    expect(bad("traefik", { deployment: unknown, ingressClass: null })).toEqual([]);
  });

  it("hold no secrets, and the refusal does not repeat them", () => {
    const values = {
      grafana: { adminPassword: "hunter2", admin: { existingSecret: "grafana-admin", passwordKey: "admin-password" } },
      configs: {
        cm: { "dex.config": "clientSecret: $dex.clientSecret", url: "https://user:hunter2@example.com" },
        secret: { extra: { "server.secretkey": "hunter2" }, githubSecret: "$webhook" },
      },
      notifications: { token: ["xoxb-0123456789-abc"], url: unknown },
      serviceAccount: { automountServiceAccountToken: "true" },
    };
    const found = checkSecrets(values);
    expect(found.map(({ property }) => property)).toEqual([
      "values.grafana.adminPassword",
      "values.configs.cm.url",
      'values.configs.secret.extra["server.secretkey"]',
      "values.notifications.token[0]",
    ]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|xoxb/);
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
    expect(at(redis, "spec", "template", "spec", "affinity", "podAntiAffinity")).toBeDefined();
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

describe("Helm", () => {
  it("gets a chart whose templates only print objects", () => {
    const folder = mkdtempSync(join(tmpdir(), "chart-test-"));
    const object: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
      data: { text: "{{ .Values }}" },
    };
    const crd: KubernetesObject = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "x.y" },
    };
    writeChart(folder, { chart: chart("cert-manager"), objects: [object], crds: [crd] });
    expect(JSON.parse(readFileSync(join(folder, "Chart.yaml"), "utf8"))).toMatchObject({
      name: "cert-manager",
      version: "1.21.1",
    });
    expect(readdirSync(join(folder, "crds"))).toEqual(["x.y.json"]);
    expect(JSON.parse(readFileSync(join(folder, "objects", "0000-configmap.json"), "utf8"))).toEqual(object);
    expect(readFileSync(join(folder, "templates", "objects.yaml"), "utf8")).not.toContain(".Values");
    rmSync(folder, { recursive: true });
  });

  it("gets a Release's options as its own", () => {
    const inputs = {
      atomic: true,
      timeout: 90,
      createNamespace: true,
      skipCrds: true,
      waitForJobs: true,
      maxHistory: 5,
    };
    expect(installFlags(inputs).join(" ")).toBe(
      "--wait --wait-for-jobs --atomic --timeout 90s --create-namespace --skip-crds",
    );
    expect(upgradeFlags(inputs).join(" ")).toBe("--wait --wait-for-jobs --atomic --timeout 90s --history-max 5");
    expect(installFlags({ skipAwait: true }).join(" ")).toBe("--timeout 300s");
    expect(uninstallFlags({ skipAwait: true }, 40)).toEqual(["--timeout", "40s"]);
    expect(uninstallFlags({ timeout: 90 }, 40)).toEqual(["--wait", "--timeout", "90s"]);
  });

  it("is quoted without its command line's trappings, and with what it waited for", () => {
    const log = [
      "ready.go:303: 2026-11-21 [debug] Deployment is not ready: a/b. 0 out of 1 expected pods are ready",
      "ready.go:303: 2026-11-21 [debug] Deployment is not ready: a/c. 1 out of 2 expected pods are ready",
      "Error: INSTALLATION FAILED: context deadline exceeded",
      "helm.go:92: 2026-11-21 [debug] context deadline exceeded",
      "INSTALLATION FAILED",
    ].join("\n");
    expect(helmMessage(log)).toBe(
      "context deadline exceeded (Deployment is not ready: a/c. 1 out of 2 expected pods are ready)",
    );
    expect(helmMessage("Error: uninstall: Release not loaded: x: release: not found\n")).toBe(
      "Release not loaded: x: release: not found",
    );
    expect(helmMessage("")).toBeUndefined();
  });
});
