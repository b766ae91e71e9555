/** A stack's life on a cluster that was there before it, with things of its user's on it. */
import { AppsV1Api, CoreV1Api, KubeConfig, NetworkingV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, bringUp, secondPreview, sync, takeDown } from "../../cli/rehearse/steps";
import { openSession, quiet, type Session } from "./session";

/** The cluster as its user sees it. */
function ofUser(session: Session): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(session.rehearsal.clouds?.environment["KUBECONFIG"] ?? "");
  return config;
}

describe("a stack of another cloud on a K3s cluster", () => {
  let session: Session;
  let core: CoreV1Api;
  beforeAll(async () => {
    session = await openSession({ stack: "dev", cloud: "local" });
    core = ofUser(session).makeApiClient(CoreV1Api);
  });
  afterAll(() => session?.close());

  const port = (number: number) => ({ name: `p${number}`, port: number, targetPort: 8080 });
  const service = (name: string, number: number) =>
    core.createNamespacedService({
      namespace: "default",
      body: { metadata: { name }, spec: { type: "LoadBalancer", selector: { app: name }, ports: [port(number)] } },
    });
  const addressOf = async (name: string) =>
    (await core.readNamespacedService({ name, namespace: "default" })).status?.loadBalancer?.ingress?.[0]?.ip;

  it("shares the node's ports among all Services of type LoadBalancer", async () => {
    await service("shop", 8081);
    await expect.poll(() => addressOf("shop"), { timeout: 30_000 }).toBe("192.168.5.15");
    await service("other-shop", 80);
    const pods = async () =>
      (await core.listNamespacedPod({ namespace: "kube-system" })).items.find(({ metadata }) =>
        metadata?.name?.startsWith("svclb-other-shop-"),
      );
    await expect
      .poll(async () => (await pods())?.status?.conditions?.[0]?.message, { timeout: 30_000 })
      .toMatch(/free ports/);
    expect(await addressOf("other-shop")).toBeUndefined();
    await core.deleteNamespacedService({ name: "other-shop", namespace: "default" });
  });

  it("comes up behind the Traefik that was there", async () => {
    await bringUp(session.rehearsal, quiet);
    const outputs = await session.stack.outputs();
    expect(outputs["loadBalancer"]?.value).toMatchObject({ address: "192.168.5.15" });
    expect(outputs["storageClasses"]?.value).toMatchObject([
      { name: "local-path", default: true },
      { name: "standard", default: false },
      { name: "premium", default: false },
    ]);
    const namespaces = (await core.listNamespace()).items.map(({ metadata }) => metadata?.name);
    expect(namespaces).toContain("argocd");
    expect(namespaces).not.toContain("traefik");
    expect(namespaces).not.toContain("metrics-server");
  });

  it("finds the same cluster again: a second preview has no changes", async () => {
    await secondPreview(session.rehearsal, quiet);
    expect(session.rehearsal.report.preview.changes).toBe(0);
  });

  it("syncs the selection for laptops from the gitops folder", async () => {
    await sync(session.rehearsal, quiet);
    const { applications, pods } = session.rehearsal.report;
    expect(applications.map(({ name, sync, health }) => `${name} ${sync} ${health}`)).toEqual([
      "dotnet-sample Synced Healthy",
      "guestbook-dev Synced Healthy",
      "infrastructure Synced Healthy",
      "root Synced Healthy",
      "sealed-secrets Synced Healthy",
      "selection Synced Healthy",
      "task-manager-dev Synced Healthy",
      "task-manager-prod Synced Healthy",
    ]);
    expect(pods.ready).toBe(pods.total);
  });

  it("leaves the cluster as it was, its user's Services included", async () => {
    await takeDown(session.rehearsal, quiet);
    expect(await addressOf("shop")).toBe("192.168.5.15");
    await core.deleteNamespacedService({ name: "shop", namespace: "default" });
    await audit(session.rehearsal, quiet);
    expect(session.rehearsal.report.leftovers).toEqual([]);
  });
});

describe("a stack on a kind cluster, with neither ingress controller nor load balancer", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession({ stack: "local", set: [{ path: ["region"], value: "kind-kind" }] });
  });
  afterAll(() => session?.close());

  it("comes up with its own Traefik, reached by port-forward", async () => {
    await bringUp(session.rehearsal, quiet);
    expect((await session.stack.outputs())["loadBalancer"]?.value).toEqual({
      kind: "kubectl port-forward",
      address: "127.0.0.1",
    });
    const { items } = await ofUser(session).makeApiClient(NetworkingV1Api).listIngressClass();
    expect(items.map(({ metadata, spec }) => [metadata?.name, spec?.controller])).toEqual([
      ["nginx", "k8s.io/ingress-nginx"],
      ["traefik", "traefik.io/ingress-controller"],
    ]);
    await secondPreview(session.rehearsal, quiet);
  });

  it("has metrics-server, which kind comes without", async () => {
    const apps = ofUser(session).makeApiClient(AppsV1Api);
    const server = await apps.readNamespacedDeployment({ name: "metrics-server", namespace: "metrics-server" });
    expect(server.status?.readyReplicas).toBe(1);
  });

  it("leaves nothing, the definitions that Helm never removes included", async () => {
    await takeDown(session.rehearsal, quiet);
    await audit(session.rehearsal, quiet);
    expect(session.rehearsal.report.leftovers).toEqual([]);
  });
});
