/** The real program against the simulated project, without an engine: what it registers must exist, fit and end well. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import { gcpInvokes } from "../../../simulator/gcp";
import { existingNetwork } from "../../../simulator/gcp/existing";
import { dev, domain, prod } from "../clouds/gcp/google";
import { Account, project } from "./account";

const existing = {
  id: "projects/example-net/global/networks/shared",
  publicSubnets: [],
  privateSubnets: ["projects/example-net/regions/europe-west1/subnetworks/platform"],
};

/** Runs the program; every resource is created in the project, in the order in which the program allows it. */
async function up(config: PlatformConfig): Promise<{ account: Account; refused: string[] }> {
  const account = new Account();
  if (config.network.existing) account.records.push(...existingNetwork(config.network.existing));
  account.config = { project, region: config.region, defaultLabels: config.tags };
  const refused: string[] = [];
  const invokes = gcpInvokes([domain]);
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs: untyped }) => {
        const inputs = untyped as Record<string, unknown>;
        if (!type.startsWith("gcp:")) return { id: name, state: inputs };
        try {
          const { id, outputs } = await account.create(type.slice("gcp:".length), inputs, name);
          return { id, state: outputs };
        } catch (error) {
          refused.push(`${type} ${name}: ${(error as Error).message}`);
          return { id: name, state: inputs };
        }
      },
      call: ({ token, inputs }) => invokes[token]?.(inputs as Record<string, unknown>, account.context()) ?? {},
    },
    "kubernetes-platform",
    "test",
  );
  pulumi.runtime.setConfig("gcp:project", project);
  await createCluster("platform-test", config);
  await pulumi.runtime.disconnect();
  return { account, refused };
}

describe.each([
  ["dev", dev()],
  ["prod", prod()],
  ["existing network", dev({ network: { ...dev().network, existing } })],
  ["private", dev({ access: { ...dev().access, private: true } })],
])("the program as %s", { timeout: 30_000 }, (_, config) => {
  it("is accepted whole, has every output the SDK promises, and can be taken down again", async () => {
    const { account, refused } = await up(config);
    expect(refused).toEqual([]);
    expect(account.records.length).toBeGreaterThan(15);
    const nodes = account.clusters.pools.get(
      [...account.clusters.pools.keys()].find((name) => /general/.test(name)) ?? "",
    );
    expect(nodes?.length).toBeGreaterThanOrEqual(config.nodes.min);

    expect(unset(account)).toEqual([]);

    const ours = account.records.filter(({ urn }) => urn !== "");
    for (const record of ours.reverse()) {
      // What `teardown --unprotect` does before.
      Object.assign(record.outputs, { deletionProtection: false });
      await account.delete(record);
    }
    // What was there before is as it was.
    expect(account.records).toEqual(config.network.existing ? existingNetwork(config.network.existing) : []);
    expect([...account.clusters.started.keys()]).toEqual([]);
    expect([...account.clusters.pools.keys()]).toEqual([]);
  });
});

/** Outputs that the SDK's classes promise and the project does not have. */
function unset(account: Account): string[] {
  const ours = account.records.filter(({ urn }) => urn !== "");
  const missing = ours.flatMap(({ type, outputs }) =>
    promised(type)
      .filter((property) => outputs[property] === undefined || outputs[property] === null)
      .map((property) => `${type} ${property}`),
  );
  return [...new Set(missing)];
}

/** Outputs that the SDK's class declares without `undefined`. */
function promised(type: string): string[] {
  const [, module = "", name = ""] = type.split(":");
  const folder = module.split("/")[0] ?? "";
  const file = name.replace(/^[A-Z]+/, (capitals) => capitals.toLowerCase());
  const declarations = readFileSync(`node_modules/@pulumi/gcp/${folder}/${file}.d.ts`, "utf8");
  const body = /export declare class \w+ extends [\s\S]*?\n}\n/.exec(declarations)?.[0] ?? "";
  const outputs = [...body.matchAll(/readonly (\w+): pulumi\.Output<(.*)>;/g)];
  expect(outputs.length).toBeGreaterThan(0);
  return outputs.filter(([, , output = ""]) => !output.includes("undefined")).map(([, property = ""]) => property);
}
