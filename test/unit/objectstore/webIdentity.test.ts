/** Roles for tokens of service accounts: for those that the role's trust policy names, of issuers that the account knows. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSts, WebIdentity } from "../../../simulator/aws/webIdentity";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { ServiceAccountTokens } from "../../../simulator/cloud/serviceAccountTokens";
import { ensureAuthority } from "../../../simulator/controlplane/certificates";

const provider = "arn:aws:iam::123456789012:oidc-provider/gke";
const roleArn = "arn:aws:iam::123456789012:role/next-source";
const clusterId = "projects/platform/locations/europe-west1/clusters/next";
const issuer = `container.googleapis.com/v1/${clusterId}`;

let folder: string;
let sts: WebIdentity;
let records: CloudRecord[];

function record(type: string, id: string, outputs: Record<string, unknown>): CloudRecord {
  return { type, id, urn: "", inputs: {}, outputs };
}

function trusting(sub: string): string {
  return JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: sub } },
    },
  });
}

const reader = "system:serviceaccount:velero:velero";

/** A cluster that knows one token. */
const config = {
  makeApiClient: () => ({
    createTokenReview: async ({ body }: { body: { spec: { token: string } } }) => ({
      status: body.spec.token === "good" ? { authenticated: true, user: { username: reader } } : {},
    }),
  }),
} as unknown as KubeConfig;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sts-"));
  records = [
    record("gcp:container/cluster:Cluster", clusterId, {}),
    record("aws:iam/openIdConnectProvider:OpenIdConnectProvider", provider, {
      arn: provider,
      url: `https://${issuer}`,
      clientIdLists: ["sts.amazonaws.com"],
    }),
    record("aws:iam/role:Role", "next-source", { arn: roleArn, assumeRolePolicy: trusting(reader) }),
  ];
  const inventory = { list: (type: string) => records.filter((one) => one.type === type) };
  const tokens = new ServiceAccountTokens(inventory);
  sts = new WebIdentity({
    inventory,
    tokens,
    credentials: { accessKeyId: "AKIA1", secretAccessKey: "s3cret" },
    authority: await ensureAuthority(folder, "test"),
  });
  tokens.know({ config, cluster: { cloud: "gcp", id: clusterId, name: "next", region: "europe-west1" } });
});
afterEach(async () => {
  await sts.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(parameters: Record<string, string>): Promise<{ status?: number; text: string }> {
  const port = await sts.listen();
  const host = "sts.eu-west-1.amazonaws.com";
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, servername: host, method: "POST", ca: readFileSync(join(folder, "ca.crt")) },
      (response) => {
        let text = "";
        response.on("data", (part) => (text += String(part)));
        response.on("end", () => resolve({ status: response.statusCode, text }));
      },
    ).once("error", reject);
    asked.end(String(new URLSearchParams({ Action: "AssumeRoleWithWebIdentity", RoleArn: roleArn, ...parameters })));
  });
}

describe("STS", () => {
  it("gives a role to the service account that it trusts", async () => {
    const { status, text } = await ask({ WebIdentityToken: "good" });
    expect(status).toBe(200);
    expect(text).toContain("<AccessKeyId>AKIA1</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey>");
  });

  it.each<[string, Record<string, string>, () => unknown, string]>([
    ["a token that no cluster has signed", { WebIdentityToken: "forged" }, () => undefined, "InvalidIdentityToken"],
    [
      "a role that is not there",
      { WebIdentityToken: "good", RoleArn: "arn:aws:iam::1:role/other" },
      () => undefined,
      "AccessDenied",
    ],
    [
      "an issuer that the account does not know",
      { WebIdentityToken: "good" },
      () => records.splice(1, 1),
      "AccessDenied",
    ],
    ["a cluster that is gone", { WebIdentityToken: "good" }, () => records.splice(0, 1), "InvalidIdentityToken"],
    [
      "another service account",
      { WebIdentityToken: "good" },
      () =>
        records.push({
          ...records.splice(2, 1)[0]!,
          outputs: { arn: roleArn, assumeRolePolicy: trusting("system:serviceaccount:apps:web") },
        }),
      "AccessDenied",
    ],
    ["anything else", { Action: "GetCallerIdentity" }, () => undefined, "InvalidAction"],
  ])("refuses %s", async (_, parameters, change, code) => {
    change();
    const { status, text } = await ask(parameters);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toContain(`<Code>${code}</Code>`);
    expect(text).not.toContain("s3cret");
  });

  it("is known by its regions' hosts", () => {
    expect(
      ["sts.eu-west-1.amazonaws.com", "sts.amazonaws.com.example.org", "s3.eu-west-1.amazonaws.com"].map(isSts),
    ).toEqual([true, false, false]);
  });
});
