/**
 * Entra's token endpoint, as pods of any cluster ask it for the token of an identity by that of their service account, and
 * what clients ask before they do. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text as read } from "node:stream/consumers";
import type { CloudRecord, Inventory } from "../cloud/behaviour";
import { CloudHost } from "../cloud/host";
import { audiencesOf, type ServiceAccountTokens } from "../cloud/serviceAccountTokens";
import { text, texts } from "../cloud/values";
import type { AuthorityFiles } from "../controlplane/certificates";
import { tenantId } from "./account";
import { type EntraTokens, tokenSeconds } from "./entraTokens";
import { sameId } from "./ids";

export const entraHost = "login.microsoftonline.com";

const authority = `https://${entraHost}/${tenantId}`;

export interface EntraOptions {
  inventory: Pick<Inventory, "list">;
  tokens: Pick<ServiceAccountTokens, "subjectOf">;
  entraTokens: EntraTokens;
}

export interface Answer {
  status: number;
  body: object;
}

export class Entra {
  private readonly host: CloudHost;

  constructor(private readonly options: EntraOptions & { authority: AuthorityFiles }) {
    this.host = new CloudHost(options.authority, (request, response) => this.answer(request, response));
  }

  /** @returns the port on 127.0.0.1 where it answers, with TLS. */
  listen(): Promise<number> {
    return this.host.listen();
  }

  stop(): Promise<void> {
    return this.host.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.answerTo(request, await read(request));
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
  }

  private async answerTo({ method, url = "" }: IncomingMessage, body: string): Promise<Answer> {
    const path = url.replace(/\?.*$/, "");
    if (path === "/common/discovery/instance") return { status: 200, body: discovery };
    const [, tenant = "", rest = ""] = /^\/([^/]+)\/(.+)$/.exec(path) ?? [];
    // Quoted: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    if (tenant !== tenantId) return refuse(400, "invalid_request", `AADSTS90002: Tenant '${tenant}' not found.`);
    if (rest === "v2.0/.well-known/openid-configuration") return { status: 200, body: configuration };
    if (method !== "POST" || rest !== "oauth2/v2.0/token") return { status: 404, body: {} };
    return tokenFor(new URLSearchParams(body), this.options);
  }
}

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri */
const configuration = {
  token_endpoint: `${authority}/oauth2/v2.0/token`,
  authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
  jwks_uri: `${authority}/discovery/v2.0/keys`,
  issuer: `${authority}/v2.0`,
  response_modes_supported: ["query", "fragment", "form_post"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
};

/** Which hosts are one and the same: `apps/internal/oauth/ops/authority/authority.go` of MSAL for Go reads it. */
const discovery = {
  tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`,
  "api-version": "1.1",
  metadata: [{ preferred_network: entraHost, preferred_cache: "login.windows.net", aliases: [entraHost] }],
};

/**
 * A token for an identity, where one of its federated credentials names issuer, subject and audience of the assertion, to the
 * letter: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 *
 * @param asked parameters of RFC 7523, section 2.2.
 */
export async function tokenFor(asked: URLSearchParams, options: EntraOptions): Promise<Answer> {
  const { inventory, tokens, entraTokens } = options;
  if (asked.get("grant_type") !== "client_credentials" || asked.get("client_assertion_type") !== assertionType) {
    return refuse(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
  }
  const clientId = asked.get("client_id") ?? "";
  const identity = inventory.list(identityType).find(({ outputs }) => text(outputs, "clientId") === clientId);
  // Quoted: https://github.com/Azure/login/issues/561
  if (!identity) {
    return refuse(
      400,
      "unauthorized_client",
      `AADSTS700016: Application with identifier '${clientId}' was not found in the directory '${tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    );
  }
  const assertion = asked.get("client_assertion") ?? "";
  const audiences = audiencesOf(assertion);
  const subject = await tokens.subjectOf(assertion, audiences);
  if (!subject) return refuse(401, "invalid_client", "AADSTS50013: Assertion failed signature validation.");
  let credentials = credentialsOf(identity, inventory);
  const presented: [code: number, what: string, value: string, is: (one: CloudRecord) => boolean][] = [
    [700211, "issuer", subject.issuer, ({ outputs }) => text(outputs, "issuer") === subject.issuer],
    [700213, "subject", subject.name, ({ outputs }) => text(outputs, "subject") === subject.name],
    [
      700212,
      "audience",
      audiences.join(", "),
      ({ outputs }) => texts(outputs, "audiences").some((one) => audiences.includes(one)),
    ],
  ];
  for (const [code, what, value, is] of presented) {
    credentials = credentials.filter(is);
    if (credentials.length === 0) return refuse(401, "invalid_client", noneMatches(code, what, value));
  }
  const resource = /(\S+)\/\.default(?:\s|$)/.exec(asked.get("scope") ?? "")?.[1];
  if (resource === undefined) {
    return refuse(
      400,
      "invalid_scope",
      `AADSTS1002012: The provided value for scope ${asked.get("scope")} is not valid.`,
    );
  }
  const objectId = text(identity.outputs, "principalId");
  return {
    status: 200,
    body: {
      token_type: "Bearer",
      expires_in: tokenSeconds,
      ext_expires_in: tokenSeconds,
      access_token: entraTokens.issue({ clientId, objectId }, resource),
    },
  };
}

const identityType = "azure-native:managedidentity:UserAssignedIdentity";
const credentialType = "azure-native:managedidentity:FederatedIdentityCredential";
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function credentialsOf(identity: CloudRecord, inventory: Pick<Inventory, "list">): CloudRecord[] {
  return inventory.list(credentialType).filter(({ id }) => sameId(id.split("/").slice(0, -2).join("/"), identity.id));
}

/** Quoted: https://github.com/Azure/azure-workload-identity/issues/1200, https://github.com/Azure/login/issues/482 */
function noneMatches(code: number, what: string, value: string): string {
  return (
    `AADSTS${code}: No matching federated identity record found for presented assertion ${what} '${value}'. ` +
    "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. " +
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
  );
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application */
function refuse(status: number, error: string, description: string): Answer {
  const code = Number(/AADSTS(\d+)/.exec(description)?.[1]);
  return { status, body: { error, error_description: description, error_codes: [code] } };
}
