/** A stack's whole life on simulated AWS with the real engine; each test goes on from where the one before ended. */
import { VersionApi } from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, bringUp, secondPreview, sync, takeDown, tearDown } from "../../cli/rehearse/steps";
import { connect, type Clients } from "../../cli/kubernetes";
import { parseSetting } from "../../cli/rehearse/options";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { changeInCloud } from "./cloud";
import { openSession, quiet, type Session } from "./session";

const developers = "arn:aws:iam::123456789012:role/developers";

/** What has been changed when the small changes are through. */
const settings = ["nodes.max=5", "monitoring.retentionDays=31", 'kubernetesVersion="1.36"'];

/** The cluster by the kubeconfig that users get. */
async function asCreator(session: Session, change = (kubeconfig: string) => kubeconfig): Promise<Clients> {
  const kubeconfig = String((await session.stack.outputs())["kubeconfig"]?.value);
  return connect(change(kubeconfig), session.rehearsal.clouds?.environment["HTTPS_PROXY"]);
}

/** The same as one who takes that role, as `aws eks update-kubeconfig --role-arn` writes it. */
function asRole(session: Session, role: string): Promise<Clients> {
  return asCreator(session, (kubeconfig) => kubeconfig.replace('"--output"', `"--role-arn","${role}","--output"`));
}

function nodeGroup(session: Session, zone: string): CloudRecord {
  const found = session.records().find(({ id }) => id.includes(`:platform-dev-aws-general-eu-west-1${zone}-`));
  if (!found) throw new Error(`there is no node group in zone ${zone}`);
  return found;
}

/** Names of what was updated in the cloud, in the order in which the updates ended. */
function updates(session: Session): string[] {
  const lines = readFileSync(join(session.rehearsal.directory, "journal.jsonl"), "utf8").trim().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as { operation: string; urn: string });
  return entries.filter(({ operation }) => operation === "update").map(({ urn }) => urn.split("::").at(-1) ?? "");
}

/** The groups' nodes and bounds in the cloud, by zone. */
function scaling(session: Session) {
  const text = (zone: string) => {
    const { desiredSize, minSize, maxSize } = nodeGroup(session, zone).outputs["scalingConfig"] as Record<
      string,
      number
    >;
    return `${desiredSize} in ${minSize}-${maxSize}`;
  };
  return { a: text("a"), b: text("b") };
}

/** What the cloud has, as the engine's state names it. */
function inCloud(session: Session): string[] {
  return session
    .records()
    .map(({ type, id }) => `${type} ${id}`)
    .sort();
}

describe("the stack dev on AWS", () => {
  let session: Session;
  beforeAll(async () => {
    // One version behind, to be brought forward; developers, to be let in.
    const set = ['region="eu-west-1"', 'kubernetesVersion="1.35"', `access.developerGroups=["${developers}"]`].map(
      parseSetting,
    );
    session = await openSession({ cloud: "aws", set });
  });
  afterAll(() => session?.close());

  // Fails where something needs a value of the cluster to be described: then no first preview can be made at all.
  it("can be previewed before there is a cluster, and that makes nothing", async () => {
    const changes = await session.preview();
    expect(changes.filter((change) => !change.startsWith("create "))).toEqual([]);
    expect(changes.length).toBeGreaterThan(80);
    expect(session.records()).toEqual([]);
  });

  // Fails where the engine loses sight of what was made, or keeps what the cloud does not have.
  it("comes up, and what the cloud has is what the engine knows", async () => {
    await bringUp(session.rehearsal, quiet);
    expect(inCloud(session)).toEqual((await session.state()).sort());
  });

  // Fails where the program writes what the cloud or the API server answers differently.
  it("has no changes in a second preview", async () => {
    await secondPreview(session.rehearsal, quiet);
    expect(session.rehearsal.report.preview.changes).toBe(0);
  });

  // Fails where the root Application, its project or the metadata of the cluster does not fit the gitops folder.
  it("syncs the small selection of the gitops folder", async () => {
    await sync(session.rehearsal, quiet);
    const { applications, pods } = session.rehearsal.report;
    const done = applications.filter(({ sync, health }) => sync === "Synced" && health === "Healthy");
    expect(done.map(({ name }) => name)).toEqual([
      "dotnet-sample",
      "guestbook-dev",
      "infrastructure",
      "root",
      "sealed-secrets",
      "selection",
      "task-manager-dev",
      "task-manager-prod",
    ]);
    expect(pods.ready).toBe(pods.total);
  });

  // Fails where an access entry is not mapped to a group, or a group is given too much.
  it("lets developers look at production and change nothing, and others not in", async () => {
    const { core } = await asRole(session, developers);
    const [pod] = (await core.listNamespacedPod({ namespace: "prod" })).items;
    const name = pod?.metadata?.name ?? "";
    await expect(core.deleteNamespacedPod({ name, namespace: "prod" })).rejects.toThrow(
      /403.*EKSGetTokenAuth.* cannot delete resource/s,
    );
    await expect(core.listNamespacedSecret({ namespace: "argocd" })).rejects.toThrow(/403.* cannot list resource/s);
    const stranger = await asRole(session, "arn:aws:iam::123456789012:role/others");
    await expect(stranger.core.listNamespacedPod({ namespace: "prod" })).rejects.toThrow(/401/);
  });

  // Two groups share two to four nodes. What the autoscaler adds is neither a change nor taken away with one.
  it("changes the bounds of groups that an autoscaler works on, no other group, and no more nodes than it must", async () => {
    await session.configure("nodes.min=3");
    expect(await session.preview()).toEqual(["update aws:eks/nodeGroup:NodeGroup platform-dev-aws-general-eu-west-1a"]);
    await bringUp(session.rehearsal, quiet);
    expect(scaling(session)).toEqual({ a: "2 in 2-2", b: "1 in 1-2" });

    const scalingConfig = { minSize: 1, maxSize: 2, desiredSize: 2 };
    await changeInCloud(session.rehearsal.clouds?.providers["aws"] ?? 0, nodeGroup(session, "b"), { scalingConfig });
    expect(await session.preview()).toEqual([]);

    await session.configure("nodes.min=2", "nodes.max=3");
    await bringUp(session.rehearsal, quiet);
    expect(scaling(session)).toEqual({ a: "2 in 1-2", b: "1 in 1-1" });
    expect(await session.preview()).toEqual([]);
    const { core } = await asCreator(session);
    expect((await core.listNode()).items).toHaveLength(3);
  });

  // Fails where a change reaches further than what it is about.
  it.each([
    [["nodes.max=5"], ["update aws:eks/nodeGroup:NodeGroup", "update aws:eks/nodeGroup:NodeGroup"]],
    [["nodes.max=5", "monitoring.retentionDays=31"], ["update kubernetes:helm.sh/v3:Release"]],
  ])("changes only what the last of %j is about", async (settings, expected) => {
    await session.configure(...settings);
    const changes = await session.preview();
    expect(changes.map((change) => change.split(" ").slice(0, 2).join(" "))).toEqual(expected);
    await bringUp(session.rehearsal, quiet);
    expect(await session.preview()).toEqual([]);
  });

  // Fails where a version replaces a cluster, or nodes and add-ons stay behind.
  it("moves to the next Kubernetes in place: control plane, then nodes and add-ons", async () => {
    await session.configure(...settings);
    const changes = await session.preview();
    const kinds = [...new Set(changes.map((change) => change.split(" ").slice(0, 2).join(" ")))].sort();
    expect(kinds).toEqual(
      ["addon:Addon", "cluster:Cluster", "nodeGroup:NodeGroup"].map((type) => `update aws:eks/${type}`),
    );
    await bringUp(session.rehearsal, quiet);
    expect(await session.preview()).toEqual([]);
    const order = updates(session).slice(-changes.length);
    expect(order[0]).toBe("platform-dev-aws-eksCluster");
    expect(order.at(-1)).toBe("platform-dev-aws-coredns");
    const { config, core } = await asCreator(session);
    expect(await config.makeApiClient(VersionApi).getCode()).toMatchObject({ emulationMinor: "36" });
    const kubelets = (await core.listNode()).items.map(({ status }) => status?.nodeInfo?.kubeletVersion);
    expect(new Set(kubelets)).toEqual(new Set(["v1.36.0"]));
    await sync(session.rehearsal, quiet);
  });

  // Fails where a tag is part of what cannot be changed in place.
  it("replaces nothing when a tag is added", async () => {
    await session.configure(...settings, 'tags={"team":"platform"}');
    const changes = await session.preview();
    expect(changes.length).toBeGreaterThan(20);
    expect(changes.filter((change) => !change.startsWith("update "))).toEqual([]);
    await bringUp(session.rehearsal, quiet);
    expect(await session.preview()).toEqual([]);
  });

  // Fails where a slip in the configuration would tear the live cluster down.
  it("refuses another cloud, with the next step", async () => {
    await session.configure("cloud=gcp", "region=europe-west1", "access.developerGroups=[]");
    await expect(session.preview()).rejects.toThrow(/cloud: cannot change from "aws" to "gcp": the stack is live/);
    await session.configure();
  });

  // Fails where something that others hold on to is deleted before them, or is never deleted.
  it("leaves nothing when it is torn down", async () => {
    await takeDown(session.rehearsal, quiet);
    await audit(session.rehearsal, quiet);
    expect(session.rehearsal.report.leftovers).toEqual([]);
    expect(session.records()).toEqual([]);
  });
});

describe("a cloud at its worst", () => {
  let session: Session;
  beforeAll(async () => {
    const faults = [
      { kind: "throttle", type: "aws:ec2/subnet:Subnet", position: 2 },
      { kind: "quota", type: "aws:ec2/eip:Eip", position: 1 },
      { kind: "partial", type: "aws:kms/key:Key", position: 1 },
      { kind: "timeout", type: "aws:eks/cluster:Cluster", position: 1 },
      { kind: "crash", type: "aws:eks/nodeGroup:NodeGroup", position: 1 },
    ] as const;
    session = await openSession({ cloud: "aws", faults: [...faults] });
  });
  afterAll(() => session?.close());

  // Fails where a creation that was cut off is made a second time, or blocks the next run.
  it("does not keep the stack from converging, and nothing is made twice", async () => {
    const said: string[] = [];
    await bringUp(session.rehearsal, (line) => said.push(line));
    const attempts = said.filter((line) => line.startsWith("attempt"));
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    expect(said.some((line) => /NodeGroup .* had been made: adopted/.test(line))).toBe(true);
    expect(inCloud(session)).toEqual((await session.state()).sort());
    await secondPreview(session.rehearsal, quiet);
  });

  // Fails where a teardown takes the backups along, or leaves more than them; or where it waits for a sync that goes on,
  // and the sync for what is being deleted.
  it("leaves the backups where they are, when nobody asks to delete them, and nothing else", async () => {
    await tearDown(session.rehearsal, quiet, { deleteBackups: false });
    const left = session.records();
    // As private as before: its policy, its encryption and the rest have stayed too.
    expect(left).toHaveLength(7);
    expect(left.filter(({ type }) => !type.startsWith("aws:s3/"))).toEqual([]);
    expect([...new Set(left.map(({ id }) => id))]).toEqual([expect.stringMatching(/^platform-dev-aws-backup-\w{7}$/)]);
    expect(await session.state()).toEqual([]);
  });
});
