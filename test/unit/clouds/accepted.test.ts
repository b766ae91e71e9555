/** What AWS' own API models, and the charts, say of every input that the program sends. */
import { expect, it } from "vitest";

import { createCluster } from "../../../components/clouds";
import { clusterInputs } from "../../../simulator/eks/inputs";
import { charts } from "../../../simulator/kubernetes/charts";
import { checkSecrets, checkValues } from "../../../simulator/kubernetes/release/values";
import { checkArguments, checkInputs, isKnown } from "../../../simulator/schema";
import { computed, invoke } from "./aws";
import { record } from "./record";
import { variants } from "./variants";

it.each(Object.entries(variants.aws))(
  "%s: every type and property is known, every value within bounds",
  async (_, config) => {
    const refused: string[] = [];
    const { recording } = await record(
      () => createCluster("platform", config),
      computed,
      (token, inputs, provider) => {
        if (!provider?.includes("::platform-aws::")) refused.push(`${token} is asked of another region's provider`);
        refused.push(...checkArguments(token, inputs).map(({ property, reason }) => `${token} ${property}: ${reason}`));
        return invoke(token, inputs);
      },
    );
    const resources = recording.all().filter(({ type }) => type.startsWith("aws:"));
    expect(resources.length).toBeGreaterThan(40);
    for (const { type, name, inputs } of resources) {
      if (!isKnown(type)) refused.push(`${type} is unknown`);
      else refused.push(...checkInputs(type, inputs).map(({ property, reason }) => `${name} ${property}: ${reason}`));
    }
    const component = recording.one("eks:index:Cluster", "platform").inputs;
    refused.push(
      ...Object.keys(component)
        .filter((input) => !clusterInputs[input])
        .map((input) => `eks ${input}`),
    );
    const releases = recording.ofType("kubernetes:helm.sh/v3:Release");
    expect(releases).toHaveLength(3);
    for (const { inputs } of releases) {
      const chart = charts.get(String(inputs.chart));
      expect(chart).toMatchObject({ version: inputs.version });
      const failures = chart ? [...checkValues(chart, inputs.values), ...checkSecrets(inputs.values)] : [];
      refused.push(...failures.map(({ property, reason }) => `${String(inputs.chart)} ${property}: ${reason}`));
    }
    expect(refused).toEqual([]);
  },
);
