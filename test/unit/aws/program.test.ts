/** The real program against the simulated account, without an engine: what it registers must exist, fit and end well. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import { awsInvokes } from "../../../simulator/aws";
import { existingNetwork } from "../../../simulator/aws/existing";
import { construct } from "../../../simulator/eks";
import { dev, prod } from "../clouds/aws";
import { Account } from "./account";

/** Runs the program; every AWS resource is created in the account, in the order in which the program allows it. */
async function up(config: PlatformConfig): Promise<{ account: Account; refused: string[] }> {
  const account = new Account(config.region);
  const { existing } = config.network;
  if (existing) account.records.push(...existingNetwork(existing, config.region, "123456789012"));
  account.config = { defaultTags: { tags: config.tags } };
  const refused: string[] = [];
  const constructed = new Set<string>();
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs: untyped }) => {
        const inputs = untyped as Record<string, unknown>;
        if (type === "eks:index:Cluster" && !constructed.has(name)) {
          constructed.add(name);
          return { id: name, state: await component(account, name, inputs) };
        }
        if (!type.startsWith("aws:")) return { id: name, state: inputs };
        try {
          const { id, outputs } = await account.create(type.slice("aws:".length), await ids(inputs), name);
          return { id, state: outputs };
        } catch (error) {
          refused.push(`${type} ${name}: ${(error as Error).message}`);
          return { id: name, state: inputs };
        }
      },
      call: ({ token, inputs }) => awsInvokes[token]?.(inputs as Record<string, unknown>, account.context()) ?? {},
    },
    "kubernetes-platform",
    "test",
  );
  await createCluster("platform", config);
  await pulumi.runtime.disconnect();
  return { account, refused };
}

/** Resources among the inputs as their ids, as the engine hands them to a provider. */
async function ids(inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(async ([key, value]) => {
    if (!pulumi.CustomResource.isInstance(value)) return [key, value] as const;
    return [key, await new Promise((resolve) => value.id.apply(resolve))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function component(account: Account, name: string, inputs: pulumi.Inputs): Promise<Record<string, unknown>> {
  const { state } = await construct("eks:index:Cluster", name, inputs, {});
  const kubeconfigJson = await new Promise((resolve) => pulumi.output(state.kubeconfigJson).apply(resolve));
  const eksCluster = account.records.find(({ type }) => type === "aws:eks/cluster:Cluster")?.outputs;
  return { kubeconfigJson, eksCluster };
}

describe.each([
  ["dev", dev()],
  ["prod", prod()],
  [
    "existing network",
    dev({
      network: {
        ...dev().network,
        existing: { id: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], privateSubnets: ["subnet-3", "subnet-4"] },
      },
    }),
  ],
  ["private", dev({ access: { ...dev().access, private: true } })],
])("the program as %s", { timeout: 30_000 }, (_, config) => {
  it("is accepted whole, has every output the SDK promises, and can be taken down again", async () => {
    const { account, refused } = await up(config);
    expect(refused).toEqual([]);
    expect(account.records.length).toBeGreaterThan(40);
    expect([...account.clusters.pools.values()].flat()).toHaveLength(config.nodes.min);
    expect(account.clusters.objects.has("CSIDriver/ebs.csi.aws.com")).toBe(true);

    expect(unset(account)).toEqual([]);

    const ours = account.records.filter(({ urn }) => urn !== "");
    for (const record of ours.reverse()) {
      // What `teardown --unprotect` does before.
      Object.assign(record.outputs, { deletionProtection: false, enableDeletionProtection: false });
      await account.delete(record);
    }
    expect(account.records.filter(({ urn }) => urn !== "")).toEqual([]);
    expect(account.clusters.started).toEqual([]);
    expect([...account.clusters.pools.keys()]).toEqual([]);
  });
});

/** Outputs that the SDK's classes promise and the account does not have. */
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
  const module = type.split(":")[1] ?? "";
  const declarations = readFileSync(`node_modules/@pulumi/aws/${module}.d.ts`, "utf8");
  const body = /export declare class \w+ extends [\s\S]*?\n}\n/.exec(declarations)?.[0] ?? "";
  const outputs = [...body.matchAll(/readonly (\w+): pulumi\.Output<(.*)>;/g)];
  expect(outputs.length).toBeGreaterThan(0);
  return outputs.filter(([, , output = ""]) => !output.includes("undefined")).map(([, property = ""]) => property);
}
