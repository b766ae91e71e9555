/** Google's tokens for tokens of service accounts: for whom a pool's provider knows and lets in. */
import { beforeEach, describe, expect, it } from "vitest";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { AccessTokens } from "../../../simulator/gcp/accessTokens";
import { exchange } from "../../../simulator/gcp/federation";
import type { Properties } from "../../../simulator/provider";

const pool = "projects/123456789012/locations/global/workloadIdentityPools/next";
const provider = `${pool}/providers/cluster`;
const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123";
const reader = "system:serviceaccount:velero:velero";
const accessTokens = new AccessTokens("secret");

let records: CloudRecord[];
let signed: { issuer: string; name: string } | undefined;

beforeEach(() => {
  signed = { issuer, name: reader };
  records = [
    record("gcp:iam/workloadIdentityPool:WorkloadIdentityPool", { name: pool }),
    record("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", {
      name: provider,
      oidc: { issuerUri: issuer },
      attributeMapping: { "google.subject": "assertion.sub" },
      attributeCondition: `assertion.sub == "${reader}"`,
    }),
  ];
});

function record(type: string, outputs: Properties): CloudRecord {
  return { type, id: "one", urn: "", inputs: {}, outputs };
}

function change(index: number, outputs: Properties): void {
  const found = records[index];
  if (found) records[index] = { ...found, outputs: { ...found.outputs, ...outputs } };
}

/** As far as it is read: who has signed it is asked elsewhere. */
const tokenFor = (aud: unknown): string => `h.${Buffer.from(JSON.stringify({ aud })).toString("base64url")}.s`;

function ask(parameters: Record<string, string> = {}) {
  const asked = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: `//iam.googleapis.com/${provider}`,
    subject_token: tokenFor([`https://iam.googleapis.com/${provider}`]),
    ...parameters,
  });
  const inventory = { list: (type: string) => records.filter((one) => one.type === type) };
  const tokens = { subjectOf: () => Promise.resolve(signed) };
  return exchange(asked, { inventory, tokens, accessTokens });
}

describe("Google's STS", () => {
  it("gives the identity that the provider makes of a token", async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    const { access_token: token, ...rest } = body as { access_token: string };
    expect(accessTokens.bearer(`Bearer ${token}`)).toBe(`principal://iam.googleapis.com/${pool}/subject/${reader}`);
    expect(rest).toEqual({
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 3600,
    });
  });

  it("takes the audiences that a provider names, and no others then", async () => {
    change(1, { oidc: { issuerUri: issuer, allowedAudiences: ["gcs"] } });
    expect((await ask({ subject_token: tokenFor("gcs") })).status).toBe(200);
    expect((await ask()).body).toMatchObject({ error: "invalid_grant" });
  });

  it.each<[string, Record<string, string>, () => unknown, string, RegExp]>([
    ["another grant", { grant_type: "refresh_token" }, () => 0, "unsupported_grant_type", /grant_type/],
    ["an audience that is no provider", { audience: "platform" }, () => 0, "invalid_request", /full resource name/],
    [
      "a provider that is not there",
      { audience: `//iam.googleapis.com/${pool}/providers/other` },
      () => 0,
      "invalid_target",
      /disabled or deleted/,
    ],
    ["a provider that is switched off", {}, () => change(1, { disabled: true }), "invalid_target", /disabled/],
    ["a pool that is gone", {}, () => records.shift(), "invalid_target", /disabled or deleted/],
    [
      "a token for somebody else",
      { subject_token: tokenFor("sts.amazonaws.com") },
      () => 0,
      "invalid_grant",
      /audience in ID Token/,
    ],
    ["what is no token", { subject_token: "forged" }, () => 0, "invalid_grant", /audience in ID Token/],
    ["a token that no cluster has signed", {}, () => (signed = undefined), "invalid_grant", /signature/],
    [
      "another issuer",
      {},
      () => (signed = { issuer: "https://example.com", name: reader }),
      "invalid_grant",
      /issuer in ID Token https:\/\/example.com does not match/,
    ],
    [
      "another service account",
      {},
      () => (signed = { issuer, name: "system:serviceaccount:apps:web" }),
      "unauthorized_client",
      /rejected by the attribute condition/,
    ],
  ])("refuses %s", async (_, parameters, make, error, description) => {
    make();
    const { status, body } = await ask(parameters);
    expect(status).toBe(400);
    expect(body).toEqual({ error, error_description: expect.stringMatching(description) as string });
  });

  it.each(["assertion.sub.startsWith('system:')", 'attribute.x == "a"', "true"])(
    "says that it does not know the condition %s",
    async (attributeCondition) => {
      change(1, { attributeCondition });
      await expect(ask()).rejects.toThrow("is not known to this simulation");
    },
  );

  it("lets everybody of the issuer in where the provider has no condition, and asks for all parts of one", async () => {
    change(1, { attributeCondition: undefined });
    expect((await ask()).status).toBe(200);
    change(1, { attributeCondition: `assertion.sub == "${reader}" && assertion.iss == 'https://example.com'` });
    expect((await ask()).status).toBe(400);
  });
});
