/** What the program asks of its charts, held against what a rehearsal knows of them. */
import { beforeAll, describe, expect, it } from "vitest";
import { charts } from "../../../simulator/kubernetes";
import { checkRelease } from "../../../simulator/kubernetes/release/inputs";
import { skeletons } from "../../../simulator/kubernetes/release/objects";
import { devConfig, fullTraits, install, plainTraits, prodConfig } from "../platform/fixture";
import type { Recorded } from "../clouds/record";

const releaseType = "kubernetes:helm.sh/v3:Release";
let releases: Recorded[];

beforeAll(async () => {
  const stacks = [await install(devConfig(), plainTraits), await install(prodConfig(), fullTraits)];
  releases = stacks.flatMap(({ recording }) => recording.ofType(releaseType));
});

describe("every release of the program", () => {
  it("is accepted as it is", () => {
    expect(releases.length).toBeGreaterThan(8);
    const failures = releases.flatMap(({ name, inputs }) =>
      checkRelease(inputs).map(({ property, reason }) => `${name}: ${property}: ${reason}`),
    );
    expect(failures).toEqual([]);
  });

  it("has pods with a service account that is among its objects", () => {
    for (const { name, inputs } of releases) {
      const chart = charts.get(String(inputs.chart));
      if (!chart) throw new Error(`${name}: no chart ${String(inputs.chart)}`);
      const release = { name: String(inputs.name), namespace: String(inputs.namespace) };
      const objects = skeletons({ chart, release, values: inputs.values });
      const accounts = objects.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata.name);
      const used = JSON.stringify(objects).matchAll(/"serviceAccountName":"([^"]+)"/g);
      for (const [, account] of used) if (account !== "default") expect(accounts, name).toContain(account);
    }
  });
});
