/** The real Argo CD on a real control plane, syncing this repository's gitops folder. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, KubernetesObjectApi, type KubernetesObject } from "@kubernetes/client-node";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sealedCopy, withSealingKey } from "../../cli/rehearse/sealing";
import { watchEndpoints } from "../../cli/scenarios/workloads";
import { ensureCrds, ensureTools } from "../../cli/tools";
import { argocdValues } from "../../components/argocd/values";
import { sealingPair } from "../../components/sealing/certificate";
import { startArgoCd, type ArgoCd } from "../../simulator/argocd";
import { applications, waitForSync } from "../../simulator/argocd/applications";
import { sendPush } from "../../simulator/argocd/webhook";
import { ControlPlanes } from "../../simulator/controlplane";
import { serveGit, type GitRemote } from "../../simulator/git";
import { until } from "../../simulator/controlplane/drain";
import { identityOf } from "../../simulator/processes";
import { devConfig } from "../unit/platform/fixture";
import { Cluster, processes, project, rootApplication } from "./argocd-cluster";
import { node } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "argocd-rehearsal-"));
const clusterId = "arn:aws:eks:eu-west-1:123456789012:cluster/argocd";
/** Not the address that the gitops folder itself has: the root Application lays the stack's over it. */
const repository = "https://git.example.com/fork/platform";
const expected = ["root", "sealed-secrets", "task-manager-dev", "task-manager-prod"];
const values = argocdValues(devConfig());
const webhookSecret = "only-of-this-test";
const say = (): void => undefined;

let clusters: ControlPlanes;
let config: KubeConfig;
let cluster: Cluster;
let remote: GitRemote;
let argocd: ArgoCd;
let argocdProgram: string;
let kubeconfig: string;

beforeAll(async () => {
  const tools = await ensureTools(say);
  argocdProgram = tools.argocd;
  const crds = await ensureCrds(say, ["argo-cd", "prometheus-operator-crds"]);
  clusters = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools,
    log: say,
  });
  await clusters.start({
    id: clusterId,
    name: "argocd",
    cloud: "aws",
    region: "eu-west-1",
    version: "1.35",
    endpointHost: "ABC.gr7.eu-west-1.eks.amazonaws.com",
    serviceCidr: "172.20.0.0/16",
  });
  await clusters.setNodes(clusterId, "general", ["a", "b", "c"].map(node));
  kubeconfig = (await clusters.cluster(clusterId)).adminKubeconfig;
  config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  cluster = new Cluster(config);
  const items = Object.values(crds).flatMap((files) =>
    files.flatMap((file) => JSON.parse(readFileSync(file, "utf8")) as KubernetesObject[]),
  );
  // Not by the client library: it leaves out what it does not know of a schema.
  await execa(tools.kubectl, ["apply", "--server-side", "--kubeconfig", kubeconfig, "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } });
  await cluster.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "argocd-secret", namespace: "argocd", labels: { "app.kubernetes.io/part-of": "argocd" } },
    stringData: { "server.secretkey": "also-only-of-this-test", "webhook.github.secret": webhookSecret },
  } as KubernetesObject);
  const path = "gitops/clusters/single-cluster";
  const sealing = withSealingKey({ values: { gitops: {} }, secrets: [], others: {} }, directory);
  const folder = join(__dirname, "..", "..", "gitops");
  const source = { folder: await sealedCopy(folder, sealing, { directory, path, kubeseal: tools.kubeseal }) };
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "sealed-secrets" } });
  await cluster.apply(await keySecret(readFileSync(join(directory, "sealing.key"), "utf8")));
  remote = await serveGit({
    source,
    repository,
    revision: "main",
    path,
    directory: join(directory, "git"),
  });
  argocd = await startArgoCd({
    kubeconfig,
    release: { name: "argocd", namespace: "argocd", values },
    directory: join(directory, "argocd"),
    tools,
    network: remote.network,
    log: say,
  });
});

afterAll(async () => {
  await argocd?.stop();
  await remote?.stop();
  await clusters?.stop(clusterId);
  await clusters?.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

/** The key that the program gives the controller. */
async function keySecret(privateKey: string): Promise<KubernetesObject> {
  const pair = await sealingPair(privateKey, 0);
  const labels = { "sealedsecrets.bitnami.com/sealed-secrets-key": "active" };
  const metadata = { name: "sealed-secrets-key-1", namespace: "sealed-secrets", labels };
  const stringData = { "tls.crt": pair.certificate, "tls.key": pair.privateKey };
  return { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", stringData } as KubernetesObject;
}

describe("Argo CD", () => {
  it("takes its settings from the release's values", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const settings = await core.readNamespacedConfigMap({ name: "argocd-cm", namespace: "argocd" });
    expect(settings.data?.["timeout.reconciliation"]).toBe("120s");
    const answer = (await (await fetch(`${argocd.url}/api/v1/settings`)).json()) as { trackingMethod: string };
    expect(answer.trackingMethod).toBe("annotation");
  });

  it.each([
    ["platform:admins", "delete", "production/task-manager-prod", true],
    ["platform:developers", "sync", "default/task-manager-dev", true],
    ["platform:developers", "get", "production/task-manager-prod", true],
    ["platform:developers", "sync", "production/task-manager-prod", false],
    ["platform:operations", "sync", "production/task-manager-prod", true],
    ["platform:operations", "sync", "default/task-manager-dev", false],
    ["platform:operations", "delete", "production/task-manager-prod", false],
    ["strangers", "get", "default/task-manager-dev", false],
  ])("lets %s %s %s: %s", async (group, action, application, allowed) => {
    const question = ["admin", "settings", "rbac", "can", group, action, "applications", application];
    const answer = await execa(argocdProgram, [...question, "--kubeconfig", kubeconfig, "--namespace", "argocd"], {
      reject: false,
    });
    expect(answer.stdout).toBe(allowed ? "Yes" : "No");
  });

  it.each([
    ["Progressing", "Waiting for the first sync", { automated: {} }, undefined],
    ["Missing", "", { automated: {} }, { sync: { status: "OutOfSync" }, health: { status: "Missing" } }],
    ["Degraded", "", {}, { sync: { status: "OutOfSync" }, health: { status: "Degraded" } }],
    ["Healthy", "Waits for approval", {}, { sync: { status: "OutOfSync" }, health: { status: "Missing" } }],
    [
      "Healthy",
      "Waits for approval",
      { automated: { enabled: false } },
      { sync: { status: "OutOfSync" }, health: { status: "Missing" } },
    ],
    ["Progressing", "Waiting for the first sync", {}, { health: undefined }],
  ])("finds an Application %s (%s) by its policy %j and status %j", async (health, message, syncPolicy, status) => {
    const file = join(directory, "application.json");
    const metadata = { name: "a", namespace: "argocd" };
    const application = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata };
    writeFileSync(file, JSON.stringify({ ...application, spec: { project: "default", syncPolicy }, status }));
    const question = ["admin", "settings", "resource-overrides", "health", file, "--load-cluster-settings"];
    const { stdout } = await execa(argocdProgram, [...question, "--kubeconfig", kubeconfig, "--namespace", "argocd"]);
    expect(stdout).toContain(`STATUS: ${health}`);
    expect(stdout).toContain(message);
  });

  it("brings both environments up from one root Application", async () => {
    for (const name of ["platform", "production"]) await cluster.apply(project(name));
    await cluster.apply(rootApplication(repository));
    await waitForSync(config, { timeoutSeconds: 180, expected });
    const done = { wave: 0, sync: "Synced", health: "Healthy", waitsForApproval: false };
    expect(await applications(config)).toEqual([
      { ...done, name: "root", project: "platform", pods: { ready: 0, total: 0 } },
      { ...done, wave: -2, name: "sealed-secrets", project: "platform", pods: { ready: 1, total: 1 } },
      { ...done, name: "task-manager-dev", project: "default", pods: { ready: 1, total: 1 } },
      { ...done, name: "task-manager-prod", project: "production", pods: { ready: 3, total: 3 } },
    ]);
    expect((await cluster.deployment("dev")).status?.readyReplicas).toBe(1);
    expect((await cluster.deployment("prod")).status?.readyReplicas).toBe(3);
    const core = config.makeApiClient(CoreV1Api);
    for (const [name, level] of [
      ["dev", "debug"],
      ["prod", "info"],
    ] as const) {
      const namespace = await core.readNamespace({ name });
      expect(namespace.metadata?.labels).toMatchObject({
        app: "task-manager",
        environment: name,
        cluster: "single-cluster",
        "managed-by": "argocd",
      });
      const settings = await core.readNamespacedConfigMap({ name: "task-manager-config", namespace: name });
      expect(settings.data).toEqual({ LOG_LEVEL: level });
      const [pod] = await cluster.pods(name);
      expect(pod?.metadata?.labels).toMatchObject({ app: "task-manager", environment: name });
      expect(pod?.metadata?.annotations?.["task-manager/log-level"]).toBe(level);
    }
    const zones = (await cluster.pods("prod")).map(({ spec }) => spec?.nodeName);
    expect(new Set(zones).size).toBe(3);
  });

  it("has the sealed secrets opened before the pods that read them start", async () => {
    const core = config.makeApiClient(CoreV1Api);
    for (const namespace of ["dev", "prod"]) {
      const { data, metadata } = await core.readNamespacedSecret({ name: "task-manager-secret", namespace });
      expect(Object.keys(data ?? {})).not.toEqual([]);
      expect(metadata?.ownerReferences).toMatchObject([{ kind: "SealedSecret", name: "task-manager-secret" }]);
    }
  });

  it("rolls a pushed tag out with the service up all the time", async () => {
    const file = "gitops/apps/task-manager/overlays/prod/kustomization.yaml";
    const before = await remote.revision();
    const after = await remote.push("Release v1.2.3", (folder) => {
      const text = readFileSync(join(folder, file), "utf8");
      writeFileSync(join(folder, file), text.replace(/newTag: .*/, "newTag: v1.2.3"));
    });
    const watch = watchEndpoints(config, { namespace: "prod", name: "task-manager" }, 50);
    await sendPush(argocd.url, { repository, branch: "main", before, after, changed: [file], secret: webhookSecret });
    await until(60, async () => (await cluster.images("prod")).every((image) => image.endsWith(":v1.2.3")));
    await waitForSync(config, { timeoutSeconds: 120, expected });
    const fewest = await watch.stop();
    expect(fewest).toBeGreaterThanOrEqual(3);
    expect((await cluster.images("dev")).some((image) => image.endsWith(":v1.2.3"))).toBe(false);
  });

  it("corrects drift", async () => {
    await cluster.scale(1);
    await until(60, async () => (await cluster.deployment("prod")).spec?.replicas === 3);
    await waitForSync(config, { timeoutSeconds: 60, expected });
  });

  it("says what is in the way when the time is up", async () => {
    const root = rootApplication(repository);
    const source = { repoURL: repository, targetRevision: "main", path: "nowhere" };
    const lost = { ...root, metadata: { name: "lost", namespace: "argocd" }, spec: { ...root.spec, source } };
    await cluster.apply(lost);
    const lines: string[] = [];
    const waiting = waitForSync(config, { timeoutSeconds: 10, onProgress: (line) => lines.push(line) });
    await expect(waiting).rejects.toThrow(/lost: Unknown.*\n +ComparisonError: .*nowhere: app path does not exist/);
    expect(lines.some((line) => line.includes("lost: "))).toBe(true);
    await KubernetesObjectApi.makeApiClient(config).delete(lost);
  });

  it("starts anew only what changed values concern", async () => {
    const before = processes(join(directory, "argocd"));
    const configs = values["configs"] as { params: object };
    const params = { ...configs.params, "controller.status.processors": 7 };
    await argocd.upgrade({ ...values, configs: { ...configs, params } });
    const after = processes(join(directory, "argocd"));
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed).toEqual(["argocd-application-controller-0"]);
    await waitForSync(config, { timeoutSeconds: 60, expected });
  });

  it("shares the clusters among controllers", async () => {
    await argocd.upgrade(argocdValues(devConfig({ argocd: { ha: false, shards: 2 } })));
    expect(
      Object.keys(processes(join(directory, "argocd"))).filter((name) => name.includes("application-controller")),
    ).toHaveLength(2);
    // A controller that has just started compares only what it is asked to, or at the next interval.
    await cluster.refresh("task-manager-prod");
    await cluster.scale(1);
    await until(60, async () => (await cluster.deployment("prod")).spec?.replicas === 3);
    await argocd.upgrade(values);
    expect(
      Object.keys(processes(join(directory, "argocd"))).filter((name) => name.includes("application-controller")),
    ).toHaveLength(1);
  });

  it("lets things be while its controller is scaled to none", async () => {
    const controllers = () =>
      Object.keys(processes(join(directory, "argocd"))).filter((name) => name.includes("application-controller"));
    await cluster.scaleController(0);
    await until(60, async () => controllers().length === 0);
    // Values that change do not start it either.
    await argocd.upgrade(argocdValues(devConfig({ argocd: { ha: false, shards: 2 } })));
    await argocd.upgrade(values);
    expect(controllers()).toEqual([]);
    await cluster.scale(1);
    await cluster.scaleController(1);
    await until(60, async () => controllers().length === 1);
    await cluster.refresh("task-manager-prod");
    await until(60, async () => (await cluster.deployment("prod")).spec?.replicas === 3);
  });

  it("deletes everything with the root Application", async () => {
    await KubernetesObjectApi.makeApiClient(config).delete(rootApplication(repository));
    await until(120, async () => (await applications(config)).length === 0);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
    const names = items.filter(({ status }) => status?.phase !== "Terminating").map(({ metadata }) => metadata?.name);
    expect(names).not.toContain("dev");
    expect(names).not.toContain("prod");
  });

  it("leaves nothing running", async () => {
    const pids = Object.values(processes(join(directory, "argocd")));
    expect(pids).toHaveLength(5);
    await argocd.stop();
    expect(processes(join(directory, "argocd"))).toEqual({});
    expect(pids.filter((pid) => identityOf(pid) !== undefined)).toEqual([]);
  });
});
