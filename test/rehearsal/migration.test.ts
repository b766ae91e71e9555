/** A platform with data moves to another simulated cloud: the real engine, Argo CD and Velero on both sides. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project, repository } from "../../cli/project";
import { removeRehearsal } from "../../cli/rehearse/directory";
import { beside, migrationOf, sideOf } from "../../cli/rehearse/migration/journey";
import { emptyReport } from "../../cli/rehearse/report";
import { readStack, writeStack } from "../../cli/rehearse/stackFile";
import { bringUp, end, sync, takeUp } from "../../cli/rehearse/steps";
import { openIn, startWorld, type Rehearsal } from "../../cli/rehearse/world";
import { plan } from "../../cli/migrate/steps/plan";
import { take } from "../../cli/migrate/steps";
import { migrationPrograms, rehearsalPrograms } from "../../cli/tools";

const say = (line: string): void => console.log(line);
const options = { stack: "dev", cloud: "aws" as const, set: [], faults: [], keep: false };
let source: Rehearsal;
let target: Rehearsal;

beforeAll(async () => {
  source = {
    options,
    name: "dev-aws",
    directory: mkdtempSync(join(tmpdir(), "migration-")),
    configuration: readStack(repository, project.name, options),
    timeScale: 1 / 600,
    report: emptyReport("dev-aws", "aws"),
  };
  await startWorld(source, [...rehearsalPrograms, ...migrationPrograms], say);
  source.stack = await openIn(source, source.name);
  await writeStack(source.stack, project.name, source.configuration);
  await takeUp(source, say);
  await bringUp(source, say);
  await sync(source, say);
  target = beside(source, "dev-gcp", "gcp");
});

afterAll(async () => {
  await end(source, say);
  if (process.env["KEEP"] === undefined) removeRehearsal(source.directory);
  else console.log(source.directory);
});

describe("from AWS to Google", () => {
  it("is planned", async () => {
    const { journal } = migrationOf(source, target, say);
    const made = await plan(journal, sideOf(source), { to: target.name, cloud: "gcp", set: [] });
    expect(made.findings.filter(({ severity }) => severity === "blocking")).toEqual([]);
  });
  for (const step of ["backup", "up", "restore", "cutover", "finish"] as const) {
    it(step, async () => {
      const { journal } = migrationOf(source, target, say);
      if (step === "cutover") journal.add("verify", "done", {});
      await take(step, migrationOf(source, target, say), say);
    });
  }
});
