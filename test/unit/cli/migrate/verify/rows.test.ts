import { expect, it } from "vitest";
import { compareRows, hooksOf, type RowHook } from "../../../../../cli/migrate/verify/rows";
import { object } from "../plan/fixture";

const pod = (name: string, command?: string, phase = "Running") =>
  object("v1", "Pod", name, {
    metadata: { annotations: command === undefined ? {} : { "verify.platform/command": command } },
    spec: {
      containers: [{ name: "db" }, { name: "side" }],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }],
    },
    status: { phase },
  });

const hook: RowHook = { namespace: "shop", pod: "db-0", container: "db", command: ["count"], claims: ["data-db-0"] };

it("finds commands as Velero's hooks are written", () => {
  const objects = [
    pod("shop/db-0", '["psql", "-c", "select 1"]'),
    pod("shop/db-1", "count"),
    pod("shop/web"),
    pod("shop/over", "count", "Succeeded"),
    pod("other/db-0", "count"),
  ];
  expect(hooksOf(objects, ["shop"])).toEqual([
    { ...hook, command: ["psql", "-c", "select 1"] },
    { ...hook, pod: "db-1" },
  ]);
});

it("tells how much differs, and not what was answered", () => {
  const found = compareRows([
    { hook, source: "orders 10\nusers 3", target: "orders 9\nusers 3" },
    { hook, source: "same", target: "same" },
    { hook, source: "same", target: new Error("no psql") },
  ]);
  expect(found.rows.map(({ same }) => same)).toEqual([false, true, false]);
  expect(found.problems).toMatchObject([
    { code: "rows-differ", object: "Pod shop/db-0", what: "its command answers otherwise on the target: 1 of 2 lines" },
    { code: "rows-unread", what: "its command failed on the target: no psql" },
  ]);
});
