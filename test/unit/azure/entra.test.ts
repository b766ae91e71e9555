/** Entra's tokens for tokens of service accounts: for whom a federated credential of an identity names. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as read } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { tenantId } from "../../../simulator/azure/account";
import { Entra, entraHost, tokenFor } from "../../../simulator/azure/entra";
import { EntraTokens } from "../../../simulator/azure/entraTokens";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { ensureAuthority } from "../../../simulator/controlplane/certificates";
import type { Properties } from "../../../simulator/provider";

const identity = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/velero";
const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123";
const reader = "system:serviceaccount:velero:velero";
const entraTokens = new EntraTokens("secret");
const storage = "https://storage.azure.com";

let records: CloudRecord[];
let signed: { issuer: string; name: string } | undefined;
const inventory = { list: (type: string) => records.filter((one) => one.type === type) };

const record = (type: string, id: string, outputs: Properties): CloudRecord => ({
  type: `azure-native:managedidentity:${type}`,
  id,
  urn: "",
  inputs: {},
  outputs,
});
const credential = (outputs: Properties = {}, of = identity): CloudRecord =>
  record("FederatedIdentityCredential", `${of.toLowerCase()}/federatedIdentityCredentials/velero`, {
    issuer,
    subject: reader,
    audiences: ["api://AzureADTokenExchange"],
    ...outputs,
  });

beforeEach(() => {
  signed = { issuer, name: reader };
  records = [record("UserAssignedIdentity", identity, { clientId: "client", principalId: "object" }), credential()];
});

/** As far as it is read: who has signed it is asked elsewhere. */
const tokenWith = (aud: unknown): string => `h.${Buffer.from(JSON.stringify({ aud })).toString("base64url")}.s`;

const asked = (parameters: Record<string, string> = {}): URLSearchParams =>
  new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: tokenWith(["api://AzureADTokenExchange"]),
    client_id: "client",
    scope: `${storage}/.default openid offline_access profile`,
    ...parameters,
  });
const options = { inventory, tokens: { subjectOf: () => Promise.resolve(signed) }, entraTokens };
const ask = (parameters: Record<string, string> = {}) => tokenFor(asked(parameters), options);

describe("Entra", () => {
  it("gives the identity's token for what is asked for, and for nothing else", async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    const { access_token: token, ...rest } = body as { access_token: string };
    expect(rest).toEqual({ token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600 });
    expect(entraTokens.bearer(`Bearer ${token}`, storage)).toEqual({ clientId: "client", objectId: "object" });
    expect(entraTokens.bearer(`Bearer ${token}`, "https://vault.azure.net")).toBeUndefined();
    expect(new EntraTokens("another").bearer(`Bearer ${token}`, storage)).toBeUndefined();
  });

  it("forgets a token that is too old", () => {
    const token = entraTokens.issue({ clientId: "client", objectId: "object" }, storage, -1);
    expect(entraTokens.bearer(`Bearer ${token}`, storage)).toBeUndefined();
  });

  it("takes one of several credentials that fits as a whole", async () => {
    records.push(credential({ subject: "system:serviceaccount:velero:another" }));
    expect((await ask()).status).toBe(200);
    records = [
      ...records.slice(0, 1),
      credential({ subject: "system:serviceaccount:velero:another" }),
      credential({ issuer: "https://elsewhere" }),
    ];
    expect((await ask()).body).toMatchObject({ error_codes: [700213] });
  });

  it.each<[string, () => void, Record<string, string>, number, number]>([
    ["an identity that is not there", () => undefined, { client_id: "other" }, 400, 700016],
    ["a token that nobody has signed", () => (signed = undefined), {}, 401, 50013],
    ["another issuer", () => (signed = { issuer: `${issuer}/`, name: reader }), {}, 401, 700211],
    ["another service account", () => (signed = { issuer, name: `${reader}-server` }), {}, 401, 700213],
    ["another audience", () => undefined, { client_assertion: tokenWith("sts.amazonaws.com") }, 401, 700212],
    ["a credential of another identity", () => records.splice(1, 1, credential({}, `${identity}-2`)), {}, 401, 700211],
    ["a secret in place of a token", () => undefined, { client_assertion_type: "" }, 400, 70003],
    ["no scope", () => undefined, { scope: "openid" }, 400, 1002012],
  ])("refuses %s", async (_, change, parameters, status, code) => {
    change();
    const refused = await ask(parameters);
    expect(refused).toMatchObject({ status, body: { error_codes: [code] } });
    expect((refused.body as { error_description: string }).error_description).toMatch(new RegExp(`^AADSTS${code}: `));
  });

  it("is found by its clients, of this tenant", async () => {
    const folder = mkdtempSync(join(tmpdir(), "entra-"));
    const entra = new Entra({ ...options, authority: await ensureAuthority(folder, "test") });
    const get = async (path: string): Promise<unknown> => {
      const port = await entra.listen();
      const ca = readFileSync(join(folder, "ca.crt"));
      return new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, servername: entraHost, path, ca }, (response) => {
          read(response).then((text) => resolve(JSON.parse(text)), reject);
        })
          .once("error", reject)
          .end();
      });
    };
    const found = `https://${entraHost}/${tenantId}/v2.0/.well-known/openid-configuration`;
    expect(await get("/common/discovery/instance?api-version=1.1")).toMatchObject({ tenant_discovery_endpoint: found });
    expect(await get(new URL(found).pathname)).toMatchObject({
      token_endpoint: `https://${entraHost}/${tenantId}/oauth2/v2.0/token`,
    });
    expect(await get("/contoso/oauth2/v2.0/token")).toMatchObject({ error_codes: [90002] });
    await entra.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
