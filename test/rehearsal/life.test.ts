/** A stack's whole life on simulated AWS with the real engine; each test goes on from where the one before ended. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, bringUp, secondPreview, sync, takeDown, tearDown } from "../../cli/rehearse/steps";
import { openSession, quiet, type Session } from "./session";

describe("the stack dev on AWS", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession({ cloud: "aws" });
  });
  afterAll(() => session?.close());

  it("can be previewed before there is a cluster, and that makes nothing", async () => {
    const changes = await session.preview();
    expect(changes.filter((change) => !change.startsWith("create "))).toEqual([]);
    expect(changes.length).toBeGreaterThan(80);
    expect(session.records()).toEqual([]);
  });

  it("comes up, and what the cloud has is what the engine knows", async () => {
    await bringUp(session.rehearsal, quiet);
    expect(
      session
        .records()
        .map(({ type, id }) => `${type} ${id}`)
        .sort(),
    ).toEqual((await session.state()).sort());
  });

  it("has no changes in a second preview", async () => {
    await secondPreview(session.rehearsal, quiet);
    expect(session.rehearsal.report.preview.changes).toBe(0);
  });

  it("syncs task-manager from the gitops folder", async () => {
    await sync(session.rehearsal, quiet);
    const { applications, pods } = session.rehearsal.report;
    const done = applications.filter(({ sync, health }) => sync === "Synced" && health === "Healthy");
    expect(done.map(({ name }) => name)).toEqual(["root", "task-manager-dev", "task-manager-prod"]);
    expect(pods.ready).toBe(pods.total);
  });

  it.each([
    [["nodes.max=5"], ["update aws:eks/nodeGroup:NodeGroup"]],
    [["nodes.max=5", "monitoring.retentionDays=31"], ["update kubernetes:helm.sh/v3:Release"]],
  ])("changes only what the last of %j is about", async (settings, expected) => {
    await session.configure(...settings);
    const changes = await session.preview();
    expect(changes.map((change) => change.split(" ").slice(0, 2).join(" "))).toEqual(expected);
    await bringUp(session.rehearsal, quiet);
    expect(await session.preview()).toEqual([]);
  });

  it("replaces nothing when a tag is added", async () => {
    await session.configure("nodes.max=5", "monitoring.retentionDays=31", 'tags={"team":"platform"}');
    const changes = await session.preview();
    expect(changes.length).toBeGreaterThan(20);
    expect(changes.filter((change) => !change.startsWith("update "))).toEqual([]);
    await bringUp(session.rehearsal, quiet);
    expect(await session.preview()).toEqual([]);
  });

  it("refuses another cloud, with the next step", async () => {
    await session.configure("cloud=gcp", "region=europe-west1");
    await expect(session.preview()).rejects.toThrow(/cloud.*gcp.*aws/s);
    await session.configure();
  });

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

  it("does not keep the stack from converging, and nothing is made twice", async () => {
    const said: string[] = [];
    await bringUp(session.rehearsal, (line) => said.push(line));
    const attempts = said.filter((line) => line.startsWith("attempt"));
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    expect(said.some((line) => /NodeGroup .* had been made: adopted/.test(line))).toBe(true);
    expect(
      session
        .records()
        .map(({ type, id }) => `${type} ${id}`)
        .sort(),
    ).toEqual((await session.state()).sort());
    await secondPreview(session.rehearsal, quiet);
  });

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
