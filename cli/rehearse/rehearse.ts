/** A rehearsal from beginning to end, and its report. */
import { formatProblems } from "../../components/config/error";
import { validateStack } from "../../components/config/validate";
import { rehearsalDirectory, removeRehearsal } from "./directory";
import { exclusively } from "./exclusively";
import { UsageError, type RehearseOptions } from "./options";
import { runSteps } from "./progress";
import { emptyReport, type Report } from "./report";
import { readStack, stackName } from "./stackFile";
import { checkScenarios } from "./scenarios";
import { steps } from "./steps";
import type { Rehearsal } from "./world";
import { project, repository } from "../project";

/** One of the cloud's minutes is a second. */
const timeScale = 1 / 60;

/**
 * Rehearses a stack.
 * @throws UsageError where the input is wrong, before anything is started.
 */
export async function rehearse(options: RehearseOptions): Promise<Report> {
  const name = stackName(options);
  const configuration = readStack(repository, project.name, options);
  const checked = validateStack(configuration, { stack: name });
  if (!checked.ok) throw new UsageError(formatProblems(name, checked.problems));
  checkScenarios(options.scenarios);
  const directory = rehearsalDirectory(name);
  const report = emptyReport(name, String(configuration.values["cloud"]));
  const rehearsal: Rehearsal = { options, name, directory, configuration, timeScale, report };
  await exclusively(name, directory, async () => {
    try {
      report.steps = await runSteps(steps(options), rehearsal);
      report.ok = report.steps.every(({ ok }) => ok);
    } finally {
      if (options.keep) rehearsal.clouds?.keep();
    }
  });
  // Nothing of a finished rehearsal is worth keeping; a failed one's logs and state are.
  if (report.ok && !options.keep) removeRehearsal(directory);
  return report;
}
