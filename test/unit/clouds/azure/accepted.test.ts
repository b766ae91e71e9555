/** What Azure's own API models say of every input that the program sends. */
import { expect, it } from "vitest";

import { createCluster } from "../../../../components/clouds";
import { checkArguments, checkInputs, isKnown } from "../../../../simulator/schema";
import { computed, dev, existing, invoke, prod } from "../azure";
import { record } from "../record";

const variants = {
  dev: dev(),
  prod: prod(),
  private: dev({ access: { ...dev().access, private: true, authorizedNetworks: [] } }),
  "existing network": dev({ network: { ...dev().network, existing: existing("nat") } }),
  "DDoS protection": dev({ network: { ...dev().network, ddosProtection: true } }),
  "a region without zones": prod({ region: "westus", nodes: { ...prod().nodes, zones: [] } }),
};

it.each(Object.entries(variants))(
  "%s: every type and property is known, every value within bounds",
  async (_, config) => {
    const refused: string[] = [];
    const { recording } = await record(
      () => createCluster("platform", config),
      computed,
      (token, inputs) => {
        refused.push(...checkArguments(token, inputs).map(({ property, reason }) => `${token} ${property}: ${reason}`));
        return invoke(token, inputs);
      },
    );
    const resources = recording.all().filter(({ type }) => type.startsWith("azure-native:"));
    expect(resources.length).toBeGreaterThan(20);
    for (const { type, name, inputs } of resources) {
      if (!isKnown(type)) refused.push(`${type} is unknown`);
      else refused.push(...checkInputs(type, inputs).map(({ property, reason }) => `${name} ${property}: ${reason}`));
    }
    expect(refused).toEqual([]);
  },
);
