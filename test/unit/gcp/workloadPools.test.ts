import { beforeEach, describe, expect, it } from "vitest";
import { projectNumber } from "../../../simulator/gcp/resource";
import { checkInputs, compare } from "../../../simulator/schema";
import { Account, project } from "./account";

const poolToken = "iam/workloadIdentityPool:WorkloadIdentityPool";
const providerToken = "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const oidc = { issuerUri: "https://oidc.eks.eu-west-1.amazonaws.com/id/0123" };
const attributeMapping = { "google.subject": "assertion.sub" };

let account: Account;
beforeEach(() => void (account = new Account()));

const pool = (workloadIdentityPoolId = "platform-a") => account.create(poolToken, { workloadIdentityPoolId });
const provider = (inputs: object = {}) =>
  account.create(providerToken, {
    workloadIdentityPoolId: "platform-a",
    workloadIdentityPoolProviderId: "cluster",
    oidc,
    attributeMapping,
    ...inputs,
  });

describe("pools of workload identities", () => {
  it("are named by the project's number", async () => {
    const { id, outputs } = await pool();
    expect(id).toBe("projects/example-test/locations/global/workloadIdentityPools/platform-a");
    expect(outputs).toMatchObject({
      name: `projects/${projectNumber(project)}/locations/global/workloadIdentityPools/platform-a`,
      state: "ACTIVE",
    });
  });

  it("keep their ids for thirty days when they are deleted, and so do their providers", async () => {
    const made = await pool();
    const inside = await provider();
    const refusal = (what: string) => ({
      seconds: 30 * 24 * 3600,
      taken: `Error creating ${what}: googleapi: Error 409: Requested entity already exists`,
    });
    expect(await account.delete(inside)).toEqual(refusal("WorkloadIdentityPoolProvider"));
    expect(await account.delete(made)).toEqual(refusal("WorkloadIdentityPool"));
  });

  it.each(["gcp-a", "a-b", "Platform", "p".repeat(33), "platform_a"])("are not called %s", (workloadIdentityPoolId) => {
    expect(checkInputs(`gcp:${poolToken}`, { workloadIdentityPoolId })).toHaveLength(1);
  });

  it("are replaced with another id, and keep everything else in place", () => {
    const change = (token: string, before: object, after: object) =>
      compare(`gcp:${token}`, { ...before }, { ...after });
    expect(change(poolToken, { workloadIdentityPoolId: "aaaa" }, { workloadIdentityPoolId: "bbbb" }).replaces).toEqual([
      "workloadIdentityPoolId",
    ]);
    expect(change(providerToken, { oidc }, { oidc: { issuerUri: "https://other.example.com" } })).toMatchObject({
      replaces: [],
      updates: ["oidc.issuerUri"],
    });
  });
});

describe("providers in them", () => {
  it.each([
    ["without their pool", { workloadIdentityPoolId: "none" }, "Error 404: Requested entity was not found."],
    ["of two kinds", { aws: { accountId: "123456789012" } }, "only one of `aws,oidc,saml,x509` can be specified"],
    ["of no kind", { oidc: undefined }, "only one of `aws,oidc,saml,x509` can be specified"],
    ["that name no subject", { attributeMapping: {} }, "The mapping for google.subject is required."],
    ["of an issuer without HTTPS", { oidc: { issuerUri: "http://example.com" } }, "HTTPS scheme"],
  ])("are refused %s", async (_, inputs, message) => {
    await pool();
    await expect(provider(inputs)).rejects.toThrow(message);
  });

  it("are refused such an issuer later on, too", async () => {
    await pool();
    const made = await provider();
    await expect(account.update(made, { ...made.inputs, oidc: { issuerUri: "ftp://example.com" } })).rejects.toThrow(
      "HTTPS scheme",
    );
  });
});

describe("a grant to an identity of a pool", () => {
  const grant = (member: string) =>
    account.create("storage/bucketIAMMember:BucketIAMMember", {
      bucket: "example-backups",
      role: "roles/storage.objectViewer",
      member,
    });

  it("needs the pool", async () => {
    await account.create("storage/bucket:Bucket", { name: "example-backups", location: "EU" });
    const { name } = (await pool()).outputs;
    const member = (of: unknown) =>
      `principal://iam.googleapis.com/${String(of)}/subject/system:serviceaccount:velero:velero`;
    await expect(grant(member(name))).resolves.toMatchObject({ type: "gcp:storage/bucketIAMMember:BucketIAMMember" });
    await expect(grant(member(String(name).replace("platform-a", "platform-b")))).rejects.toThrow(
      "its identity pool does not exist.",
    );
  });
});
