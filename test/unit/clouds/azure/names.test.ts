/** Names, tags and the provider of everything. */
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

import { dev, prod } from "../azure";
import type { Recording } from "../record";
import { azure, up, usual } from "./cluster";

/** What takes no tags in Azure: parts of something else. */
const untagged = [
  "authorization:RoleAssignment",
  "containerservice:MaintenanceConfiguration",
  "managedidentity:FederatedIdentityCredential",
  "monitor:DiagnosticSetting",
  "network:Subnet",
  "storage:BlobContainer",
  "storage:BlobServiceProperties",
  "storage:ManagementPolicy",
].map(azure);

describe("dev", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.dev());
  });

  it("asks everything of the one provider", () => {
    const others = (prefix: string, provider: string) =>
      r.all().filter((resource) => resource.type.startsWith(prefix) && resource.provider !== provider);
    expect(others("azure-native:", "platform-azure")).toEqual([]);
    expect(others("kubernetes:", "platform-kubernetes")).toEqual([]);
  });
});

describe("prod", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.prod());
  });

  it("has the stack's tags on everything that takes tags", () => {
    const own = r.all().filter(({ type }) => type.startsWith("azure-native:") && !untagged.includes(type));
    expect(own.length).toBeGreaterThan(15);
    const without = own.filter(({ inputs }) => !isDeepStrictEqual(inputs.tags, prod().tags));
    expect(without.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });
});

it("refuses a name that Azure would refuse later", async () => {
  await expect(up(dev(), "Platform_dev")).rejects.toThrow(/the cluster cannot be called "Platform_dev"/);
  await expect(up(dev(), "p".repeat(51))).rejects.toThrow(/2 to 50 characters/);
});

it("keeps every name within Azure's limits when the stack's name is long", async () => {
  const name = "a-platform-with-quite-a-long-name-of-a-stack-in-it";
  const { recording: r } = await up(prod(), name);
  const longestOf = (type: string) => Math.max(...r.names(azure(type)).map((logical) => logical.length + 8));
  for (const type of ["keyvault:Vault", "storage:StorageAccount"]) {
    expect(longestOf(type)).toBeLessThanOrEqual(24);
    expect(r.names(azure(type))[0]).toMatch(/^[a-z][a-z0-9]*$/);
  }
  expect(longestOf("operationalinsights:Workspace")).toBeLessThanOrEqual(63);
  expect(longestOf("network:VirtualNetwork")).toBeLessThanOrEqual(64);
  const names = r.ofType(azure("containerservice:AgentPool")).map(({ inputs }) => String(inputs.agentPoolName));
  expect(names.filter((one) => !/^[a-z][a-z0-9]{0,11}$/.test(one))).toEqual([]);
  expect(new Set(names).size).toBe(6);
});
