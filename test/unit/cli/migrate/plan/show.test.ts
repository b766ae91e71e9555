import { describe, expect, it } from "vitest";
import { copySeconds, estimateOf } from "../../../../../cli/migrate/plan/estimate";
import { counts, duration, showPlan } from "../../../../../cli/migrate/plan/show";
import { cases } from "./cases";
import { plan, workload } from "./fixture";

const everything = () => plan(cases.filter(({ more }) => more === undefined).flatMap(({ has }) => has));

describe("a plan for people", () => {
  it("is no wider than 100 columns, whatever is in it", () => {
    expect(
      showPlan(everything())
        .split("\n")
        .filter((line) => line.length > 100),
    ).toEqual([]);
  });

  it("shows both configurations where they differ, and what is alike only where it matters", () => {
    const shown = showPlan(plan([], { more: { domain: "example.com", tags: { team: "shop" } } }));
    expect(shown).toMatch(/region +│ eu-central-1 +│ europe-west3 /);
    expect(shown).toMatch(/domain +│ example\.com +│ example\.com /);
    expect(shown).not.toContain("tags.team");
    expect(shown).not.toContain("gitops.repository");
  });

  it("says what to do next: what is in the way first, and where the way is told when nothing is", () => {
    expect(showPlan(everything())).toContain(
      "npm run platform -- migrate plan --from prod --to prod-gcp --cloud gcp \\",
    );
    expect(showPlan(plan([]))).toContain("docs/migration.md, “Carrying it out”");
  });

  it("counts", () => {
    const finding = { code: "region", object: "region", what: "", then: "" } as const;
    expect(
      counts({
        findings: [
          { ...finding, severity: "adapted" },
          { ...finding, severity: "note" },
        ],
      }),
    ).toBe("0 in the way, 1 adapted, 1 note");
  });

  it.each([
    [45, "45 s"],
    [600, "10 min"],
    [7380, "2 h 3 min"],
  ])("tells %d s as %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe("the estimate", () => {
  const GiB = 2 ** 30;
  const volume = (bytes: number, used?: number) => ({
    namespace: "shop",
    claim: "data",
    class: "gp3",
    targetClass: "standard-rwo",
    accessModes: ["ReadWriteOnce"],
    requestedBytes: bytes,
    targetBytes: bytes,
    ...(used === undefined ? {} : { usedBytes: used }),
  });
  const of = (...volumes: ReturnType<typeof volume>[]) =>
    estimateOf({ volumes, databases: [], agents: { source: 3, target: 3 }, cloud: "gcp" });

  it("goes by what is in use where that is known, and says which", () => {
    expect(of(volume(100 * GiB, 10 * GiB)).backupSeconds).toBeLessThan(of(volume(100 * GiB)).backupSeconds / 5);
    expect(of(volume(100 * GiB, 10 * GiB), volume(GiB)).basis[0]).toMatch(
      /1 by what their kubelet says is in use, 1 by what was asked for/,
    );
  });

  it("cannot be faster than the largest volume, which is one agent's", () => {
    expect(of(volume(300 * GiB)).backupSeconds).toBeGreaterThan(
      of(volume(100 * GiB), volume(100 * GiB), volume(100 * GiB)).backupSeconds * 2,
    );
  });

  it("counts the restore as downtime, and the backup's first run not", () => {
    const { downtimeSeconds, restoreSeconds, backupSeconds } = of(volume(100 * GiB));
    expect(downtimeSeconds).toBeGreaterThan(restoreSeconds);
    expect(downtimeSeconds).toBeLessThan(restoreSeconds + backupSeconds);
  });

  it("does not wait for the platform's own history", () => {
    const history = { ...volume(200 * GiB), namespace: "monitoring" };
    expect(of(volume(GiB), history).downtimeSeconds).toBe(of(volume(GiB)).downtimeSeconds);
    expect(of(volume(GiB), history).restoreSeconds).toBeGreaterThan(of(volume(GiB)).restoreSeconds);
  });

  it("tells a database's own downtime, and which could do without", () => {
    const postgres = workload(
      "StatefulSet",
      "shop/db",
      { containers: [{ name: "db", image: "postgres:17.2" }] },
      {
        spec: {
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "50Gi" } } },
            },
          ],
        },
      },
    );
    const made = plan([postgres], { usedBytes: { "shop/data-db-0": 20 * GiB } });
    expect(made.data.databases).toEqual([
      {
        object: "StatefulSet shop/db",
        engine: "postgres",
        pods: { namespace: "shop", selector: { matchLabels: { app: "shop/db" } }, container: "db" },
        claims: ["shop/data-db-0"],
        bytes: 20 * GiB,
        replication: "streaming replication from a base backup",
      },
    ]);
    const [finding] = made.findings.filter(({ code }) => code === "database");
    expect(finding?.then).toContain(`about ${Math.ceil(copySeconds(20 * GiB))} s`);
    expect(made.estimate.basis.join("\n")).toContain("StatefulSet shop/db");
  });
});
