/** A rehearsed migration from beginning to end, and its report. */
import { formatProblems } from "../../../components/config/error";
import type { Cloud } from "../../../components/config/types";
import { validateStack } from "../../../components/config/validate";
import { planOf, resultOf } from "../../migrate/migration";
import { progress } from "../../migrate/progress";
import type { MigrationPlan } from "../../migrate/plan/plan";
import { counts } from "../../migrate/plan/show";
import { take, works, type WorkName } from "../../migrate/steps";
import type { Cutover } from "../../migrate/steps/notes";
import { plan } from "../../migrate/steps/plan";
import type { Verified } from "../../migrate/steps/verify";
import { project, repository } from "../../project";
import { backupStores, isBackup } from "../../teardown/state";
import { migrationPrograms, rehearsalPrograms } from "../../tools";
import { cluster, present } from "../cluster";
import { rehearsalDirectory, removeRehearsal } from "../directory";
import { exclusively } from "../exclusively";
import { UsageError, type Setting } from "../options";
import { runSteps, type Step } from "../progress";
import { emptyReport, type StepReport } from "../report";
import { readStack, writeStack } from "../stackFile";
import { bringUp, end, sync, takeDown, takeUp } from "../steps";
import type { Say } from "../up";
import { everything, openIn, records, startWorld, type Rehearsal } from "../world";
import { account, use, type Usage, type UsageResult } from "./usage";
import { beside, journalOf, migrationOf, sideOf, stackNames } from "./journey";

export interface JourneyOptions {
  /** The stack whose `Pulumi.<stack>.yaml` is moved. */
  stack: string;
  /** Where it begins, and where it goes: two or more. */
  route: Exclude<Cloud, "local">[];
  /** Values laid over the stack file's. */
  set: Setting[];
  /** Leaves the target of the last leg running. */
  keep: boolean;
}

/** What a rehearsed migration has found: the shape of `--json FILE`. */
export interface JourneyReport {
  name: string;
  route: string[];
  ok: boolean;
  steps: StepReport[];
  legs: LegReport[];
  /** What people who used it all along have seen; unset before they have gone. */
  usage?: UsageResult;
  /** Ids of what the stacks that are gone have kept their backups in. */
  kept: string[];
  /** What else is left in the simulated clouds. */
  leftovers: string[];
}

export interface LegReport {
  from: string;
  to: string;
  /** `0 in the way, 14 adapted, 6 notes` */
  findings: string;
  /** How many come along. */
  volumes: number;
  /** What was found on the target as it is on the source: how many of each. */
  compared?: { objects: number; volumes: number };
  /** Once it is done. */
  cutover?: Cutover;
}

interface Journey {
  options: JourneyOptions;
  /** In their order; the first begins. All of them share one world. */
  stacks: Rehearsal[];
  report: JourneyReport;
  usage?: Usage;
}

type Run = (journey: Journey, say: Say) => Promise<void>;

/** One of the cloud's minutes is a second. */
const timeScale = 1 / 60;

/**
 * Rehearses the migration of a stack from cloud to cloud.
 * @throws UsageError where the input is wrong, before anything is started.
 */
export async function rehearseMigration(options: JourneyOptions): Promise<JourneyReport> {
  const { stack, route, set, keep } = options;
  const [cloud] = route;
  const given = { stack, cloud, set, faults: [], keep };
  const configuration = readStack(repository, project.name, given);
  const names = stackNames(stack, route);
  const [name = ""] = names;
  const checked = validateStack(configuration, { stack: name });
  if (!checked.ok) throw new UsageError(formatProblems(name, checked.problems));
  const journeyName = `${stack}-migration`;
  const directory = rehearsalDirectory(journeyName);
  const first: Rehearsal = {
    options: given,
    name,
    directory,
    configuration,
    timeScale,
    report: emptyReport(name, String(cloud)),
  };
  const report: JourneyReport = {
    name: journeyName,
    route: names,
    ok: false,
    steps: [],
    legs: [],
    kept: [],
    leftovers: [],
  };
  const stacks = [first];
  const journey: Journey = { options, stacks, report };
  await exclusively(journeyName, directory, async () => {
    try {
      report.steps = await runSteps(stepsOf(names, options), journey);
      report.ok = report.steps.every(({ ok }) => ok);
    } finally {
      // Whoever uses it would keep this process alive.
      await journey.usage?.load.stop();
      if (keep) stacks[0]?.clouds?.keep();
    }
  });
  if (report.ok && !keep) removeRehearsal(directory);
  return report;
}

const titles: Record<WorkName, string> = {
  backup: "Back up, while it serves",
  up: "Bring the target up",
  restore: "Restore into the target",
  verify: "Compare both",
  cutover: "Cut over",
  rollback: "Roll back",
  finish: "Take the source down",
};

function stepsOf(names: string[], { route, keep }: JourneyOptions): Step<Journey>[] {
  const legs = route.slice(1).flatMap((cloud, index) => {
    const way = `${names[index]} → ${names[index + 1]}`;
    return [
      { name: `plan-${index + 1}`, title: `${way}: Plan`, run: planLeg(index, cloud, names[index + 1] ?? "") },
      ...(Object.keys(works) as WorkName[])
        .filter((work) => work !== "rollback")
        .map((work) => ({
          name: `${work}-${index + 1}`,
          title: `${way}: ${titles[work]}`,
          run: takeStep(index, work),
        })),
    ];
  });
  const moves: Step<Journey>[] = [
    { name: "clouds", title: "Tools and simulated clouds", run: start },
    { name: "up", title: `${names[0]}: pulumi up, and Argo CD's first sync`, run: first },
    { name: "use", title: "People use it", run: beginUsage },
    ...legs,
    { name: "account", title: "Nothing that they wrote is lost", run: endUsage },
  ];
  if (keep) return moves;
  return [
    ...moves,
    { name: "teardown", title: `${names.at(-1)}: Tear down`, run: takeDownLast },
    { name: "audit", title: "Nothing is left in the clouds", run: audit },
    {
      name: "end",
      title: "End the simulated clouds",
      run: ({ stacks: [one] }, say) => end(present(one), say),
      always: true,
    },
  ];
}

const start: Run = async ({ stacks: [one] }, say) =>
  startWorld(present(one), [...rehearsalPrograms, ...migrationPrograms], say);

/** A run before this one may have been interrupted later, where the first stack is gone again. */
const first: Run = async ({ stacks: [one], report }, say) => {
  const rehearsal = present(one);
  rehearsal.stack = await openIn(rehearsal, rehearsal.name);
  if (isDone(rehearsal, report.route[1] ?? "", "plan")) return;
  await writeStack(rehearsal.stack, project.name, rehearsal.configuration);
  await takeUp(rehearsal, say);
  await bringUp(rehearsal, say);
  await sync(rehearsal, say);
};

const beginUsage: Run = async (journey, say) => {
  const [one] = journey.stacks;
  if (isDone(present(one), journey.report.route[1] ?? "", "cutover")) {
    say("an interrupted run: those who wrote before are gone");
    return;
  }
  journey.usage = await use(present(present(one).clouds).traffic, await cluster(present(one)));
};

const endUsage: Run = async ({ usage, report }, say) => {
  if (!usage) return;
  const found = await account(usage, say);
  report.usage = found;
  if (found.lost.length > 0) throw new Error(lossOf(found));
};

function lossOf({ acknowledged, lost }: UsageResult): string {
  const some = lost.slice(0, 5).map(({ host, sequence, at }) => `  write ${sequence} to ${host}, at ${at}`);
  return [`${lost.length} of ${acknowledged} acknowledged writes are not there:`, ...some].join("\n");
}

const planLeg =
  (index: number, cloud: Cloud, name: string): Run =>
  async ({ stacks, report }, say) => {
    const from = present(stacks[index]);
    from.stack ??= await openIn(from, from.name);
    const to = beside(from, name, cloud);
    stacks.push(to);
    const { journal } = migrationOf(from, to, say);
    if (!isDone(from, name, "plan")) {
      const made = await plan(journal, sideOf(from), { to: name, cloud });
      const inTheWay = made.findings.filter(({ severity }) => severity === "blocking");
      if (inTheWay.length > 0) throw new Error(inTheWay.map(({ object, what }) => `${object}: ${what}`).join("\n"));
    }
    const { findings, volumes } = summaryOf(planOf(journal));
    report.legs.push({ from: from.name, to: name, findings, volumes });
  };

const takeStep =
  (index: number, work: WorkName): Run =>
  async ({ stacks, report }, say) => {
    const [from, to] = [present(stacks[index]), present(stacks[index + 1])];
    const migration = migrationOf(from, to, say);
    if (!isDone(from, to.name, work)) await take(work, migration, say);
    const leg = present(report.legs[index]);
    if (work === "verify") leg.compared = comparedBy(resultOf<Verified>(migration.journal, work));
    if (work === "cutover") leg.cutover = resultOf<Cutover>(migration.journal, work);
    if (work === "finish") assertGone(from);
  };

/** What a teardown leaves of a stack is its backups. */
function assertGone({ directory, name }: Rehearsal): void {
  const left = records(directory, name).filter((one) => !isBackup({ ...one, custom: true }));
  if (left.length > 0) throw new Error(`still there:\n${left.map(({ type, id }) => `${type} ${id}`).join("\n")}`);
}

const takeDownLast: Run = async ({ stacks }, say) => takeDown(present(stacks.at(-1)), say);

/** Backups of stacks that are gone stay in their clouds, as `finish` says. */
const audit: Run = ({ stacks: [one], report }) => {
  const all = everything(present(one).directory).map((record) => ({ ...record, custom: true }));
  const kept = all.filter(isBackup);
  report.kept = backupStores(kept);
  report.leftovers = all.filter((record) => !kept.includes(record)).map(({ type, id }) => `${type} ${id}`);
  if (report.leftovers.length > 0) return Promise.reject(new Error(`still there:\n${report.leftovers.join("\n")}`));
  return Promise.resolve();
};

function comparedBy({ objects, volumes }: Verified): LegReport["compared"] {
  return { objects: objects.there, volumes: volumes.length };
}

function summaryOf({ findings, data }: MigrationPlan): Pick<LegReport, "findings" | "volumes"> {
  return { findings: counts({ findings }), volumes: data.volumes.length };
}

function isDone(from: Rehearsal, to: string, step: string): boolean {
  const { entries } = journalOf(from, to);
  return progress(entries).find(({ name }) => name === step)?.state === "done";
}
