import { beforeAll, describe, expect, it } from "vitest";
import { charts } from "../../../components/charts";
import type { Recorded, Recording } from "../clouds/record";
import {
  devConfig,
  fullTraits,
  install,
  loadBalancerController,
  localTraits,
  nodes,
  plainTraits,
  prodConfig,
  secrets,
} from "./fixture";

const releaseType = "kubernetes:helm.sh/v3:Release";
const releases = (recording: Recording) => recording.ofType(releaseType).map(({ inputs }) => inputs.name);
const release = (recording: Recording, chart: string) => recording.one(releaseType, `platform-test-${chart}`);
const standIn = (recording: Recording, name: string) => recording.one("kubernetes:core/v1:ConfigMap", name);

let dev: Recording;
let prod: Recording;
let local: Recording;

beforeAll(async () => {
  dev = (await install(devConfig(), plainTraits)).recording;
  prod = (await install(prodConfig(), fullTraits)).recording;
  local = (await install(devConfig({ cloud: "local" }), localTraits)).recording;
});

describe("what is installed", () => {
  it("is no more than it needs on a small cluster without a domain", () => {
    expect(releases(dev).sort()).toEqual(["argocd", "kube-prometheus-stack", "prometheus-operator-crds", "traefik"]);
    expect(dev.ofType("kubernetes:networking.k8s.io/v1:Ingress")).toEqual([]);
    expect(dev.ofType("kubernetes:cert-manager.io/v1:ClusterIssuer")).toEqual([]);
  });

  it("is everything in production", () => {
    expect(releases(prod).sort()).toEqual([
      "argocd",
      "cert-manager",
      "external-dns",
      "kube-prometheus-stack",
      "prometheus-operator-crds",
      "traefik",
      "velero",
    ]);
  });

  it("leaves the ingress controller that a cluster came with alone", () => {
    expect(releases(local).sort()).toEqual(["argocd", "kube-prometheus-stack", "prometheus-operator-crds"]);
    expect(local.names("kubernetes:core/v1:Namespace")).not.toContain("platform-test-traefik");
    expect(local.one("kubernetes:networking.k8s.io/v1:IngressClass", "platform-test-nginx").inputs.spec).toEqual({
      controller: "traefik.io/ingress-controller",
    });
  });

  it("measures pods and nodes where nothing on the cluster does", async () => {
    const { recording } = await install(devConfig({ cloud: "local" }), { ...localTraits, metricsServer: false });
    expect(releases(recording)).toContain("metrics-server");
    expect(release(recording, "metrics-server").inputs).toMatchObject({
      namespace: "metrics-server",
      values: { args: ["--kubelet-insecure-tls"] },
    });
    const { inputs } = recording.one(
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "platform-test-metrics-server-api-server-and-kubelets",
    );
    const kubelets = { ports: [{ port: 10250, protocol: "TCP" }] };
    expect(inputs.spec).toMatchObject({ ingress: [kubelets], egress: [kubelets] });
    expect(local.names("kubernetes:core/v1:Namespace")).not.toContain("platform-test-metrics-server");
  });

  it("has a pinned version, a repository and a way back in every release", () => {
    for (const { inputs } of [...prod.ofType(releaseType), ...dev.ofType(releaseType)]) {
      const entry = Object.values(charts).find(({ chart }) => chart === inputs.chart);
      expect(inputs).toMatchObject({
        version: entry?.version,
        repositoryOpts: { repo: entry?.repository },
        atomic: true,
        createNamespace: false,
        skipAwait: false,
      });
      expect(inputs.timeout).toBeGreaterThanOrEqual(600);
    }
  });
});

describe("secrets", () => {
  /** Property paths of plain inputs that hold one of the texts; what Pulumi keeps secret is skipped. */
  function leaks(value: unknown, path: string): string[] {
    if (typeof value === "string") {
      return Object.values(secrets).some((secret) => value.includes(secret)) ? [path] : [];
    }
    if (typeof value !== "object" || value === null || "4dabf18193072939515e22adb298388d" in value) {
      return [];
    }
    return Object.entries(value).flatMap(([key, item]) => leaks(item, `${path}.${key}`));
  }

  it("are in no plain input of any resource", () => {
    expect(prod.all().flatMap(({ name, inputs }) => leaks(inputs, name))).toEqual([]);
  });

  it("reach the Secrets that are for them", () => {
    const content = (name: string) =>
      JSON.stringify(prod.one("kubernetes:core/v1:Secret", `platform-test-${name}`).inputs.stringData);
    expect(content("argocd-secret")).toContain(secrets.sso);
    expect(content("argocd-secret")).toContain(secrets.webhook);
    expect(content("gitops-repository")).toContain(secrets.git);
    expect(content("argocd-notifications-secret")).toContain(secrets.slack);
    expect(content("argocd-notifications-secret")).toContain(secrets.email);
    expect(content("alertmanager")).toContain(secrets.slack);
    expect(content("alertmanager")).toContain(secrets.email);
    expect(content("grafana-admin")).toContain(secrets.generated);
    expect(content("argocd-redis")).toContain(secrets.generated);
  });

  it("of the webhook is made up where none is configured", () => {
    const { stringData } = dev.one("kubernetes:core/v1:Secret", "platform-test-argocd-secret").inputs;
    expect(JSON.stringify(stringData)).toContain(`${secrets.generated}-platform-test-gitops-webhook`);
    expect(prod.names("random:index/randomPassword:RandomPassword")).not.toContain("platform-test-gitops-webhook");
  });
});

describe("the order", () => {
  const waits = (recording: Recording, later: Recorded, earlier: Recorded) => recording.waitsFor(later, earlier);

  it("lets nothing that runs pods start before there are nodes", () => {
    for (const item of prod.ofType(releaseType).filter(({ inputs }) => inputs.chart !== "prometheus-operator-crds")) {
      expect([item.name, waits(prod, item, standIn(prod, nodes))]).toEqual([item.name, true]);
    }
  });

  it("does not keep CRDs, namespaces, storage classes and Secrets waiting for nodes", () => {
    const early = [
      release(prod, "prometheus-operator-crds"),
      ...prod.ofType("kubernetes:storage.k8s.io/v1:StorageClass"),
      ...[...prod.ofType("kubernetes:core/v1:Namespace"), ...prod.ofType("kubernetes:core/v1:Secret")].filter(
        ({ inputs }) => !JSON.stringify(inputs.metadata).includes("monitoring"),
      ),
    ];
    expect(early.filter((item) => waits(prod, item, standIn(prod, nodes))).map(({ name }) => name)).toEqual([]);
  });

  it("keeps the volumes' driver until the namespace with the platform's volumes is gone", () => {
    const namespace = prod.one("kubernetes:core/v1:Namespace", "platform-test-monitoring");
    expect(waits(prod, namespace, standIn(prod, nodes))).toBe(true);
  });

  it("installs what makes ServiceMonitors after their CRD", () => {
    const crds = release(prod, "prometheus-operator-crds");
    const others = prod.ofType(releaseType).filter((item) => item !== crds);
    expect(others.filter((item) => !waits(prod, item, crds)).map(({ name }) => name)).toEqual([]);
  });

  it("installs a chart after its namespace's quota, default requests and policies", () => {
    const argocd = release(prod, "argo-cd");
    for (const type of ["core/v1:ResourceQuota", "core/v1:LimitRange"]) {
      expect(waits(prod, argocd, prod.one(`kubernetes:${type}`, "platform-test-argocd"))).toBe(true);
    }
    const policies = prod.ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy");
    const missing = policies
      .filter(({ name }) => name.startsWith("platform-test-argocd-"))
      .filter((policy) => !waits(prod, argocd, policy));
    expect(missing).toEqual([]);
  });

  it("ties Traefik to the load balancer after Traefik and after the controller that reads the tie", () => {
    const binding = prod.one(
      "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
      "platform-test-traefik-TargetGroupBinding",
    );
    expect(waits(prod, binding, release(prod, "traefik"))).toBe(true);
    expect(waits(prod, binding, standIn(prod, loadBalancerController))).toBe(true);
    expect(waits(prod, release(prod, "argo-cd"), standIn(prod, loadBalancerController))).toBe(false);
  });

  it("does not line up charts that do not need each other", () => {
    const independent = ["traefik", "argo-cd", "kube-prometheus-stack", "velero", "cert-manager", "external-dns"];
    for (const one of independent) {
      for (const other of independent.filter((name) => name !== one)) {
        expect([one, other, waits(prod, release(prod, one), release(prod, other))]).toEqual([one, other, false]);
      }
    }
  });

  it("makes the root Application last, so that it goes first", () => {
    const root = prod.one("kubernetes:argoproj.io/v1alpha1:Application", "platform-test-root");
    const needed = [
      release(prod, "argo-cd"),
      release(prod, "traefik"),
      release(prod, "cert-manager"),
      release(prod, "external-dns"),
      release(prod, "prometheus-operator-crds"),
      ...prod.ofType("kubernetes:storage.k8s.io/v1:StorageClass"),
      ...prod.ofType("kubernetes:argoproj.io/v1alpha1:AppProject"),
      ...prod.ofType("kubernetes:argoproj.io/v1alpha1:AppProjectPatch"),
      ...prod.ofType("kubernetes:core/v1:Secret").filter(({ name }) => name.endsWith("in-cluster")),
      prod.one("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding", "platform-test-traefik-TargetGroupBinding"),
    ];
    expect(needed.filter((item) => !waits(prod, root, item)).map(({ name }) => name)).toEqual([]);
    expect(prod.all().filter((item) => waits(prod, item, root))).toEqual([]);
  });
});
