/** What the steps of a migration work with: its journal, the two stacks, and how long they wait. */
import type { Stack } from "@pulumi/pulumi/automation";
import type { Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import type { Journal } from "./journal";
import type { MigrationPlan } from "./plan/plan";
import type { Side } from "./side";
import type { Ask, Pace } from "./watch";

/** The target as the steps see it: its configuration is the plan's. */
export interface Target {
  stack: Stack;
  /** @throws Error where it has no cluster yet. */
  connect(): Promise<Clients>;
}

export interface Stacks {
  source(): Promise<Side>;
  /** The target's stack, which is made, without anything in it, where there is none. */
  target(): Promise<Target>;
}

/** The names of what moves, and who they lead to. */
export interface Traffic {
  /** What can be done beforehand, without anybody noticing. */
  prepare(say: Say): Promise<void>;
  toTarget(say: Say): Promise<void>;
  toSource(say: Say): Promise<void>;
  /** The target is final: what was held of the names is let go of, and goes on leading there. */
  leave(say: Say): Promise<void>;
}

export interface Migration {
  journal: Journal;
  stacks: Stacks;
  traffic: Traffic;
  /** HTTP proxy to an API server, where it is not reached directly; unset: what the environment says. */
  proxyFor?(server: string): string | undefined;
  /** How the target is watched when users have been let in. */
  watching: Pace & { ask: Ask };
  /** Longest wait for one thing. */
  timeoutSeconds: number;
}

/** A step. It may be run again after it was killed anywhere. Returns what the journal keeps of it: no secrets. */
export type Work = (migration: Migration, say: Say) => Promise<unknown>;

/** A step that cannot begin, or cannot go on. The message is for the user. */
export class StepError extends Error {}

/** The plan that is carried out. */
export function planOf(journal: Journal): MigrationPlan {
  return resultOf<MigrationPlan>(journal, "plan");
}

/** What a step that is done has left in the journal. */
export function resultOf<Result>(journal: Journal, step: string): Result {
  const result = journal.last<Result>(step, "done");
  if (result === undefined)
    throw new StepError(`${journal.file} has no result of ${step}. Run: platform migrate ${step}`);
  return result;
}
