/** The steps of a migration by name, and what is the same for all: the gate before, the journal around. */
import type { Say } from "../../rehearse/up";
import type { Migration, Work } from "../migration";
import { assertMayBegin, type Command } from "../progress";
import { backup } from "./backup";
import { cutover } from "./cutover";
import { finish } from "./finish";
import { restore } from "./restore";
import { rollback } from "./rollback";
import { up } from "./up";
import { verify } from "./verify";

/** `plan` needs what the others find in the journal, and is a command by itself. */
export const works = { backup, up, restore, verify, cutover, rollback, finish } satisfies Partial<
  Record<Command, Work>
>;

export type WorkName = keyof typeof works;

/**
 * Takes a step, or goes on with one that was interrupted.
 * @throws StepError where it cannot begin now, before anything is touched; whatever the step throws.
 */
export async function take(name: WorkName, migration: Migration, say: Say): Promise<void> {
  const { journal } = migration;
  assertMayBegin(name, journal);
  journal.add(name, "begun");
  try {
    journal.add(name, "done", await works[name](migration, say));
  } catch (error) {
    journal.add(name, "failed", error instanceof Error ? error.message : String(error));
    throw error;
  }
}
