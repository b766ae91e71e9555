/**
 * A platform in use moves to another simulated cloud, back again, and over for good: the real engine, Argo CD and Velero.
 * MIGRATION_SEED draws from which cloud to which; `npm run prove -- --migrations` goes through all pairs.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backUp } from "../../cli/velero/backup";
import { take } from "../../cli/migrate/steps";
import type { Cutover } from "../../cli/migrate/steps/notes";
import { plan } from "../../cli/migrate/steps/plan";
import type { Rollback } from "../../cli/migrate/steps/rollback";
import type { Verified } from "../../cli/migrate/steps/verify";
import { resultOf, StepError } from "../../cli/migrate/migration";
import { project, repository } from "../../cli/project";
import { cluster, present } from "../../cli/rehearse/cluster";
import { removeRehearsal } from "../../cli/rehearse/directory";
import { beside, journalOf, migrationOf, sideOf, stackNames } from "../../cli/rehearse/migration/journey";
import { Internet } from "../../cli/rehearse/migration/internet";
import { account, use, type Usage } from "../../cli/rehearse/migration/usage";
import { emptyReport } from "../../cli/rehearse/report";
import { readStack, writeStack } from "../../cli/rehearse/stackFile";
import { bringUp, end, sync, takeUp } from "../../cli/rehearse/steps";
import { openIn, records, startWorld, type Rehearsal } from "../../cli/rehearse/world";
import { isBackup } from "../../cli/teardown/state";
import { migrationPrograms, rehearsalPrograms } from "../../cli/tools";
import { pairsOf } from "../prove/migrations";
import { quiet } from "./session";

const seed = Number(process.env["MIGRATION_SEED"] ?? 1);
const pairs = pairsOf(["aws", "azure", "gcp"] as const);
const [from, to] = pairs[seed % pairs.length] ?? (["aws", "gcp"] as const);
const [fromName, toName] = stackNames("dev", [from, to]) as [string, string];

const options = { stack: "dev", cloud: from, set: [], faults: [], keep: false };
let source: Rehearsal;
let target: Rehearsal;
let usage: Usage;

const run = (step: Parameters<typeof take>[0]) => take(step, migrationOf(source, target, quiet), quiet);
const result = <Result>(step: string) => resultOf<Result>(journalOf(source, target.name), step);

beforeAll(async () => {
  source = {
    options,
    name: fromName,
    directory: mkdtempSync(join(tmpdir(), "migration-")),
    configuration: readStack(repository, project.name, options),
    timeScale: 1 / 600,
    report: emptyReport(fromName, from),
  };
  await startWorld(source, [...rehearsalPrograms, ...migrationPrograms], quiet);
  source.stack = await openIn(source, source.name);
  await writeStack(source.stack, project.name, source.configuration);
  await takeUp(source, quiet);
  await bringUp(source, quiet);
  await sync(source, quiet);
  target = beside(source, toName, to);
  usage = await use(present(source.clouds).traffic, await cluster(source));
});

afterAll(async () => {
  usage.load.stop().catch(() => undefined);
  await end(source, quiet);
  removeRehearsal(source.directory);
});

it("does not begin where it cannot", async () => {
  await expect(run("cutover")).rejects.toThrow(StepError);
  expect(journalOf(source, target.name).entries).toEqual([]);
});

it(`is planned from ${from} to ${to} without anything in its way (MIGRATION_SEED=${seed})`, async () => {
  const { journal } = migrationOf(source, target, quiet);
  const made = await plan(journal, sideOf(source), { to: target.name, cloud: to });
  expect(made.findings.filter(({ severity }) => severity === "blocking")).toEqual([]);
});

it("backs up the source, brings up the target, and restores into it", async () => {
  await run("backup");
  await run("up");
  await run("restore");
  expect(result<{ volumes: unknown[] }>("restore").volumes).toHaveLength(
    result<{ volumes: unknown[] }>("backup").volumes.length,
  );
});

it("finds everything on the target", async () => {
  await run("verify");
  const { problems, objects, volumes } = result<Verified>("verify");
  expect(problems).toEqual([]);
  expect(objects.there).toBe(objects.expected);
  expect(volumes.map(({ files }) => files)).not.toContain(0);
});

it("cuts over, with what was written until then, and what databases had in memory", async () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  await take("cutover", migrationOf(source, target, say), say);
  expect(said.filter((line) => line.endsWith("what is in memory is written down"))).toHaveLength(1);
  expect(result<Cutover>("cutover").bytes).toBeGreaterThan(0);
  const { hosts } = usage.load.result();
  const served = hosts.flatMap(({ servedBy }) => Object.keys(servedBy));
  expect(new Set(served)).toEqual(new Set([`platform-${fromName}`, `platform-${toName}`]));
});

it("refuses to copy anything over what the target has been given", async () => {
  await expect(run("restore")).rejects.toThrow("traffic is on the target");
});

it("goes back, and keeps what was written on the target", async () => {
  await run("rollback");
  const { exported, bytes } = result<Rollback>("rollback");
  expect(bytes).toBeGreaterThan(result<Cutover>("cutover").bytes);
  // The name finds the backup that is there.
  const request = { name: exported, retentionDays: 1, timeoutSeconds: 60 };
  expect((await backUp(await cluster(target), request, quiet)).name).toBe(exported);
});

it("goes back by itself where requests fail on the target, and says what was written there", async () => {
  for (const step of ["backup", "restore", "verify"] as const) await run(step);
  const broken = breakTarget();
  const kept = `in its backup ${toName}-back-to-${fromName}-`;
  await expect(run("cutover")).rejects.toThrow(
    new RegExp(`Requests fail on the target\\. dev\\.guestbook\\.local/: .*503.*\n.* ${kept}`),
  );
  await broken;
  const internet = new Internet(present(source.clouds).traffic);
  await expect
    .poll(() => internet.send("GET", "dev.guestbook.local"), { timeout: 30_000, interval: 500 })
    .toMatchObject({ status: 200, cluster: `platform-${fromName}` });
});

/** Scales what users are led to on the target to none, as soon as they have been let in. */
async function breakTarget(): Promise<void> {
  // Asked for beforehand: the target is watched for seconds.
  const { apps } = await cluster(target);
  const begun = journalOf(source, target.name).entries.length;
  const isOpen = () =>
    journalOf(source, target.name)
      .entries.slice(begun)
      .some(({ data }) => (data as { opened?: string } | undefined)?.opened !== undefined);
  while (!isOpen()) await sleep(100);
  const place = { namespace: "guestbook-dev", name: "frontend" };
  await apps.replaceNamespacedDeploymentScale({ ...place, body: { metadata: place, spec: { replicas: 0 } } });
}

it("moves for good, and loses nothing that was acknowledged since", async () => {
  await usage.load.stop();
  usage = await use(present(source.clouds).traffic, await cluster(source));
  await run("cutover");
  const { acknowledged, lost } = await account(usage, quiet);
  expect(acknowledged).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

it("takes the source down, but for its backups", async () => {
  await run("finish");
  expect(records(source.directory, source.name).filter((one) => !isBackup({ ...one, custom: true }))).toEqual([]);
  await expect(run("rollback")).rejects.toThrow("finished");
});
