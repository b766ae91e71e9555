import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Behaviour, ClusterHost } from "../../../simulator/cloud/behaviour";
import { Clock } from "../../../simulator/cloud/clock";
import { Faults, parseFault } from "../../../simulator/cloud/faults";
import { CloudProvider, type Schema } from "../../../simulator/cloud/provider";
import { Store } from "../../../simulator/cloud/store";
import { InitializationFailed } from "../../../simulator/provider";

const type = "cloud:net/network:Network";
const request = { urn: `urn:pulumi:s::p::${type}::main`, type, name: "main", connection: "1" };

const network: Behaviour = {
  seconds: { create: 30, update: 1, delete: 1, source: "made up for this test" },
  defaults: (_, { hex, name }) => ({ name: `${name}-${hex(4)}` }),
  uniqueName: ({ name }) => ({ scope: "region", name: String(name), taken: `NetworkExists: ${String(name)}` }),
  refuse: ({ size }) => (size === 0 ? "InvalidSize: 0" : undefined),
  create: (_, { hex }) => ({ id: `net-${hex(8)}`, outputs: { arn: "arn:net" } }),
  refuseDelete: ({ inputs }) => (inputs["busy"] ? "DependencyViolation: busy" : undefined),
  leaves: ({ inputs }) =>
    inputs["kept"] ? { seconds: Number(inputs["kept"]), taken: "NetworkDeleted: the name is not free yet" } : undefined,
};

const schema: Schema = {
  isKnown: (known) => known === type,
  checkInputs: (_, inputs) => ("colour" in inputs ? [{ property: "colour", reason: "unknown property" }] : []),
  checkConfig: () => [],
  checkArguments: () => [],
  parseConfig: (_, config) => config,
  compare: (_, before, after) => ({
    updates: before["size"] === after["size"] ? [] : ["size"],
    replaces: before["name"] === after["name"] ? [] : ["name"],
    unsourced: before["odd"] === after["odd"] ? [] : ["odd"],
    deleteBeforeReplace: false,
  }),
};

let directory: string;
const crash = vi.fn();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cloud-"));
  crash.mockClear();
});
afterEach(() => rmSync(directory, { recursive: true }));

it("is not configured for an account that is not there", async () => {
  const made = await provider();
  await expect(made.configure("2", { region: "north", account: "other" })).rejects.toThrow('AccountNotFound: "other"');
});

async function provider(...faults: string[]): Promise<CloudProvider> {
  const made = new CloudProvider({
    name: "cloud",
    version: "1.0.0",
    account: "123456789012",
    schema,
    refuseConfig: ({ account }) => (account === undefined ? undefined : `AccountNotFound: ${JSON.stringify(account)}`),
    behaviours: { [type]: network },
    invokes: {},
    faultMessages: {
      throttle: () => "Throttling",
      quota: () => "LimitExceeded",
      timeout: () => "timeout while waiting",
      partial: () => "tagging failed",
      crash: () => "",
    },
    region: ({ region }) => region as string | undefined,
    store: new Store(join(directory, "store.json")),
    faults: new Faults(faults.map(parseFault)),
    clock: new Clock(1 / 1000),
    clusters: {} as ClusterHost,
    crash,
  });
  await made.configure("1", { region: "north" });
  return made;
}

const stored = () => new Store(join(directory, "store.json")).all();
const create = { ...request, inputs: { name: "main", size: 1 }, preview: false, timeoutSeconds: 0 };

describe("a simulated cloud", () => {
  it("keeps what it made, over restarts", async () => {
    const { id, outputs } = await (await provider()).create(create);
    expect(outputs).toEqual({ name: "main", size: 1, arn: "arn:net" });
    const again = await provider();
    expect(await again.read({ ...request, id, inputs: {}, outputs: {} })).toMatchObject({ id, outputs });
  });

  it("makes nothing in a preview", async () => {
    expect(await (await provider()).create({ ...create, preview: true })).toEqual({ id: "", outputs: create.inputs });
    expect(stored()).toEqual([]);
  });

  it("takes the cloud's time, scaled", async () => {
    const start = Date.now();
    await (await provider()).create(create);
    expect(Date.now() - start).toBeGreaterThanOrEqual(29);
  });

  it("refuses a name that is taken, and what the behaviour refuses, in the cloud's words", async () => {
    const cloud = await provider();
    await cloud.create(create);
    await expect(cloud.create(create)).rejects.toThrow("NetworkExists: main");
    await expect(cloud.create({ ...create, inputs: { name: "b", size: 0 } })).rejects.toThrow("InvalidSize: 0");
    expect(stored()).toHaveLength(1);
  });

  it("keeps a generated name, and lets go of one that the user sets", async () => {
    const cloud = await provider();
    const first = await cloud.check({ ...request, olds: {}, news: {} });
    expect(first.inputs["name"]).toMatch(/^main-[0-9a-f]{4}$/);
    expect(await cloud.check({ ...request, olds: first.inputs, news: {} })).toEqual(first);
    const own = await cloud.check({ ...request, olds: first.inputs, news: { name: "own" } });
    expect(own.inputs).toEqual({ name: "own", __defaults: [] });
    const again = await cloud.check({ ...request, olds: own.inputs, news: {} });
    expect(again.inputs["name"]).toMatch(/^main-[0-9a-f]{4}$/);
  });

  it("reports inputs that the schema does not allow", async () => {
    const { failures } = await (await provider()).check({ ...request, olds: {}, news: { colour: "red" } });
    expect(failures).toEqual([{ property: "colour", reason: "unknown property" }]);
  });

  it("refuses a change that no source describes", async () => {
    const cloud = await provider();
    const change = { ...request, id: "net-1", oldOutputs: {}, oldInputs: { odd: 1 } };
    await expect(cloud.diff({ ...change, news: { odd: 2 } })).rejects.toThrow(
      `${type}: no source says whether a change of odd replaces the resource or updates it in place`,
    );
    expect(await cloud.diff({ ...change, news: { odd: 1, size: 2 } })).toMatchObject({
      updates: ["size"],
      replaces: [],
    });
  });

  it("forgets outputs whose input was taken away by an update", async () => {
    const cloud = await provider();
    const { id, outputs } = await cloud.create(create);
    const news = { name: "main" };
    const updated = await cloud.update({
      ...request,
      id,
      oldInputs: create.inputs,
      oldOutputs: outputs,
      news,
      preview: false,
      timeoutSeconds: 0,
    });
    expect(JSON.parse(JSON.stringify(updated.outputs))).toEqual({ name: "main", arn: "arn:net" });
  });

  it("knows before an update what the cloud has computed, within the user's structures too", async () => {
    const { outputs } = await (
      await provider()
    ).update({
      ...request,
      id: "net-1",
      oldInputs: { name: "main", size: 1, peers: { own: "a", gone: "b" } },
      oldOutputs: { name: "main", size: 1, arn: "arn:net", peers: { own: "a", gone: "b", group: "sg-1" } },
      news: { name: "main", peers: { own: "c" } },
      preview: true,
      timeoutSeconds: 0,
    });
    expect(JSON.parse(JSON.stringify(outputs))).toEqual({
      name: "main",
      arn: "arn:net",
      peers: { own: "c", group: "sg-1" },
    });
  });

  it("has no record of what is being deleted, and has it again where that fails", async () => {
    const cloud = await provider();
    const { id, outputs } = await cloud.create(create);
    const during: number[] = [];
    network.delete = () => {
      during.push(stored().length);
      throw new Error("InternalError");
    };
    try {
      await expect(cloud.delete({ ...request, id, inputs: create.inputs, outputs, timeoutSeconds: 0 })).rejects.toThrow(
        "InternalError",
      );
    } finally {
      delete network.delete;
    }
    expect(during).toEqual([0]);
    expect(stored().map((record) => record.id)).toEqual([id]);
  });

  it("deletes what is there, is content with what is not, and refuses as the cloud does", async () => {
    const cloud = await provider();
    const { id } = await cloud.create({ ...create, inputs: { name: "busy", busy: true } });
    const deletion = { ...request, id, inputs: {}, outputs: {}, timeoutSeconds: 0 };
    await expect(cloud.delete(deletion)).rejects.toThrow("DependencyViolation: busy");
    await cloud.delete({ ...deletion, id: "net-gone" });
    expect(stored()).toHaveLength(1);
  });

  it("has no types and functions but its own, and no region by itself", async () => {
    const cloud = await provider();
    await expect(cloud.create({ ...create, type: "cloud:x/y:Z" })).rejects.toThrow("no resource type cloud:x/y:Z");
    await expect(cloud.invoke("cloud:x:y", {}, "1")).rejects.toThrow("no function cloud:x:y");
    await expect(cloud.create({ ...create, connection: "2" })).rejects.toThrow("no region is set");
  });

  it.each([
    ["throttle", "Throttling"],
    ["quota", "LimitExceeded"],
  ])("makes nothing under %s", async (kind, message) => {
    const cloud = await provider(`${kind}@${type}`);
    await expect(cloud.create(create)).rejects.toThrow(message);
    expect(stored()).toEqual([]);
    await cloud.create(create);
    expect(stored()).toHaveLength(1);
  });

  it.each([
    ["timeout", "timeout while waiting"],
    ["partial", "tagging failed"],
  ])("has made the resource under %s, and says which", async (kind, message) => {
    const error = await (await provider(`${kind}@${type}`)).create(create).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InitializationFailed);
    expect(error).toMatchObject({ message, id: stored()[0]?.id });
  });

  it("has made the resource when the engine dies, and never answers", async () => {
    const cloud = await provider(`crash@${type}`);
    const answered = vi.fn();
    void cloud.create(create).then(answered, answered);
    await vi.waitFor(() => expect(crash).toHaveBeenCalledOnce());
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(answered).not.toHaveBeenCalled();
    expect(stored()).toHaveLength(1);
  });

  it("keeps the name of a deleted resource taken as long as the cloud does, over restarts", async () => {
    const first = await provider();
    const inputs = { name: "main", size: 1, kept: 100 };
    const { id, outputs } = await first.create({ ...create, inputs });
    await first.delete({ ...request, id, inputs, outputs, timeoutSeconds: 0 });
    expect(stored()).toEqual([]);
    const again = await provider();
    await expect(again.create(create)).rejects.toThrow("NetworkDeleted: the name is not free yet");
    await new Promise((resolve) => setTimeout(resolve, 110));
    await expect(again.create(create)).resolves.toMatchObject({ outputs: { name: "main" } });
  });
});
