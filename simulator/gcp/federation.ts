/**
 * Google's Security Token Service, as pods of another cloud's clusters ask it for a token by that of their service account:
 * for the identity that a pool's provider makes of it. What that one may do, its policies say.
 * https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 */
import type { CloudRecord, Inventory } from "../cloud/behaviour";
import { audiencesOf, type ServiceAccountTokens } from "../cloud/serviceAccountTokens";
import { map, object, text, texts } from "../cloud/values";
import { type AccessTokens, tokenSeconds } from "./accessTokens";

export const stsHost = "sts.googleapis.com";

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

export interface FederationOptions {
  inventory: Pick<Inventory, "list">;
  tokens: Pick<ServiceAccountTokens, "subjectOf">;
  accessTokens: AccessTokens;
}

export interface Answer {
  status: number;
  body: object;
}

/** What a token says. */
type Assertion = Record<string, string>;

/**
 * Exchanges a token.
 *
 * @param asked parameters of RFC 8693.
 */
export async function exchange(asked: URLSearchParams, options: FederationOptions): Promise<Answer> {
  const { inventory, tokens, accessTokens } = options;
  const name = /^\/\/iam\.googleapis\.com\/(projects\/\d+\/.+\/providers\/[^/]+)$/.exec(
    asked.get("audience") ?? "",
  )?.[1];
  if (asked.get("grant_type") !== "urn:ietf:params:oauth:grant-type:token-exchange") {
    return refuse("unsupported_grant_type", "Invalid grant_type");
  }
  // Quoted: https://github.com/google-github-actions/auth/issues/211
  if (name === undefined) {
    return refuse(
      "invalid_request",
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.',
    );
  }
  const found = providerOf(inventory, name);
  // Quoted: https://github.com/google-github-actions/auth/issues/202
  if (!found) {
    return refuse(
      "invalid_target",
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    );
  }
  const { pool, provider } = found;
  const oidc = object(provider.outputs, "oidc");
  const allowed = texts(oidc, "allowedAudiences");
  // https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers#oidc
  const audiences =
    allowed.length > 0 ? allowed : [`//iam.googleapis.com/${name}`, `https://iam.googleapis.com/${name}`];
  const token = asked.get("subject_token") ?? "";
  if (!audiencesOf(token).some((audience) => audiences.includes(audience))) {
    return refuse("invalid_grant", "The audience in ID Token does not match the expected audience.");
  }
  const subject = await tokens.subjectOf(token, audiences);
  if (!subject) return refuse("invalid_grant", "Unable to verify the ID Token signature.");
  if (subject.issuer !== text(oidc, "issuerUri")) {
    return refuse("invalid_grant", `The issuer in ID Token ${subject.issuer} does not match the expected ones.`);
  }
  const assertion: Assertion = { iss: subject.issuer, sub: subject.name };
  // Quoted: https://github.com/terraform-google-modules/terraform-example-foundation/issues/1362
  if (!holds(text(provider.outputs, "attributeCondition"), assertion)) {
    return refuse("unauthorized_client", "The given credential is rejected by the attribute condition.");
  }
  const google = valueOf(map(provider.outputs, "attributeMapping")["google.subject"] ?? "", assertion);
  const member = `principal://iam.googleapis.com/${text(pool.outputs, "name")}/subject/${google}`;
  return {
    status: 200,
    body: {
      access_token: accessTokens.issue(member),
      issued_token_type: accessTokenType,
      token_type: "Bearer",
      expires_in: tokenSeconds,
    },
  };
}

/** Undefined where the pool or the provider is not there or is switched off. */
function providerOf(
  inventory: Pick<Inventory, "list">,
  name: string,
): { pool: CloudRecord; provider: CloudRecord } | undefined {
  const one = (type: string, wanted: string): CloudRecord | undefined =>
    inventory.list(type).find(({ outputs }) => outputs.name === wanted && outputs.disabled !== true);
  const pool = one("gcp:iam/workloadIdentityPool:WorkloadIdentityPool", name.split("/providers/")[0] ?? "");
  const provider = one("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", name);
  return pool && provider ? { pool, provider } : undefined;
}

/** `assertion.sub` of Common Expression Language. */
function valueOf(expression: string, assertion: Assertion): string {
  const [, claim = ""] = /^assertion\.(\w+)$/.exec(expression) ?? [];
  const value = assertion[claim];
  if (value === undefined) throw unknown(expression);
  return value;
}

/** `assertion.sub == "…"`, several of them with `&&`; none at all lets everybody in whom the issuer knows. */
function holds(condition: string, assertion: Assertion): boolean {
  if (condition === "") return true;
  return condition.split("&&").every((part) => {
    const [, left = "", , right = ""] = /^\s*(\S+) == (["'])(.*)\2\s*$/.exec(part) ?? [];
    return valueOf(left, assertion) === right;
  });
}

function unknown(expression: string): Error {
  return new Error(`${JSON.stringify(expression)} is not known to this simulation (simulator/gcp/federation.ts)`);
}

/** https://datatracker.ietf.org/doc/html/rfc6749#section-5.2 */
function refuse(error: string, description: string): Answer {
  return { status: 400, body: { error, error_description: description } };
}
