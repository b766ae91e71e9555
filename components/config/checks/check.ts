/** What every check between several values looks like. */
import type { Problem } from "../problems";
import type { Given } from "../schema";
import type { Cloud, PlatformConfig } from "../types";

export interface CheckInput {
  /** What the user wrote, of the right shape. */
  given: Given;
  /** The same with every default. */
  config: PlatformConfig;
  /** The stack's name. */
  stack: string;
  /** A value as a message may show it. */
  show: (path: (string | number)[], value: unknown) => string;
}

export interface Check {
  /**
   * The keys that the check reads, dotted. It is left out while one of them, or a part of one, is wrong by itself: the
   * answer would be a guess.
   */
  reads: string[];
  find: (input: CheckInput) => Problem[];
}

/** At most one problem, of one key. */
export function check(reads: string[], key: string, message: (input: CheckInput) => string | undefined): Check {
  return {
    reads,
    find: (input) => {
      const text = message(input);
      return text === undefined ? [] : [{ key, message: text }];
    },
  };
}

/** At most one problem of each entry of a list of text. */
export function checkEach(
  reads: string[],
  path: string[],
  entries: (given: Given) => string[] | undefined,
  message: (entry: string, input: CheckInput, index: number, all: string[]) => string | undefined,
): Check {
  return {
    reads,
    find: (input) =>
      (entries(input.given) ?? []).flatMap((entry, index, all) => {
        const text = message(entry, input, index, all);
        return text === undefined
          ? []
          : [{ key: `${path.join(".")}[${index}]`, message: `${input.show([...path, index], entry)} ${text}` }];
      }),
  };
}

/** Clouds whose regions, instance types and limits are known. */
export function isManaged(cloud: Cloud): cloud is Exclude<Cloud, "local"> {
  return cloud !== "local";
}
