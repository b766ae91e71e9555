import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readSizes } from "../../../bench/argocd";
import { rootApplication, writeRepository, writeVersion } from "../../../bench/argocd/applications";
import { growth } from "../../../bench/argocd/growth";
import { ticksOf } from "../../../bench/argocd/processor";
import { isRolledOut } from "../../../bench/argocd/progress";
import { growthOf, growthTable, timesTable } from "../../../bench/argocd/report";
import type { Measured } from "../../../bench/argocd/scenario";

function measured(applications: number, healthy: number, tuned = true): Measured {
  const processor = { argocd: 1, controlPlane: 1, simulation: 1 };
  return {
    applications,
    tuned,
    nothing: { synced: 1, ready: 1, healthy, processor },
    one: { synced: 1, ready: 2.5 },
    all: { synced: 1, ready: 1, processor },
    drift: 0.5,
  };
}

/** Lines of a table with all of the words in them. */
function lines(table: string, ...words: string[]): string[] {
  return table.split("\n").filter((line) => words.every((word) => line.includes(word)));
}

describe("the repository", () => {
  it.each([
    [true, { "argocd.argoproj.io/manifest-generate-paths": "." }],
    [false, {}],
  ])("has Applications as gitops/ has them: %s", (tuned, annotations) => {
    const folder = mkdtempSync(join(tmpdir(), "bench-repository-"));
    try {
      writeRepository(folder, 2, tuned);
      const read = (file: string) => readFileSync(join(folder, file), "utf8");
      const applications = parseAllDocuments(read("root/applications.yaml")).map(
        (document) => document.toJS() as ReturnType<typeof rootApplication>,
      );
      expect(applications.map(({ metadata, spec }) => [metadata.name, spec.source.path, metadata.annotations])).toEqual(
        ["app-000", "app-001"].map((name) => [name, `apps/${name}`, annotations]),
      );
      for (const { spec } of [...applications, rootApplication(tuned)]) {
        expect(spec.syncPolicy).toMatchObject({ automated: { prune: true, selfHeal: true } });
        const { syncOptions = [] } = spec.syncPolicy as { syncOptions?: string[] };
        expect(syncOptions.includes("ServerSideApply=true")).toBe(tuned);
      }
      const before = read("apps/app-001/deployment.yaml");
      expect(writeVersion(folder, "app-001", "2")).toBe("apps/app-001/deployment.yaml");
      expect(read("apps/app-001/deployment.yaml")).toBe(before.replaceAll(/(bench\/version: ")1|(web:)1/g, "$1$22"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("growth", () => {
  it("is 1 where twice as many take twice as long", () => {
    expect(growth([10, 20].map((n) => ({ applications: n, seconds: n / 10 })))).toEqual([
      { from: 10, to: 20, exponent: 1, ratio: 1 },
    ]);
  });

  it("is 2 where each looks at every other, from one size to the next in any order given", () => {
    const [small, large] = growth([100, 1, 10].map((n) => ({ applications: n, seconds: n * n })));
    expect([small?.from, small?.to, large?.from, large?.to]).toEqual([1, 10, 10, 100]);
    expect(large?.exponent).toBeCloseTo(2);
    expect(large?.ratio).toBeCloseTo(10);
  });

  it("is none of a single size", () => {
    expect(growth([{ applications: 5, seconds: 1 }])).toEqual([]);
  });

  it("never compares different settings", () => {
    const steps = growthOf([measured(10, 1), measured(100, 10, false)]);
    expect(steps).toEqual([]);
  });
});

describe("the tables", () => {
  it("hold the program's settings to the goals, and nothing else", () => {
    const table = timesTable([measured(100, 19.9), measured(300, 60.1), measured(100, 99, false)]);
    expect(lines(table, "from nothing", "≤ 20 s").map((line) => line.includes("met"))).toEqual([true]);
    expect(lines(table, "from nothing", "≤ 60 s").map((line) => line.includes("missed"))).toEqual([true]);
    expect(lines(table, "push to one", "missed")).toHaveLength(2);
    expect(lines(table, "off", "≤")).toEqual([]);
  });

  it("miss the goal of growth where more Applications take far longer each", () => {
    const table = growthTable([measured(1, 5), measured(10, 5), measured(100, 500)]);
    expect(lines(table, "from nothing", "10 → 100", "2.00", "missed")).toHaveLength(1);
    expect(lines(table, "from nothing", "1 → 10 ", "≤")).toEqual([]);
  });
});

describe("a roll-out", () => {
  const done: V1Deployment = {
    metadata: { generation: 3 },
    spec: {
      replicas: 2,
      selector: {},
      template: { metadata: { annotations: { "bench/version": "2" } } },
    },
    status: { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2 },
  };

  it("is done when all pods are new and ready", () => {
    expect(isRolledOut(done, "2")).toBe(true);
  });

  it.each([
    ["is of another version", "1", {}],
    ["was not seen yet", "2", { observedGeneration: 2 }],
    ["still has an old pod", "2", { replicas: 3 }],
    ["has a pod that is not ready", "2", { readyReplicas: 1 }],
    ["has an old pod among its own", "2", { updatedReplicas: 1 }],
  ])("is not done while it %s", (_, version, status) => {
    expect(isRolledOut({ ...done, status: { ...done.status, ...status } }, version)).toBe(false);
  });
});

describe("processor time", () => {
  it("has that of helpers which have ended in it", () => {
    const rest = "S 1 2 2 0 -1 4194304 9 9 9 9";
    expect(ticksOf(`42 (a name) of two) ${rest} 100 20 3 4 20 0 1 0 5`)).toBe(127);
  });
});

describe("sizes", () => {
  it("are numbers", () => {
    expect(readSizes("1,10,300")).toEqual([1, 10, 300]);
  });

  it.each(["", "0", "1,", "ten", "1.5", "451"])("are not %j", (text) => {
    expect(() => readSizes(text)).toThrow(/from 1 to 450/);
  });
});
