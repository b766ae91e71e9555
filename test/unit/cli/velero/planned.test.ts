import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { changesOf, readPlan } from "../../../../cli/velero/planned";
import { deployment, plan } from "../migrate/plan/fixture";

const folder = mkdtempSync(join(tmpdir(), "planned-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "plan.json");
  writeFileSync(path, text);
  return path;
}

describe("a restore by a plan", () => {
  it("changes what the plan has shown, read back from its file", () => {
    const made = plan([deployment("shop/web", { nodeSelector: { "topology.kubernetes.io/zone": "eu-central-1b" } })]);
    const changes = changesOf(readPlan(file(JSON.stringify(made))));
    expect(changes).toMatchObject({ namespaces: made.namespaces, storageClasses: made.maps.storageClasses });
    expect(changes.namespaces).toContain("shop");
    expect(changes.modifiers).toContain("europe-west3-b");
    expect(changes.excludedKinds).toEqual(made.maps.leftOutKinds);
  });

  it("has no empty list of rules, which Velero does not take", () => {
    expect(changesOf(plan([]))).not.toHaveProperty("modifiers");
  });

  it.each([
    ["what is no JSON", "plan: none", /--plan .*plan\.json: Unexpected token/],
    ["what is no plan", '{"maps":{}}', /is no plan; write one with migrate plan --json/],
  ])("refuses %s", (_, text, message) => {
    expect(() => readPlan(file(text))).toThrow(message);
  });

  it("refuses a file that is not there", () => {
    expect(() => readPlan(join(folder, "none.json"))).toThrow(/--plan .*none\.json: ENOENT/);
  });
});
