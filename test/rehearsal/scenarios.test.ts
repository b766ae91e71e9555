/**
 * Every scenario on a stack with the full selection, on the cloud that the seed draws: SCENARIO_SEED draws another, and
 * `npm run prove -- --scenarios` goes through all of them.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarioStep } from "../../cli/rehearse/scenarios";
import { bringUp, openShell, sync } from "../../cli/rehearse/steps";
import { scenarios } from "../../cli/scenarios";
import { labs, runLab } from "./lab";
import { openSession, quiet, type Session } from "./session";

const clouds = ["aws", "azure", "gcp"] as const;
const seed = Number(process.env["SCENARIO_SEED"] ?? 1);
const cloud = clouds[seed % clouds.length] ?? "aws";

describe(`production on ${cloud} (SCENARIO_SEED=${seed})`, () => {
  let session: Session;

  beforeAll(async () => {
    session = await openSession({ stack: "prod", cloud });
    await bringUp(session.rehearsal, quiet);
  });

  afterAll(() => session?.close());

  it("syncs every Application that needs no approval", async () => {
    await sync(session.rehearsal, quiet);
    const { applications, pods } = session.rehearsal.report;
    const waiting = applications.filter(({ waitsForApproval }) => waitsForApproval).map(({ name }) => name);
    expect(waiting).toEqual(["guestbook-prod", "wordpress-prod"]);
    const others = applications.filter(({ waitsForApproval }) => !waitsForApproval);
    expect(others.filter(({ sync, health }) => sync !== "Synced" || health !== "Healthy")).toEqual([]);
    expect(others.length).toBeGreaterThanOrEqual(15);
    expect(pods.ready).toBe(pods.total);
  });

  it.each(scenarios)("$name: $title", async ({ name }) => {
    await scenarioStep(name).run(session.rehearsal, quiet);
    const { scenarios: played, applications } = session.rehearsal.report;
    expect(played.find((one) => one.name === name)?.seen).not.toEqual([]);
    // The first one has approved all, and the report is of after it.
    expect(applications.filter(({ waitsForApproval }) => waitsForApproval)).toEqual([]);
  });

  it.each(labs)("docs/labs/%s", async (lab) => {
    await runLab(lab, { shell: (await openShell(session.rehearsal)).shell, selection: "full" });
  });
});
