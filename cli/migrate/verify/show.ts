/** What a comparison has found wrong, for people. */
import type { Problem } from "./verification";

/** Lines at most: who has more has one reason for most of them. */
const most = 20;

export function showProblems(problems: Problem[]): string {
  const lines = problems.slice(0, most).map(({ object, what, then }) => `  ${object}: ${what}; ${then}`);
  const more = problems.length - lines.length;
  return [
    `${problems.length} ${problems.length === 1 ? "thing is" : "things are"} not as on the source:`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join("\n");
}
