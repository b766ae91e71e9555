import { beforeEach, describe, expect, it } from "vitest";
import { dualRegion } from "../../../components/clouds/gcp/buckets";
import { regionNames } from "../../../components/regions";
import { gcpInvokes } from "../../../simulator/gcp";
import { existingNetwork } from "../../../simulator/gcp/existing";
import { identifyOnGoogle } from "../../../simulator/gcp/identity";
import { Account, agent, cluster, ground, project, region } from "./account";

let account: Account;
beforeEach(() => void (account = new Account()));

describe("keys", () => {
  it("and their rings keep their names for ever", async () => {
    const ring = await account.create("kms/keyRing:KeyRing", { name: "ring", location: region });
    const key = await account.create("kms/cryptoKey:CryptoKey", {
      name: "key",
      keyRing: ring.id,
      rotationPeriod: "7776000s",
    });
    expect(key.id).toBe("projects/example-test/locations/europe-west1/keyRings/ring/cryptoKeys/key");
    expect(key.outputs.primaries).toEqual([{ name: `${key.id}/cryptoKeyVersions/1`, state: "ENABLED" }]);
    expect(await account.delete(key)).toEqual({
      seconds: Infinity,
      taken: `Error creating CryptoKey: googleapi: Error 409: CryptoKey ${key.id} already exists., alreadyExists`,
    });
    expect(await account.delete(ring)).toMatchObject({ seconds: Infinity });
  });

  it.each([
    ["kms/keyRing:KeyRing", { name: "r", location: "europe-west99" }, "The request concerns location 'europe-west99'"],
    [
      "kms/cryptoKey:CryptoKey",
      { name: "k", keyRing: "projects/p/locations/l/keyRings/none" },
      "KeyRing projects/p/locations/l/keyRings/none not found.",
    ],
  ])("%s refuses %j", async (token, inputs, message) => {
    await expect(account.create(token, inputs)).rejects.toThrow(message);
  });

  it("are not renewed more than once a day, and no others than symmetric ones", async () => {
    const { id } = await account.create("kms/keyRing:KeyRing", { name: "ring", location: region });
    const make = (inputs: object) => account.create("kms/cryptoKey:CryptoKey", { name: "key", keyRing: id, ...inputs });
    await expect(make({ rotationPeriod: "3600s" })).rejects.toThrow("rotation period must be greater than one day");
    await expect(make({ rotationPeriod: "90000s", purpose: "MAC" })).rejects.toThrow("purpose ENCRYPT_DECRYPT only");
  });
});

describe("service accounts and roles", () => {
  it("have addresses; another one of the same name is another account", async () => {
    const first = await account.create("serviceaccount/account:Account", { accountId: "platform-nodes" });
    const email = "platform-nodes@example-test.iam.gserviceaccount.com";
    expect(first.outputs).toMatchObject({
      email,
      member: `serviceAccount:${email}`,
      name: `projects/example-test/serviceAccounts/${email}`,
    });
    expect(first.outputs.uniqueId).toMatch(/^\d{21}$/);
    await expect(account.create("serviceaccount/account:Account", { accountId: "platform-nodes" })).rejects.toThrow(
      "Error creating service account: googleapi: Error 409: Service account platform-nodes already exists within project projects/example-test., alreadyExists",
    );
    await account.delete(first);
    const second = await account.create("serviceaccount/account:Account", { accountId: "platform-nodes" });
    expect(second.outputs.uniqueId).not.toBe(first.outputs.uniqueId);
  });

  it("are made up names of no more than thirty characters", async () => {
    const made = await account.create("serviceaccount/account:Account", {}, "a".repeat(22));
    expect(String(made.outputs.accountId)).toHaveLength(30);
    await expect(account.create("serviceaccount/account:Account", {}, "a".repeat(23))).rejects.toThrow(
      "longer than maximum length 30",
    );
  });
});

describe("grants", () => {
  const grant = (inputs: object) =>
    account.create("projects/iAMMember:IAMMember", { project, role: "roles/logging.logWriter", ...inputs });

  it("name resource, role and member in their ids", async () => {
    const member = (await account.create("serviceaccount/account:Account", { accountId: "nodes-1" })).outputs.member;
    expect((await grant({ member })).id).toBe(`example-test/roles/logging.logWriter/${String(member)}`);
  });

  it.each([
    [
      "an account that is not there",
      { member: "serviceAccount:none@example-test.iam.gserviceaccount.com" },
      "Service account none@example-test.iam.gserviceaccount.com does not exist.",
    ],
    [
      "pods before there is a cluster",
      { member: "serviceAccount:example-test.svc.id.goog[velero/velero]" },
      "Identity Pool does not exist (example-test.svc.id.goog).",
    ],
    [
      "a custom role that is not there",
      { member: "user:a@example.com", role: "projects/example-test/roles/none" },
      "Role (projects/example-test/roles/none) does not exist in the resource's hierarchy.",
    ],
    [
      "a role that nobody knows",
      { member: "user:a@example.com", role: "roles/storage.objektAdmin" },
      "Role roles/storage.objektAdmin is not known",
    ],
  ])("refuse %s", async (_, inputs, message) => {
    await expect(grant(inputs)).rejects.toThrow(message);
  });

  it("are of roles that fit what they are on", async () => {
    await account.create("storage/bucket:Bucket", { name: "example-backups", location: "EU" });
    const on = (role: string) =>
      account.create("storage/bucketIAMMember:BucketIAMMember", {
        bucket: "example-backups",
        role,
        member: "user:a@example.com",
      });
    await expect(on("roles/dns.admin")).rejects.toThrow("Role roles/dns.admin is not supported for this resource.");
    expect((await on("roles/storage.objectAdmin")).id).toBe(
      "b/example-backups/roles/storage.objectAdmin/user:a@example.com",
    );
  });

  it("let pods in once the project has a cluster with such identities", async () => {
    await cluster(account, await ground(account));
    const target = account.records.find(({ type }) => type === "gcp:serviceaccount/account:Account");
    await account.create("serviceaccount/iAMMember:IAMMember", {
      serviceAccountId: target?.id,
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:example-test.svc.id.goog[velero/velero]",
    });
  });
});

describe("access to a cluster", () => {
  it("is the owner's, and everybody's by the roles that the project grants", async () => {
    const { id } = await cluster(account, await ground(account));
    const { inventory } = account.context();
    expect(identifyOnGoogle(inventory, id, "owner@example.com")).toMatchObject({
      username: "owner@example.com",
      groups: ["simulator:roles/owner"],
    });
    expect(identifyOnGoogle(inventory, id, "a@example.com")?.groups).toEqual([]);
    await account.create("projects/iAMMember:IAMMember", {
      project,
      role: "roles/container.viewer",
      member: "user:a@example.com",
    });
    expect(identifyOnGoogle(inventory, id, "a@example.com")?.groups).toEqual(["simulator:roles/container.viewer"]);
    expect(identifyOnGoogle(inventory, `${id}-other`, "owner@example.com")).toBeUndefined();
  });
});

describe("buckets", () => {
  it("have one name in the world, and are kept while something is in them", async () => {
    const bucket = await account.create("storage/bucket:Bucket", { name: "example-backups", location: "europe-west1" });
    expect(bucket.outputs).toMatchObject({
      location: "EUROPE-WEST1",
      url: "gs://example-backups",
      softDeletePolicy: { retentionDurationSeconds: 604800 },
    });
    await expect(account.create("storage/bucket:Bucket", { name: "example-backups", location: "US" })).rejects.toThrow(
      "googleapi: Error 409: The requested bucket name is not available.",
    );
    account.records.push({
      type: "gcp:storage/bucketObjects:BucketObjects",
      id: bucket.id,
      urn: "",
      inputs: {},
      outputs: {},
    });
    await expect(account.delete(bucket)).rejects.toThrow("containing objects without `force_destroy` set to true");
  });

  it.each([
    [{ location: "europe" }, "The specified location constraint is not valid."],
    [{ softDeletePolicy: { retentionDurationSeconds: 3600 } }, "between 7 and 90 days"],
    [{ encryption: { defaultKmsKeyName: "none" } }, "Permission denied on Cloud KMS key."],
    [{ versioning: { enabled: true }, retentionPolicy: { retentionPeriod: "60" } }, "can't be enabled together"],
  ])("refuse %j", async (inputs, message) => {
    await expect(
      account.create("storage/bucket:Bucket", { name: "example-b", location: "EU", ...inputs }),
    ).rejects.toThrow(message);
  });

  it("can be in just the pairs of regions that the program knows", async () => {
    for (const one of regionNames("gcp")) {
      for (const other of regionNames("gcp")) {
        const pair = dualRegion(one, other);
        const dataLocations = [one.toUpperCase(), other.toUpperCase()];
        const place = pair ?? { location: "EU", dataLocations };
        const made = new Account().create("storage/bucket:Bucket", {
          name: "example-b",
          location: place.location,
          ...(place.dataLocations ? { customPlacementConfig: { dataLocations: place.dataLocations } } : {}),
        });
        if (pair) expect((await made).outputs).toMatchObject({ location: pair.location, rpo: "DEFAULT" });
        else
          await expect(made).rejects.toThrow("may not create storageClass STANDARD buckets with locationConstraint EU");
      }
    }
  });

  it.each([
    ["EU", ["europe-north1", "europe-west4"]],
    ["US", ["us-central1", "us-east1"]],
    ["EU", ["europe-west1", "us-east1"]],
    ["EU", ["europe-west1"]],
    ["EUR4", ["europe-north1", "europe-west4"]],
  ])("in %s refuse %j: such a pair has another location, or none", async (location, dataLocations) => {
    const made = account.create("storage/bucket:Bucket", {
      name: "example-b",
      location,
      customPlacementConfig: { dataLocations },
    });
    await expect(made).rejects.toThrow(`with locationConstraint ${location} and data_location`);
  });

  it("are encrypted by a key that Cloud Storage may use", async () => {
    const { key } = await ground(account);
    await account.create("kms/cryptoKeyIAMMember:CryptoKeyIAMMember", {
      cryptoKeyId: key.id,
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: `serviceAccount:${agent("gs-project-accounts")}`,
    });
    await account.create("storage/bucket:Bucket", {
      name: "example-b",
      location: "EU",
      encryption: { defaultKmsKeyName: key.id },
    });
  });
});

describe("Cloud Armor", () => {
  const everybody = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };
  const rule = (changes: object) => ({ action: "allow", priority: 1, match: everybody, ...changes });
  const policy = (...rules: object[]) =>
    account.create("compute/securityPolicy:SecurityPolicy", { name: "waf", rules });

  it("ends every policy with a rule for everybody", async () => {
    const { outputs } = await policy(rule({}));
    expect((outputs.rules as { priority: number }[]).map(({ priority }) => priority)).toEqual([1, 2147483647]);
  });

  it.each([
    ["two rules of one priority", [rule({}), rule({ action: "deny(403)" })], "Two rules have the same priority"],
    [
      "rule sets that there are not",
      [rule({ match: { expr: { expression: "evaluatePreconfiguredWaf('sqli-v34-stable', {'sensitivity': 1})" } } })],
      "unknown preconfigured expression 'sqli-v34-stable'",
    ],
    ["rates without a limit", [rule({ action: "throttle" })], "rateLimitOptions are for the actions"],
    ["a match of nothing", [rule({ match: {} })], "either an expression or source addresses"],
    [
      "a last rule for some",
      [rule({ priority: 2147483647, match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["10.0.0.0/8"] } } })],
      "the default rule must match '*'",
    ],
    [
      "more expressions than a policy holds",
      Array.from({ length: 21 }, (_, priority) => rule({ priority, match: { expr: { expression: "true" } } })),
      "SECURITY_POLICY_CEVAL_RULES",
    ],
  ])("refuses %s", async (_, rules, message) => {
    await expect(policy(...rules)).rejects.toThrow(message);
  });

  it("knows no profile of TLS without its features", async () => {
    const ssl = (inputs: object) => account.create("compute/sSLPolicy:SSLPolicy", { name: "tls", ...inputs });
    await expect(ssl({ profile: "CUSTOM" })).rejects.toThrow("custom_features must be given with the profile CUSTOM");
    await expect(ssl({ minTlsVersion: "TLS_1_3" })).rejects.toThrow("needs the profile RESTRICTED");
    expect((await ssl({ profile: "MODERN" })).id).toBe("projects/example-test/global/sslPolicies/tls");
  });
});

describe("look-ups", () => {
  const invokes = gcpInvokes(["example.com"]);
  const ask = (token: string, args: object) =>
    invokes[`gcp:${token}`]?.(args as Record<string, unknown>, account.context());

  it("tell the project's number, which Google's own accounts go by", () => {
    const answer = ask("organizations/getProject:getProject", {});
    expect(answer).toMatchObject({ projectId: "example-test", number: /^service-(\d+)@/.exec(agent("x"))?.[1] });
    expect(answer?.number).toMatch(/^\d{12}$/);
  });

  it("find the domain's zone, and an existing network's ranges", () => {
    expect(ask("dns/getManagedZones:getManagedZones", {})).toMatchObject({
      managedZones: [{ dnsName: "example.com.", name: "example-com", visibility: "public" }],
    });
    const id = "projects/shared-net/regions/europe-west1/subnetworks/platform";
    const named = { project: "shared-net", region: "europe-west1", name: "platform" };
    expect(() => ask("compute/getSubnetwork:getSubnetwork", named)).toThrow(`The resource '${id}' was not found`);
    account.records.push(
      ...existingNetwork({ id: "projects/shared-net/global/networks/shared", privateSubnets: [id] }),
    );
    for (const arguments_ of [named, { selfLink: `https://www.googleapis.com/compute/v1/${id}` }]) {
      const found = ask("compute/getSubnetwork:getSubnetwork", arguments_);
      expect((found?.secondaryIpRanges as { rangeName: string }[]).map(({ rangeName }) => rangeName)).toEqual([
        "pods",
        "services",
      ]);
    }
    expect(() => ask("compute/getSubnetwork:getSubnetwork", { selfLink: id })).toThrow("was not a self link");
  });
});
