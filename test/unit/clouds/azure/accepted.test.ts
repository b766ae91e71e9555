/** What Azure's own API models say of every input that the program sends. */
import { expect, it } from "vitest";

import { createCluster } from "../../../../components/clouds";
import { checkArguments, checkInputs, isKnown } from "../../../../simulator/schema";
import { computed, invoke } from "../azure";
import { record } from "../record";
import { variants } from "../variants";

it.each(Object.entries(variants.azure))(
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
