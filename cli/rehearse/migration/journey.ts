/** A rehearsed platform on its way from cloud to cloud: its stacks' names, and what each leg's steps work with. */
import { join } from "node:path";
import type { Cloud } from "../../../components/config/types";
import { Journal } from "../../migrate/journal";
import type { Migration, Stacks } from "../../migrate/migration";
import { namesOf } from "../../migrate/names";
import type { Side } from "../../migrate/side";
import { usualTtlSeconds } from "../../migrate/traffic";
import { project } from "../../project";
import { cluster, present } from "../cluster";
import { emptyReport } from "../report";
import { readStack } from "../stackFile";
import { takeUp } from "../steps";
import type { Say } from "../up";
import { openIn, type Rehearsal } from "../world";
import { Internet } from "./internet";
import { namesAt } from "./names";

/** Longest wait of a step for one thing; the simulated clouds are faster than any real one. */
const timeoutSeconds = 600;

/** Of the target, when users have been let in: long enough for every route to fail often enough. */
const watching = { seconds: 10, everyMs: 250 };

/** `dev-aws`, `dev-gcp`, and `dev-aws-2` where the way comes back. */
export function stackNames(stack: string, route: readonly Cloud[]): string[] {
  return route.map((cloud, index) => {
    const before = route.slice(0, index).filter((one) => one === cloud).length;
    return before === 0 ? `${stack}-${cloud}` : `${stack}-${cloud}-${before + 1}`;
  });
}

/** A stack beside another one, in the same world. */
export function beside(one: Rehearsal, name: string, cloud: Cloud): Rehearsal {
  const { stack: _, ...world } = one;
  return { ...world, name, report: emptyReport(name, cloud) };
}

/** A stack as a migration sees it. Its configuration is what its file has, with made-up text in place of secrets. */
export function sideOf(rehearsal: Rehearsal): Side {
  const { name, directory } = rehearsal;
  return {
    name,
    stack: present(rehearsal.stack),
    configuration: readStack(join(directory, "work"), project.name, { stack: name, set: [], faults: [], keep: false }),
    connect: () => cluster(rehearsal),
  };
}

export function journalOf({ name, directory }: Rehearsal, to: string): Journal {
  return new Journal(join(directory, "migrations", `${name}-to-${to}.jsonl`));
}

/** The migration between two stacks of one world, as a user of `platform migrate` has it. */
export function migrationOf(from: Rehearsal, to: Rehearsal, say: Say): Migration {
  const given = { journal: journalOf(from, to.name), stacks: stacksOf(from, to, say), timeoutSeconds };
  const { traffic, environment } = present(from.clouds);
  const hasDomain = typeof from.configuration.values["domain"] === "string";
  const internet = new Internet(traffic);
  return {
    ...given,
    watching: {
      ...watching,
      ask: async ({ host, address }) => (await internet.send("GET", host, undefined, undefined, address)).status,
    },
    proxyFor: () => environment["HTTPS_PROXY"],
    traffic: hasDomain
      ? namesOf(given, usualTtlSeconds * from.timeScale)
      : namesAt(traffic, cloudOf(from), cloudOf(to)),
  };
}

function stacksOf(from: Rehearsal, to: Rehearsal, say: Say): Stacks {
  return {
    source: () => Promise.resolve(sideOf(from)),
    target: async () => {
      if (!to.stack) {
        to.stack = await openIn(to, to.name);
        // What an `up` that was killed has left.
        await takeUp(to, say);
      }
      return { stack: to.stack, connect: () => cluster(to) };
    },
  };
}

function cloudOf({ report }: Rehearsal): Cloud {
  return report.cloud as Cloud;
}
