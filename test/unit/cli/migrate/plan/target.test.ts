import { describe, expect, it } from "vitest";
import { parseCidr, overlaps } from "../../../../../components/cidr";
import { freeRange } from "../../../../../cli/migrate/plan/range";
import { planOf } from "../../../../../cli/migrate/plan";
import { claim, clusterIds, found, inventory, mounting, plan, sealingKey, values, type ManagedCloud } from "./fixture";
import type { FindingCode } from "../../../../../cli/migrate/plan/codes";
import type { Severity } from "../../../../../cli/migrate/plan/plan";

const admins = { adminGroups: ["arn:aws:iam::111122223333:role/platform-admins"] };

interface Case {
  code: FindingCode;
  severity: Severity;
  has: Record<string, unknown>;
  hasNot: Record<string, unknown>;
  /** Dotted key → the target's value. */
  becomes?: [key: string, value: unknown];
  from?: ManagedCloud;
  to?: ManagedCloud;
}

const cases: Case[] = [
  {
    code: "access-groups",
    severity: "blocking",
    has: { access: admins },
    hasNot: {},
    becomes: ["access.adminGroups", undefined],
  },
  { code: "api-private", severity: "blocking", has: { access: { private: true } }, hasNot: {} },
  {
    code: "authorized-networks",
    severity: "note",
    has: { access: { authorizedNetworks: ["203.0.113.0/24"] } },
    hasNot: {},
    becomes: ["access.authorizedNetworks", ["203.0.113.0/24"]],
  },
  { code: "backup-off", severity: "blocking", has: { backup: { enabled: false } }, hasNot: {} },
  {
    code: "backup-lock",
    severity: "adapted",
    has: { backup: { lock: "compliance" } },
    hasNot: { backup: { lock: "none" } },
    becomes: ["backup.lock", "governance"],
  },
  {
    code: "certificate",
    severity: "adapted",
    has: { domain: "example.com" },
    hasNot: { domain: "example.com", tls: { enabled: false } },
  },
  {
    code: "certificate",
    severity: "blocking",
    has: { domain: "example.com" },
    hasNot: { domain: "example.com", tls: { email: "a@example.com" } },
    to: "azure",
  },
  {
    code: "configuration",
    severity: "blocking",
    has: { nodes: { vcpu: 3, memoryGiB: 7 } },
    hasNot: { nodes: { vcpu: 4, memoryGiB: 16 } },
  },
  {
    code: "copy-region",
    severity: "adapted",
    has: { backup: { copyRegion: "eu-west-1" } },
    hasNot: {},
    becomes: ["backup.copyRegion", "northeurope"],
    to: "azure",
  },
  { code: "domain", severity: "note", has: { domain: "example.com" }, hasNot: {}, becomes: ["domain", "example.com"] },
  {
    code: "existing-network",
    severity: "adapted",
    has: {
      network: { existing: { id: "vpc-0a1b2c3d4e5f67890", publicSubnets: ["subnet-1"], privateSubnets: ["subnet-2"] } },
    },
    hasNot: {},
    becomes: ["network.existing", undefined],
  },
  {
    code: "image-registries",
    severity: "note",
    has: { nodes: { registries: ["/subscriptions/x"] } },
    hasNot: {},
    from: "azure",
  },
  {
    code: "maintenance",
    severity: "adapted",
    has: { maintenance: { days: ["Saturday", "Sunday"], start: "03:00", hours: 8 } },
    hasNot: {},
    becomes: ["maintenance.days", ["Saturday"]],
    from: "gcp",
    to: "azure",
  },
  {
    code: "maintenance",
    severity: "adapted",
    has: { maintenance: { days: ["Sunday"], start: "03:00", hours: 4 } },
    hasNot: {},
    becomes: ["maintenance.hours", 12],
    from: "azure",
    to: "gcp",
  },
  {
    code: "node-size",
    severity: "adapted",
    has: { nodes: { instanceType: "m7i.4xlarge" } },
    hasNot: { nodes: { vcpu: 16, memoryGiB: 64 } },
    becomes: ["nodes.memoryGiB", 64],
  },
  {
    code: "node-size",
    severity: "blocking",
    has: { nodes: { instanceType: "x2idn.32xlarge", vcpu: 128, memoryGiB: 2048 } },
    hasNot: {},
  },
];

const at = (values: unknown, key: string): unknown =>
  key.split(".").reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], values);

describe.each(cases)("$code ($severity)", ({ code, severity, has, hasNot, becomes, from = "aws", to = "gcp" }) => {
  const ours = (more: Record<string, unknown>) =>
    found(plan([], { from, to, more }), code).filter((one) => one.severity === severity);

  it("is found where the configuration has it, and what it becomes is the target's", () => {
    expect(ours(has)).not.toEqual([]);
    if (becomes) expect(at(plan([], { from, to, more: has }).target.values, becomes[0])).toEqual(becomes[1]);
  });

  it("is not found where it has not", () => {
    expect(ours(hasNot)).toEqual([]);
  });
});

describe("the target", () => {
  it("takes over what every cloud understands, and waits for the restore", () => {
    const { target } = plan([], { more: { monitoring: { storageGiB: 200 }, tags: { team: "shop" } } });
    expect(target.values).toMatchObject({
      cloud: "gcp",
      region: "europe-west3",
      monitoring: { storageGiB: 200 },
      tags: { team: "shop" },
      network: { cidr: "10.21.0.0/16" },
      bootstrap: "paused",
      migration: {
        source: {
          cloud: "aws",
          region: "eu-central-1",
          bucket: "platform-prod-backup-0a1b2c3",
          account: "111122223333",
        },
      },
    });
  });

  it("finds backups of Azure by their storage account", () => {
    expect(at(plan([], { from: "azure", to: "aws" }).target.values, "migration.source")).toEqual({
      cloud: "azure",
      region: "germanywestcentral",
      account: "0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
      bucket: "velero",
      storageAccount: "platformprod0a1b2c3d",
      resourceGroup: "platform-prod-backup0a1b2c3d",
    });
  });

  it("writes tags in the target's letters, and loses none", () => {
    const tags = (to: "azure" | "gcp", given: Record<string, string>) => plan([], { to, more: { tags: given } });
    expect(tags("gcp", { "Cost Center": "R&D 4711", "9to5": "x" }).target.values["tags"]).toEqual({
      "cost-center": "r-d-4711",
      to5: "x",
    });
    expect(tags("azure", { "a/b": "c" }).target.values["tags"]).toEqual({ "a-b": "c" });
    const both = tags("gcp", { Team: "a", team: "b" });
    expect(both.target.values["tags"]).toEqual({ Team: "a", team: "b" });
    expect(found(both, "configuration", "tags.Team")).toMatchObject([{ severity: "blocking" }]);
    expect(found(tags("gcp", { Team: "a" }), "tags")).toMatchObject([{ then: "Team: a → team: a" }]);
    expect(found(tags("gcp", { team: "a" }), "tags")).toEqual([]);
  });

  it("says what it could not read", () => {
    const read = { ...inventory("aws", []), unread: ["metrics.example.com/v1"] };
    const made = planOf({ name: "prod", values: values("aws"), secrets: [] }, clusterIds.aws, read, {
      to: "x",
      cloud: "gcp",
      set: [],
    });
    expect(found(made, "unread")).toMatchObject([
      { severity: "note", what: expect.stringContaining("metrics.example.com/v1") as string },
    ]);
    expect(found(plan([]), "unread")).toEqual([]);
  });

  it("says which accounts it takes, and how much of the target's", () => {
    const more = { nodes: { vcpu: 16, memoryGiB: 64, min: 3, max: 9 } };
    expect(found(plan([], { more }), "account")[0]?.then).toContain("gcp:project");
    expect(found(plan([], { more }), "cloud-quota")[0]?.what).toContain("9 nodes of e2-standard-16 are 144 vCPU");
    expect(found(plan([], { more, to: "azure" }), "cloud-quota")[0]?.what).toContain("are 192 vCPU");
  });

  it("lists secrets by their keys, and has none of their values", () => {
    const made = plan([], {
      secrets: [sealingKey, ["gitops", "webhookSecret"]],
      more: {
        gitops: {
          repository: "https://github.com/example/x",
          webhookSecret: "do-not-show-this",
          sealingKeys: [{ privateKey: "nor-this-one" }],
        },
      },
    });
    expect(made.secretKeys).toEqual(["gitops.sealingKeys[0].privateKey", "gitops.webhookSecret"]);
    expect(JSON.stringify(made)).not.toMatch(/do-not-show|nor-this/);
    expect(found(made, "secret-values")).toMatchObject([{ severity: "adapted" }]);
  });

  it("asks for shared storage where volumes are written to from several nodes", () => {
    const objects = [
      claim("shop/both", { storageClassName: "shared", accessModes: ["ReadWriteMany"] }),
      mounting("shop/both"),
    ];
    const made = plan(objects);
    expect(at(made.target.values, "storage.shared")).toBe(true);
    expect(found(made, "shared-storage")).toMatchObject([
      { severity: "adapted", then: expect.stringContaining("Filestore") as string },
    ]);
    expect(found(plan([]), "shared-storage")).toEqual([]);
  });

  it("never gets an older Kubernetes, and takes the live cluster's version for the source's", () => {
    expect(at(plan([], { version: "1.35" }).target.values, "kubernetesVersion")).toBe("1.35");
    const older = plan([], { version: "1.32" });
    expect(found(older, "kubernetes-version")).toMatchObject([
      { severity: "adapted", then: expect.stringMatching(/^1\.32 → 1\.3\d/) as string },
    ]);
    expect(found(plan([], { version: "1.40" }), "kubernetes-version")).toMatchObject([{ severity: "blocking" }]);
    expect(found(plan([]), "kubernetes-version")).toEqual([]);
  });

  it("does what --set says, and takes the key for settled", () => {
    const set = [
      { path: ["access", "adminGroups"], value: ["admins@example.com"] },
      { path: ["region"], value: "europe-west4" },
    ];
    const made = plan([], { more: { access: admins }, request: { set } });
    expect(made.target).toMatchObject({
      region: "europe-west4",
      values: { access: { adminGroups: ["admins@example.com"] } },
    });
    expect(made.findings.filter(({ severity }) => severity === "blocking")).toEqual([]);
  });

  it.each([
    [{ to: "prod" }, /source's own name/],
    [{ cloud: "aws" as const }, /is there already/],
    [{ cloud: "local" as const }, /no cloud to keep backups in/],
    [{ set: [{ path: ["gitops", "webhookSecret"], value: "x" }] }, /a secret; set it on the source/],
    [{ accept: ["host-paths"] }, /there is no such finding/],
    [{ accept: ["region", "configuration"] }, /no such finding|cannot come up/],
  ])("refuses %j", (request, message) => {
    expect(() => plan([], { request })).toThrow(message);
  });

  it("is blocked no more by what a person accepts, and tells so", () => {
    const objects = [claim("shop/alone", { storageClassName: "gp3" })];
    const made = plan(objects, { request: { accept: ["volume-unmounted:PersistentVolumeClaim shop/alone"] } });
    expect(found(made, "volume-unmounted")).toMatchObject([
      { severity: "note", then: expect.stringMatching(/^accepted/) as string },
    ]);
  });
});

describe("the target's range", () => {
  it.each([
    ["10.20.0.0/16", "aws", "gcp", "10.21.0.0/16"],
    ["10.243.0.0/16", "aws", "gcp", "10.248.0.0/16"],
    ["10.243.0.0/16", "aws", "azure", "10.245.0.0/16"],
    ["10.255.0.0/16", "azure", "aws", "10.0.0.0/16"],
    ["172.16.0.0/16", "gcp", "aws", "172.18.0.0/16"],
    ["192.168.0.0/20", "aws", "azure", "192.168.16.0/20"],
  ] as const)("after %s from %s to %s is %s", (cidr, from, to, expected) => {
    expect(freeRange(cidr, from, to)).toBe(expected);
    expect(overlaps(parseCidr(cidr), parseCidr(expected))).toBe(false);
  });

  it("is not made up where there is none", () => {
    expect(() => freeRange("192.168.0.0/16", "aws", "gcp")).toThrow(/no free range/);
  });
});
