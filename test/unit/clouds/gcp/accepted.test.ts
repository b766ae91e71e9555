/** What the SDK's own declarations, and Google's API descriptions, say of every input that the program sends. */
import { expect, it } from "vitest";

import { checkArguments, checkInputs, isKnown } from "../../../../simulator/schema";
import { variants } from "../variants";
import { invoke, up } from "./google";

it.each(Object.entries(variants.gcp))(
  "%s: every type and property is known, every value within bounds",
  async (_, config) => {
    const refused: string[] = [];
    const { recording } = await up(config, "platform-test", (token, inputs, provider) => {
      if (!provider?.includes("::platform-test-gcp::")) refused.push(`${token} is asked of another provider`);
      refused.push(...checkArguments(token, inputs).map(({ property, reason }) => `${token} ${property}: ${reason}`));
      return invoke(token, inputs);
    });
    const resources = recording.all().filter(({ type }) => type.startsWith("gcp:"));
    expect(resources.length).toBeGreaterThan(15);
    for (const { type, name, inputs } of resources) {
      if (!isKnown(type)) refused.push(`${type} is unknown`);
      else refused.push(...checkInputs(type, inputs).map(({ property, reason }) => `${name} ${property}: ${reason}`));
    }
    expect(refused).toEqual([]);
  },
);
