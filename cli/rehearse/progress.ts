/** Runs steps one after the other: a live display on a terminal, plain lines elsewhere. */
import { Listr, type ListrTask } from "listr2";
import type { StepReport } from "./report";

export interface Step<Context> {
  /** For the report: one word. */
  name: string;
  title: string;
  /** @param say shows a line about what is going on. */
  run(context: Context, say: (line: string) => void): Promise<void>;
  /** Runs also after a step before it failed: ends what was started. */
  always?: boolean;
}

/**
 * Runs the steps; after a failure only those that always run.
 * @returns how each one ended, in order.
 */
export async function runSteps<Context extends object>(
  steps: Step<Context>[],
  context: Context,
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  const tasks: ListrTask<Context>[] = steps.map((step) => ({
    title: step.title,
    skip: () => !step.always && reports.some(({ ok }) => !ok),
    task: async (_, task) => {
      const start = Date.now();
      const seconds = () => Number(((Date.now() - start) / 1000).toFixed(1));
      try {
        await step.run(
          context,
          paced((line) => (task.output = line)),
        );
        reports.push({ name: step.name, seconds: seconds(), ok: true });
        task.title = `${step.title} (${seconds()} s)`;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        reports.push({ name: step.name, seconds: seconds(), ok: false, error: message });
        throw error;
      }
    },
  }));
  await new Listr<Context>(tasks, {
    exitOnError: false,
    fallbackRenderer: "simple",
    // Ctrl-C is for the command: there is more to end than this display.
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, showErrorMessage: true },
  })
    .run(context)
    .catch(() => undefined);
  return reports;
}

/** Every line on a terminal, where each is written over the one before; one in five seconds where all of them stay. */
function paced(show: (line: string) => void): (line: string) => void {
  const pauseMilliseconds = process.stdout.isTTY ? 0 : 5000;
  let shown = { line: "", at: 0 };
  return (line) => {
    if (line === shown.line || Date.now() - shown.at < pauseMilliseconds) return;
    shown = { line, at: Date.now() };
    show(line);
  };
}
