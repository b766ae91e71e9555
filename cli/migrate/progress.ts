/** How far a migration has come, from its journal, and which step may begin. */
import type { Entry, Journal } from "./journal";
import { StepError } from "./migration";

/** In their order; `rollback` is no step on the way, it takes `cutover` back. */
export const stepNames = ["plan", "backup", "up", "restore", "verify", "cutover", "finish"] as const;

export type StepName = (typeof stepNames)[number];
export type Command = StepName | "rollback";

export type State = "not begun" | "begun" | "done" | "failed";

export interface StepState {
  name: StepName;
  state: State;
  /** ISO 8601, UTC, of the newest beginning and of the end after it. */
  begun?: string;
  ended?: string;
}

/** Where each step stands. */
export function progress(entries: readonly Entry[]): StepState[] {
  const states = new Map<StepName, StepState>(stepNames.map((name) => [name, { name, state: "not begun" }]));
  for (const { step, kind, at } of entries) {
    if (step === "rollback" && kind === "done") {
      // The source serves again and is written to: what was copied, compared and switched is out of date.
      for (const name of ["backup", "restore", "verify", "cutover"] as const)
        states.set(name, { name, state: "not begun" });
    }
    const state = states.get(step as StepName);
    if (!state || kind === "noted") continue;
    if (kind === "begun") {
      states.set(state.name, { name: state.name, state: "begun", begun: at });
      // Whatever is built on a step is out of date when the step is done anew.
      for (const later of stepNames.slice(stepNames.indexOf(state.name) + 1)) {
        if (later !== "up") states.set(later, { name: later, state: "not begun" });
      }
    } else states.set(state.name, { ...state, state: kind, ended: at });
  }
  return [...states.values()];
}

/** The first step that is not done; undefined after `finish`. */
export function nextStep(entries: readonly Entry[]): StepName | undefined {
  return progress(entries).find(({ state }) => state !== "done")?.name;
}

/** Why the command cannot begin now, and what to do; undefined where it can. */
export function refusal(command: Command, entries: readonly Entry[]): string | undefined {
  const states = new Map(progress(entries).map(({ name, state }) => [name, state]));
  const isDone = (name: StepName) => states.get(name) === "done";
  if (isDone("finish")) return "this migration is finished: its source is gone. Begin another one with a new target.";
  if (command !== "rollback" && isGoingBack(entries)) {
    return "rollback has begun and has not ended: traffic may be on either side. Run: platform migrate rollback";
  }
  if (command === "rollback") {
    return states.get("cutover") === "not begun"
      ? "nothing has been switched to the target: the source serves. There is nothing to take back."
      : undefined;
  }
  if (command !== "finish" && isDone("cutover")) {
    return `traffic is on the target: ${command} would overwrite what it has been given. Go back first with rollback, or finish.`;
  }
  const missing = stepNames.slice(0, stepNames.indexOf(command)).find((name) => !isDone(name));
  if (missing === undefined) return undefined;
  return `${missing} has to be done first, and is ${wording(states.get(missing))}. Run: platform migrate ${missing}`;
}

/** @throws StepError where it cannot begin now, with what to do. */
export function assertMayBegin(command: Command, { entries }: Pick<Journal, "entries">): void {
  const refused = refusal(command, entries);
  if (refused !== undefined) throw new StepError(refused);
}

function isGoingBack(entries: readonly Entry[]): boolean {
  const newest = entries.findLast(({ step, kind }) => (step === "rollback" || step === "cutover") && kind !== "noted");
  return newest?.step === "rollback" && newest.kind !== "done";
}

function wording(state: State | undefined): string {
  return state === "begun" ? "begun but not ended" : (state ?? "not begun");
}
