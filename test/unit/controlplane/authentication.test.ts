/** From the credential helper's stand-in to what the API server is told: who a role is on a cluster. */
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http, { Agent, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Authenticator, type TokenClaims } from "../../../simulator/controlplane/authentication";
import { writeCredentials } from "../../../simulator/controlplane/credentials";

const developers = "arn:aws:iam::123456789012:role/developers";
const later = Math.floor(Date.now() / 1000) + 60;

let directory: string;
let url: string;
const authenticator = new Authenticator((cluster, principal, session) =>
  cluster === "prod" && principal === developers
    ? { username: `developers/${session}`, uid: "1", groups: ["platform:developers"], extra: {} }
    : undefined,
);
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "authentication-"));
  await authenticator.listen();
  url = authenticator.serve("prod-1", { clusterId: "prod", key: "key of prod" });
  writeCredentials(join(directory, "credentials.json"), [
    { cloud: "aws", region: "eu-west-1", cluster: "prod", token: "the creator's", key: "key of prod" },
  ]);
});
afterAll(async () => {
  await authenticator.close();
  rmSync(directory, { recursive: true });
});

/** As the AWS CLI's stand-in hands it out. */
async function tokenOf(role: string): Promise<string> {
  const aws = join(__dirname, "../../../simulator/controlplane/bin/aws");
  const args = ["eks", "get-token", "--cluster-name", "prod", "--region", "eu-west-1", "--role-arn", role];
  const env = { PATH: process.env["PATH"], SIMULATED_CLOUD_CREDENTIALS: join(directory, "credentials.json") };
  const { stdout } = await promisify(execFile)(aws, args, { env });
  return (JSON.parse(stdout) as { status: { token: string } }).status.token;
}

function signed(claims: TokenClaims, key: string): string {
  const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `k8s-aws-v1.${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

/** As the API server asks. */
async function review(token: string, address = url) {
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } });
  const answer = (await (await fetch(`${address}?timeout=30s`, { method: "POST", body })).json()) as Record<
    string,
    unknown
  >;
  expect(answer).toMatchObject({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview" });
  return answer["status"];
}

describe("a role's token", () => {
  it("is who the cloud says the role is", async () => {
    const user = { username: "developers/EKSGetTokenAuth", uid: "1", groups: ["platform:developers"], extra: {} };
    expect(await review(await tokenOf(developers))).toEqual({ authenticated: true, user });
  });

  it("is nobody's where the role has no access", async () => {
    expect(await review(await tokenOf("arn:aws:iam::123456789012:role/others"))).toEqual({ authenticated: false });
  });

  it("is nobody's on another cluster, after its time, or with another key", async () => {
    const claims = { principal: developers, session: "s", expires: later };
    expect(await review(signed(claims, "key of prod"))).toMatchObject({ authenticated: true });
    for (const token of [
      signed({ ...claims, expires: later - 120 }, "key of prod"),
      signed(claims, "another key"),
      "k8s-aws-v1.random",
      "",
    ]) {
      expect(await review(token)).toEqual({ authenticated: false });
    }
    const other = authenticator.serve("dev-1", { clusterId: "dev", key: "key of prod" });
    expect(await review(signed(claims, "key of prod"), other)).toEqual({ authenticated: false });
  });

  it("is nobody's at an address of no cluster, and nonsense ends nothing", async () => {
    const token = signed({ principal: developers, session: "s", expires: later }, "key of prod");
    expect(await review(token, `${url}-2`)).toEqual({ authenticated: false });
    expect((await fetch(url, { method: "POST", body: "{" })).status).toBe(400);
  });
});

it("connections outlive the API server's patience with idle ones, so that none ends while it is used", async () => {
  const asks = new Agent({ keepAlive: true });
  const request = http.request(url, { method: "POST", agent: asks });
  request.end(JSON.stringify({ spec: { token: "none" } }));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  expect(response.headers["keep-alive"]).toBe("timeout=120");
  asks.destroy();
});
