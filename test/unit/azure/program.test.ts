/** The real program against the simulated subscription, without an engine: what it registers must exist, fit and end well. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import { azureInvokes } from "../../../simulator/azure";
import { existingNetwork } from "../../../simulator/azure/existing";
import { checkInputs } from "../../../simulator/schema";
import { dev, existing, prod } from "../clouds/azure";
import { Subscription } from "./account";

/** Runs the program; every resource of Azure is created in the subscription, in the order in which the program allows it. */
async function up(config: PlatformConfig): Promise<{ azure: Subscription; refused: string[] }> {
  const azure = new Subscription();
  azure.config = { location: config.region };
  if (config.network.existing) azure.records.push(...existingNetwork(config.network.existing, config.region));
  const refused: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs: untyped }) => {
        const inputs = untyped as Record<string, unknown>;
        if (!type.startsWith("azure-native:")) return { id: name, state: inputs };
        const problems = checkInputs(type, inputs);
        refused.push(...problems.map(({ property, reason }) => `${type} ${name}: ${property}: ${reason}`));
        try {
          const { id, outputs } = await azure.create(type.slice("azure-native:".length), inputs, name);
          return { id, state: outputs };
        } catch (error) {
          refused.push(`${type} ${name}: ${(error as Error).message}`);
          return { id: name, state: inputs };
        }
      },
      call: async ({ token, inputs }) =>
        (await azureInvokes[token]?.(inputs as Record<string, unknown>, azure.context())) ?? {},
    },
    "kubernetes-platform",
    "test",
  );
  await createCluster("platform", config);
  await pulumi.runtime.disconnect();
  return { azure, refused };
}

describe.each([
  ["dev", dev()],
  ["prod", prod()],
  ["existing network", dev({ network: { ...dev().network, existing: existing("nodes-1", "nodes-2") } })],
  ["locked and copied", prod({ backup: { ...prod().backup, lock: "governance", copyRegion: "northeurope" } })],
  ["private", dev({ access: { ...dev().access, private: true, authorizedNetworks: [] } })],
])("the program as %s", { timeout: 30_000 }, (_, config) => {
  it("is accepted whole, and can be taken down again", async () => {
    const { azure, refused } = await up(config);
    expect(refused).toEqual([]);
    expect(azure.records.length).toBeGreaterThan(15);
    const nodes = [...azure.clusters.pools.values()].flat();
    const general = nodes.filter(({ labels }) => labels["platform/pool"] === "general");
    expect(general).toHaveLength(config.nodes.min);
    expect(azure.clusters.objects.has("CSIDriver/disk.csi.azure.com")).toBe(true);

    const before = azure.records.filter(({ urn }) => urn === "");
    expect(before.length).toBe(config.network.existing ? 6 : 0);
    for (const record of [...azure.records].reverse()) {
      if (before.includes(record)) continue;
      // A key goes with its vault: the program leaves it there.
      if (record.type === "azure-native:keyvault:Key" || !azure.records.includes(record)) continue;
      await azure.delete(record);
    }
    expect(azure.records).toEqual(before);
    expect(azure.clusters.started).toEqual([]);
  });
});
