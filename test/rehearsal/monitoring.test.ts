/**
 * What monitoring keeps, taken from one cluster and brought to another: a real Prometheus and promtool, real API servers.
 * Velero is left out: what is staged is copied from folder to folder. `migration.test.ts` has the whole way.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, present, type Clients } from "../../cli/kubernetes";
import { problemsOf } from "../../cli/migrate/monitoring/compare";
import { besideTheirs, check, clearStaged, fill } from "../../cli/migrate/monitoring/fill";
import { stagedClaim, stagedName, stagedPod } from "../../cli/migrate/monitoring/objects";
import { namespace, parts, type Part } from "../../cli/migrate/monitoring/parts";
import { monitoringScripts } from "../../cli/migrate/monitoring/scripts";
import { imageOf, removeStaged, stage, type Blocks, type StagedPart } from "../../cli/migrate/monitoring/stage";
import { changesOf } from "../../cli/migrate/monitoring/switch";
import type { ResourceModifierRule, VolumeFact } from "../../cli/migrate/plan/plan";
import { mergePatch } from "../../cli/migrate/verify/mergePatch";
import { samplesIn, writeHistory } from "../../cli/rehearse/migration/history";
import { ensureTools, rehearsalPrograms } from "../../cli/tools";
import type { ClusterRequest, KubernetesManifest } from "../../simulator/cloud/behaviour";
import { ControlPlanes } from "../../simulator/controlplane";
import { claims, monitoringNamespace, monitoringPrograms, operatorKinds } from "./monitoring-objects";
import { cluster as source, csiDriver, node } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "monitoring-"));
const target: ClusterRequest = {
  ...source,
  id: "arn:aws:eks:eu-west-1:123456789012:cluster/next",
  name: "next",
  endpointHost: "1123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
  serviceCidr: "10.100.0.0/16",
};
const say = (line: string): void => console.log(line);
const timeoutSeconds = 120;
const soon = { timeout: 120_000, interval: 500 };

let planes: ControlPlanes;
let promtool: string;
let from: Clients;
let to: Clients;
let image: string;
/** Until when the first snapshot goes. */
let until = 0;
const storageClass: KubernetesManifest = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard" },
  provisioner: "ebs.csi.aws.com",
  volumeBindingMode: "WaitForFirstConsumer",
};
const volumes = parts.map(({ claim }): VolumeFact => ({
  ...{ namespace, claim, class: "standard", targetClass: "standard", accessModes: ["ReadWriteOnce"] },
  ...{ requestedBytes: 10 * 2 ** 30, targetBytes: 10 * 2 ** 30 },
}));

beforeAll(async () => {
  const tools = await ensureTools(say, [...rehearsalPrograms, "prometheus", "promtool"]);
  ({ promtool } = tools);
  planes = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools,
    shellCommands: monitoringScripts,
    log: say,
  });
  for (const of of [source, target]) {
    await planes.start(of);
    await planes.setNodes(of.id, "general", ["a", "b"].map(node));
    await planes.apply(of.id, [csiDriver, storageClass, ...operatorKinds, ...monitoringNamespace()]);
  }
  [from, to] = (await Promise.all([source, target].map(clients))) as [Clients, Clients];
});

afterAll(async () => {
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

async function clients({ id }: ClusterRequest): Promise<Clients> {
  return connect(readFileSync((await planes.cluster(id)).adminKubeconfig, "utf8"));
}

/** The programs themselves, beside what is held to travel. */
async function programs({ core }: Clients): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace });
  return items.filter(({ metadata }) => !metadata?.name?.startsWith("history-"));
}

async function allRun(clients: Clients): Promise<void> {
  const phases = async () => (await programs(clients)).map(({ status }) => status?.phase);
  await expect.poll(phases, soon).toEqual(["Running", "Running", "Running"]);
}

/** The folder that stands for a claim's disk. */
async function disk(of: ClusterRequest, { core }: Clients, name: string): Promise<string> {
  const claim = await core.readNamespacedPersistentVolumeClaim({ name, namespace });
  return planes.disks(of.id).folder(claim.spec?.volumeName ?? "");
}

const taken = async (since: number): Promise<StagedPart[]> => {
  const changes = await changesOf(from, parts);
  return stage(from, { image, changes, since, timeoutSeconds }, say);
};

/** Does what a backup and a restore do. */
async function travel(staged: StagedPart[]): Promise<void> {
  const rules = await besideTheirs(to, staged);
  for (const { name } of staged) {
    const part = parts.find((one) => one.name === name) as Part;
    const own = await from.core.readNamespacedPersistentVolumeClaim({ name: stagedName(part), namespace });
    await to.core.createNamespacedPersistentVolumeClaim({ namespace, body: stagedClaim(part, own) });
    await to.core.createNamespacedPod({ namespace, body: placed(stagedPod(part, image), rules) });
    const place = { name: stagedName(part), namespace };
    await expect.poll(async () => (await to.core.readNamespacedPod(place)).status?.phase, soon).toBe("Running");
    cpSync(await disk(source, from, place.name), await disk(target, to, place.name), { recursive: true });
    await removeStaged(from, part, timeoutSeconds);
  }
}

/** As Velero changes what it restores. */
function placed(pod: V1Pod, rules: ResourceModifierRule[]): V1Pod {
  const rule = rules.find(({ conditions }) => conditions.resourceNameRegex === `^${pod.metadata?.name}$`);
  return mergePatch(pod, JSON.parse(rule?.mergePatches?.[0]?.patchData ?? "{}")) as V1Pod;
}

async function filled(staged: StagedPart[], whole: boolean): Promise<Blocks | undefined> {
  const changes = await changesOf(to, parts);
  let history: Blocks | undefined;
  for (const part of staged) {
    history = (await fill(to, part, { image, volumes, changes, whole, timeoutSeconds }, say)) ?? history;
  }
  return history;
}

let first: StagedPart[];
const historyOf = (staged: StagedPart[]) => staged.find(({ name }) => name === "prometheus") as StagedPart & Blocks;

it("takes a snapshot of a Prometheus that serves, and what the others keep while they are stopped", async () => {
  // The operator's kinds are served a moment after they are defined.
  await expect
    .poll(() => planes.apply(source.id, monitoringPrograms("standard")).then(() => true, String), soon)
    .toBe(true);
  await allRun(from);
  const folder = join(await disk(source, from, claims.prometheus), "prometheus-db");
  writeHistory(promtool, folder);
  writeFileSync(join(await disk(source, from, claims.grafana), "grafana.db"), "dashboards");
  mkdirSync(join(await disk(source, from, claims.alertmanager), "alertmanager-db"), { recursive: true });
  writeFileSync(join(await disk(source, from, claims.alertmanager), "alertmanager-db", "silences"), "silence");
  image = await imageOf(from);
  expect(image).toBe("quay.io/prometheus/prometheus:v3.14.0-busybox");
  first = await taken(0);
  const history = historyOf(first);
  until = history.to;
  // 29 days, and what Prometheus has in its memory.
  expect(history.samples).toBeGreaterThan(29 * 96 - 9);
  expect(until - history.from).toBeGreaterThan(28.9 * 86_400_000);
  expect(Date.now() - until).toBeLessThan(60_000);
  expect(first.map(({ name, files }) => `${name} ${Math.min(files, 2)}`)).toEqual([
    "grafana 1",
    "alertmanager 1",
    "prometheus 2",
  ]);
  expect(readdirSync(join(folder, "snapshots"))).toEqual([]);
});

it("leaves the source's programs as they were", async () => {
  await allRun(from);
  expect(await changesOf(from, parts)).toHaveLength(3);
  const prometheus = await from.core.readNamespacedPod({
    name: `prometheus-kube-prometheus-stack-prometheus-0`,
    namespace,
  });
  expect(prometheus.spec?.containers[0]?.args).not.toContain("--web.enable-admin-api");
});

it("does not bring what is not as on the source", async () => {
  await travel(first);
  const staged = await disk(target, to, stagedName({ name: "prometheus" }));
  const [block = ""] = readdirSync(join(staged, "data"));
  const file = join(staged, "data", block, "index");
  const bytes = readFileSync(file);
  const broken = Buffer.from(bytes);
  broken[20] = (broken[20] ?? 0) ^ 1;
  writeFileSync(file, broken);
  const history = [historyOf(first)];
  await expect(filled(history, true)).rejects.toThrow(`not as on the source: ./${block}/index: FAILED`);
  expect(existsSync(join(await disk(target, to, claims.prometheus), "prometheus-db", block))).toBe(false);
  writeFileSync(file, bytes);
});

it("brings everything to where the programs will find it", async () => {
  const history = await filled(first, true);
  const { blocks, samples } = historyOf(first);
  expect(history).toMatchObject({ blocks, samples, to: until });
  expect(readFileSync(join(await disk(target, to, claims.grafana), "grafana.db"), "utf8")).toBe("dashboards");
  const silences = join(await disk(target, to, claims.alertmanager), "alertmanager-db", "silences");
  expect(readFileSync(silences, "utf8")).toBe("silence");
  const checked = await check(to, image, timeoutSeconds);
  expect(problemsOf(historyOf(first), checked)).toEqual([]);
  expect(checked).toMatchObject({ blocks, samples, missing: 0 });
  await expect.poll(async () => (await to.core.listNamespacedPod({ namespace })).items.length, soon).toBe(0);
});

it("says what is missing of it", async () => {
  const folder = join(await disk(target, to, claims.prometheus), "prometheus-db");
  const [block = ""] = readdirSync(folder);
  cpSync(join(folder, block), join(directory, block), { recursive: true });
  rmSync(join(folder, block), { recursive: true });
  const [problem] = problemsOf(historyOf(first), await check(to, image, timeoutSeconds));
  expect(problem).toMatchObject({ code: "history-differs" });
  expect(problem?.what).toContain("1 of them are missing or changed");
  cpSync(join(directory, block), join(folder, block), { recursive: true });
});

it("adds what has come since to programs that run, and nothing else", async () => {
  await planes.apply(target.id, monitoringPrograms("standard"));
  await allRun(to);
  const folder = (of: ClusterRequest, clients: Clients) =>
    disk(of, clients, claims.prometheus).then((one) => join(one, "prometheus-db"));
  writeFileSync(join(await disk(source, from, claims.grafana), "grafana.db"), "more dashboards");
  const last = await taken(until);
  expect(historyOf(last).blocks).toBe(1);
  expect(historyOf(last).to).toBeGreaterThan(until);
  const { to: newest } = historyOf(last);
  await travel(last);
  await filled(last, false);
  expect(readFileSync(join(await disk(target, to, claims.grafana), "grafana.db"), "utf8")).toBe("more dashboards");
  await allRun(to);
  const [before = [], after] = [await folder(source, from), await folder(target, to)].map((one) =>
    samplesIn(promtool, one, newest - 1),
  );
  const there = new Set(after);
  expect(before.length).toBeGreaterThan(29 * 96);
  expect(before.filter((sample) => !there.has(sample))).toEqual([]);
  expect(
    await present(to.core.readNamespacedPersistentVolumeClaim({ name: stagedName({ name: "prometheus" }), namespace })),
  ).toBeUndefined();
  await clearStaged(to, timeoutSeconds);
});
