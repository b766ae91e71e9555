import { describe, expect, it } from "vitest";
import { gcpRegions } from "../../../components/regions/gcp";
import { gcpBehaviours, gcpInvokes } from "../../../simulator/gcp";
import { machine } from "../../../simulator/gcp/machines";
import { regionNames, zonesOf } from "../../../simulator/gcp/regions";
import { resolveVersion } from "../../../simulator/gcp/versions";
import { checkArguments, checkInputs, compare, types } from "../../../simulator/schema";
import { Account, region } from "./account";

describe("simulated types", () => {
  it("are those that the schemas know", () => {
    const known = types().filter((type) => type.startsWith("gcp:"));
    expect(Object.keys(gcpBehaviours).sort()).toEqual(known.sort());
  });

  it("have functions that the schemas know", () => {
    const unknown = Object.keys(gcpInvokes([])).filter((token) =>
      checkArguments(token, {}).some(({ reason }) => /no such function/.test(reason)),
    );
    expect(unknown).toEqual([]);
  });

  it("say how long they take, and where the figure is from", () => {
    for (const { seconds } of Object.values(gcpBehaviours)) {
      expect(seconds.create).toBeGreaterThan(0);
      expect(seconds.source).not.toBe("");
    }
    expect(gcpBehaviours["gcp:container/cluster:Cluster"]?.seconds.create).toBe(522);
  });
});

describe("what a change does", () => {
  it.each([
    [
      "a pool's labels",
      "container/nodePool:NodePool",
      { nodeConfig: { labels: { a: "1" } } },
      { nodeConfig: { labels: { a: "2" } } },
      "updates",
      "nodeConfig.labels.a",
    ],
    [
      "a pool's disks",
      "container/nodePool:NodePool",
      { nodeConfig: { spot: false } },
      { nodeConfig: { spot: true } },
      "replaces",
      "nodeConfig.spot",
    ],
    [
      "a pool's first number",
      "container/nodePool:NodePool",
      { initialNodeCount: 1 },
      { initialNodeCount: 2 },
      "replaces",
      "initialNodeCount",
    ],
    [
      "a pool's bounds",
      "container/nodePool:NodePool",
      { autoscaling: { totalMaxNodeCount: 3 } },
      { autoscaling: { totalMaxNodeCount: 4 } },
      "updates",
      "autoscaling.totalMaxNodeCount",
    ],
    [
      "a cluster's version",
      "container/cluster:Cluster",
      { minMasterVersion: "1.35" },
      { minMasterVersion: "1.36" },
      "updates",
      "minMasterVersion",
    ],
    ["a cluster's network", "container/cluster:Cluster", { network: "a" }, { network: "b" }, "replaces", "network"],
    [
      "a cluster's datapath",
      "container/cluster:Cluster",
      { datapathProvider: "LEGACY_DATAPATH" },
      { datapathProvider: "ADVANCED_DATAPATH" },
      "replaces",
      "datapathProvider",
    ],
    ["a bucket's place", "storage/bucket:Bucket", { location: "EU" }, { location: "US" }, "replaces", "location"],
    ["a grant", "projects/iAMMember:IAMMember", { role: "roles/a" }, { role: "roles/b" }, "replaces", "role"],
    [
      "a role's permissions",
      "projects/iAMCustomRole:IAMCustomRole",
      { permissions: ["a.b.c"] },
      { permissions: ["a.b.d"] },
      "updates",
      "permissions[0]",
    ],
    [
      "a range's size",
      "compute/subnetwork:Subnetwork",
      { ipCidrRange: "10.0.0.0/20" },
      { ipCidrRange: "10.0.0.0/19" },
      "unsourced",
      "ipCidrRange",
    ],
  ] as const)("%s", (_, token, before, after, effect, path) => {
    const result = compare(`gcp:${token}`, before, after);
    expect(result[effect]).toEqual([path]);
    expect(result.updates.length + result.replaces.length + result.unsourced.length).toBe(1);
  });

  it("takes no order of zones and permissions for a change, and what Google fills in for none", () => {
    const pool = "gcp:container/nodePool:NodePool";
    expect(compare(pool, { nodeLocations: ["a", "b"] }, { nodeLocations: ["b", "a"] })).toMatchObject({ updates: [] });
    expect(compare(pool, { version: "1.35" }, {})).toMatchObject({ updates: [], replaces: [] });
  });
});

describe("inputs", () => {
  it.each([
    ["compute/network:Network", { name: "Net" }, "does not match"],
    ["container/cluster:Cluster", { name: "a".repeat(41) }, "has 41 characters, more than 40"],
    [
      "container/cluster:Cluster",
      { releaseChannel: { channel: "FAST" } },
      "is not one of UNSPECIFIED, RAPID, REGULAR, STABLE, EXTENDED",
    ],
    ["container/cluster:Cluster", { loggingConfig: { enableComponents: ["API"] } }, "is not one of"],
    ["container/cluster:Cluster", { resourceLabels: { "cost-center": "Platform" } }, "does not match"],
    ["container/nodePool:NodePool", { cluster: "c", nodeConfig: { diskSizeGb: 5 } }, "is less than 10"],
    ["container/nodePool:NodePool", { cluster: "c", nodeConfig: { diskTyp: "pd-ssd" } }, 'has no property "diskTyp"'],
    ["serviceaccount/account:Account", { accountId: "nodes" }, "has 5 characters, fewer than 6"],
    ["storage/bucket:Bucket", { location: "EU", name: "my-google-bucket" }, "does not match"],
    ["storage/bucket:Bucket", {}, 'needs "location"'],
    [
      "compute/securityPolicy:SecurityPolicy",
      { rules: [{ action: "deny(418)", priority: 1, match: {} }] },
      "does not match",
    ],
    ["kms/cryptoKey:CryptoKey", { keyRing: "r", purpose: "ENCRYPT" }, "is not one of CRYPTO_KEY_PURPOSE_UNSPECIFIED"],
  ])("of %s: %j are refused", (token, inputs, reason) => {
    expect(
      checkInputs(`gcp:${token}`, inputs)
        .map((failure) => failure.reason)
        .join("\n"),
    ).toContain(reason);
  });
});

describe("tables", () => {
  it("know the regions and zones that the program knows", () => {
    expect(regionNames().sort()).toEqual(gcpRegions.map(({ name }) => name).sort());
    for (const { name, zones } of gcpRegions) expect(zonesOf(name)).toEqual(zones);
  });

  it.each([
    ["e2-standard-4", { vcpu: 4, memoryGiB: 16 }],
    ["e2-custom-4-8192", { vcpu: 4, memoryGiB: 8 }],
    ["e2-medium", { vcpu: 2, memoryGiB: 4 }],
    ["e2-custom-3-8192", undefined],
    ["e2-custom-2-65536", undefined],
    ["e2-standard-3", undefined],
    ["m6i.large", undefined],
  ])("%s has %j", (type, has) => {
    if (has) expect(machine(type)).toMatchObject(has);
    else expect(machine(type)).toBeUndefined();
  });

  it("resolve versions within a channel", () => {
    expect(resolveVersion("1.36", "REGULAR")).toMatch(/^1\.36\.\d+-gke\.\d+$/);
    expect(resolveVersion("1.33", "REGULAR")).toBeUndefined();
    expect(resolveVersion("1.33", "EXTENDED")).toMatch(/^1\.33\./);
    expect(resolveVersion("1.35.0-gke.1", "REGULAR")).toBeUndefined();
  });
});

describe("labels", () => {
  it("update what carries them when the provider's change, and carry Pulumi's mark unless told not to", async () => {
    const account = new Account();
    account.config = { ...account.config, defaultLabels: { stack: "dev" } };
    const record = await account.create("compute/address:Address", { name: "a", region, labels: { team: "x" } });
    expect(record.outputs.effectiveLabels).toEqual({ "goog-pulumi-provisioned": "true", stack: "dev", team: "x" });
    const changes = () => gcpBehaviours[record.type]?.alsoUpdates?.(record.outputs, record.inputs, account.context());
    expect(changes()).toEqual([]);
    account.config = { ...account.config, defaultLabels: { stack: "prod" }, addPulumiAttributionLabel: false };
    expect(changes()).toEqual(["effectiveLabels", "pulumiLabels"]);
    await account.update(record, record.inputs);
    expect(changes()).toEqual([]);
    const other = await account.create("compute/address:Address", { name: "b", region });
    expect(other.outputs.effectiveLabels).toEqual({ stack: "prod" });
  });
});
