/** Whether requests fail on the target more often than they did on the source. docs/decisions/downtime.md */
import { setTimeout as sleep } from "node:timers/promises";
import type { Say } from "../../rehearse/up";
import type { Ask } from "./ask";
import { keyOf, type Route } from "./routes";

export { ask, type Ask } from "./ask";
export { routesOf, type Route } from "./routes";

/** What a route answered on the source. Plain JSON. */
export interface Before {
  host: string;
  path: string;
  asked: number;
  failed: number;
  /** Each status that was answered. */
  statuses: number[];
}

/** How long the target is watched, and how often each route is asked. */
export interface Pace {
  seconds: number;
  everyMs: number;
}

/** So many of the newest answers are looked at: the first ones come while proxies learn of the pods. */
const recent = 10;

/** Whoever has not answered so often from here does not. */
const tries = 3;

/** Of them so many have failed, and so much a larger share than before, where it is time to go back. */
const least = 5;
const larger = 0.3;

/** Asks each route some times while its users are served. */
export async function lookBefore(routes: Route[], ask: Ask): Promise<Before[]> {
  return Promise.all(
    routes.map(async (route) => {
      const answers: (number | undefined)[] = [];
      while (answers.length < recent) {
        answers.push(await ask(route));
        if (answers.length === tries && answers.every((status) => status === undefined)) break;
      }
      const failed = answers.filter((status) => status === undefined || status >= 500).length;
      const statuses = [...new Set(answers.flatMap((status) => status ?? []))];
      return { host: route.host, path: route.path, asked: answers.length, failed, statuses };
    }),
  );
}

/**
 * Watches for that long; ends early where requests fail.
 * @param before what is not among it, or never answered from here, is not watched.
 * @param routes those of the target.
 * @returns why users are worse off than before, for people; undefined where they are not.
 */
export async function watch(
  { before, routes, ask }: { before: Before[]; routes: Route[]; ask: Ask },
  { seconds, everyMs }: Pace,
  say: Say,
): Promise<string | undefined> {
  const answering = before.filter(({ asked, failed }) => failed < asked);
  const there = new Map(routes.map((route) => [keyOf(route), route]));
  for (const one of before) {
    if (!answering.includes(one)) say(`${keyOf(one)} did not answer from here before: it is not watched`);
  }
  const watched = answering.map((one) => ({
    one,
    route: there.get(keyOf(one)),
    answers: [] as (number | undefined)[],
  }));
  const gone = watched.find(({ route }) => route === undefined);
  if (gone) return `${keyOf(gone.one)} has no address on the target`;
  if (watched.length === 0) return undefined;
  say(`watches ${watched.length} route${watched.length === 1 ? "" : "s"} for ${seconds} s`);
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(everyMs)) {
    const why = await Promise.all(
      watched.map(async ({ one, route, answers }) => {
        if (route) answers.push(await ask(route));
        return worse(one, answers.slice(-recent));
      }),
    );
    const found = why.flatMap((words) => words ?? []);
    if (found.length > 0) return found.join("; ");
  }
  return undefined;
}

/** `shop.example.com/: 8 of the last 10 requests failed (503, none), and 0 of 10 before`. */
export function worse(before: Before, answers: (number | undefined)[]): string | undefined {
  const failures = answers.filter((status) => isFailure(status, before));
  const { asked, failed } = before;
  if (answers.length < recent || failures.length < least || failures.length / answers.length - failed / asked < larger)
    return undefined;
  const words = [...new Set(failures.map((status) => (status === undefined ? "no answer" : String(status))))].join(
    ", ",
  );
  return `${keyOf(before)}: ${failures.length} of the last ${answers.length} requests failed (${words}), and ${failed} of ${asked} before`;
}

/** What a client is told to be its own fault is none of the target's where the source has said so too. */
function isFailure(status: number | undefined, { statuses }: Before): boolean {
  if (status === undefined || status >= 500) return true;
  return status >= 400 && !statuses.includes(status);
}
