/** One run at a time in a rehearsal's folder, and Ctrl-C. */
import { endSimulator } from "../stop";
import { claim, release } from "./directory";
import { killEngines } from "./engine";
import { onInterrupt } from "./interrupt";

/**
 * Makes the folder this process's own while the work goes on; whoever interrupts it is told how to go on, and everything
 * that runs is ended first.
 * @throws UsageError where another run of the same name goes on.
 */
export async function exclusively<Result>(
  name: string,
  directory: string,
  work: () => Promise<Result>,
): Promise<Result> {
  claim(directory);
  const settle = onInterrupt(async () => {
    process.stderr.write(
      `\nInterrupted: ending what runs. The same command goes on from here; to give it up: npm run platform -- stop ${name}\n`,
    );
    killEngines(directory);
    await endSimulator(directory);
    release(directory);
  });
  try {
    return await work();
  } finally {
    settle();
    release(directory);
  }
}
