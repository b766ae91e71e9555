/** The measurements as tables, with their goals. */
import Table from "cli-table3";
import { growth, type Growth } from "./growth";
import type { Processor } from "./processor";
import type { Measured } from "./scenario";

/** Seconds, with the program's settings. */
const goals = {
  push: 2,
  drift: 2,
  nothing: new Map([
    [100, 20],
    [300, 60],
  ]),
};

/** What "close to linear" is. */
const linear = 1.1;

const curves = {
  "from nothing, Healthy": ({ nothing }: Measured) => nothing.healthy,
  "push to one, pods ready": ({ one }: Measured) => one.ready,
  "push to all, pods ready": ({ all }: Measured) => all.ready,
};

export function timesTable(measured: Measured[]): string {
  const table = new Table({
    head: [
      "applications",
      "tuning",
      "",
      "Synced",
      "pods ready",
      "Healthy",
      "goal",
      "",
      "processor: Argo CD + plane + bench",
    ],
    style: { head: [], border: [] },
  });
  for (const { applications, tuned, nothing, one, all, drift } of measured) {
    const goal = (limit?: number) => (tuned ? limit : undefined);
    const start = [applications, tuned ? "on" : "off"];
    const { processor } = nothing;
    const limit = goal(goals.nothing.get(applications));
    const push = goal(goals.push);
    table.push(
      [
        ...start,
        "from nothing",
        s(nothing.synced),
        s(nothing.ready),
        s(nothing.healthy),
        ...verdict(nothing.healthy, limit),
        cpu(processor),
      ],
      [...start, "push to one", s(one.synced), s(one.ready), "", ...verdict(one.ready, push), ""],
      [...start, "push to all", s(all.synced), s(all.ready), "", "", "", cpu(all.processor)],
      [...start, "drift in one", s(drift), "", "", ...verdict(drift, goal(goals.drift)), ""],
    );
  }
  return table.toString();
}

export function growthTable(measured: Measured[]): string {
  const table = new Table({
    head: ["growth", "tuning", "applications", "seconds an application", "exponent", "goal", ""],
    style: { head: [], border: [] },
  });
  for (const { curve, tuned, from, to, exponent, ratio } of growthOf(measured)) {
    // A handful is not what grows: the same few hundred milliseconds are in every size.
    const limit = tuned && curve === "from nothing, Healthy" && from >= 10 ? linear : undefined;
    const row = [`${from} → ${to}`, `× ${ratio.toFixed(2)}`, exponent.toFixed(2)];
    table.push([curve, tuned ? "on" : "off", ...row, limit === undefined ? "" : `≤ ${limit}`, met(exponent, limit)]);
  }
  return table.toString();
}

export function growthOf(measured: Measured[]): (Growth & { curve: string; tuned: boolean })[] {
  return [false, true].flatMap((tuned) =>
    Object.entries(curves).flatMap(([curve, value]) => {
      const same = measured.filter((one) => one.tuned === tuned);
      const times = same.map((one) => ({ applications: one.applications, seconds: value(one) }));
      return growth(times).map((step) => ({ ...step, curve, tuned }));
    }),
  );
}

function verdict(value: number, limit: number | undefined): [goal: string, met: string] {
  return [limit === undefined ? "" : `≤ ${limit} s`, met(value, limit)];
}

function met(value: number, limit: number | undefined): string {
  if (limit === undefined) return "";
  return value <= limit ? "met" : "missed";
}

function s(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function cpu({ argocd, controlPlane, simulation }: Processor): string {
  return [argocd, controlPlane, simulation].map((value) => `${value.toFixed(0)} s`).join(" + ");
}
