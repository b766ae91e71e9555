/** A walk as a process of its own: `fork`, then one message with what to do. */
import type { Cloud } from "../../components/config/types";
import { removeRehearsal } from "../../cli/rehearse/directory";
import { endSimulator } from "../../cli/stop";
import { listPlaces, parseFault, type Place } from "./places";
import { walk, type WalkEvent } from "./walk";

export interface Task {
  stack: string;
  cloud: Cloud;
  /** Holds the stack and its clouds. */
  directory: string;
  /** Unset: only lists the places. */
  faults?: string[];
}

export type ChildEvent =
  | WalkEvent
  /** Undefined: that cloud is not rehearsed. */
  | { event: "places"; places?: Place[] }
  /** Not because of a fault. */
  | { event: "broken"; error: string };

const tell = (event: ChildEvent): void => void process.send?.(event);

async function run({ stack, cloud, directory, faults }: Task): Promise<void> {
  // Whatever a run that was killed has left there.
  await endSimulator(directory);
  removeRehearsal(directory);
  if (faults) await walk({ stack, cloud, faults: faults.map(parseFault), teardown: true, directory }, tell);
  else tell({ event: "places", places: await listPlaces(stack, cloud, directory) });
}

// The simulated clouds and the engine end with this process.
process.on("disconnect", () => process.exit(1));
process.once("message", (task: Task) => {
  void run(task)
    .catch((error: unknown) => tell({ event: "broken", error: error instanceof Error ? error.message : String(error) }))
    .finally(() => process.disconnect());
});
