/**
 * Tokens of a service account for whoever may work as it.
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 */
import type { Inventory } from "../cloud/behaviour";
import type { AccessTokens } from "./accessTokens";
import { errorBody } from "./errorBody";
import type { Answer } from "./federation";
import { mayWorkAs, noAccessToken } from "./workAs";

export const accountCredentialsHost = "iamcredentials.googleapis.com";

/** Seconds: an hour at the most, unless an organization allows more. */
const longest = 3600;

export interface AccountCredentialsOptions {
  inventory: Pick<Inventory, "list">;
  accessTokens: AccessTokens;
}

/**
 * @param path of the request, without its query.
 * @param authorization its header.
 * @param body JSON.
 */
export function accountToken(
  path: string,
  authorization: string | undefined,
  body: string,
  { inventory, accessTokens }: AccountCredentialsOptions,
): Answer {
  const refuse = (status: number, message: string): Answer => ({ status, body: errorBody(status, message) });
  const [, email, method] = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):(\w+)$/.exec(decodeURIComponent(path)) ?? [];
  if (email === undefined || method !== "generateAccessToken") {
    return refuse(501, `${path} is not known to this simulation (simulator/gcp/accountCredentials.ts)`);
  }
  const member = accessTokens.bearer(authorization);
  if (member === undefined) return refuse(401, "Request had invalid authentication credentials.");
  const accounts = inventory.list("gcp:serviceaccount/account:Account");
  if (!accounts.some(({ outputs }) => outputs.email === email)) {
    return refuse(404, `Not found; Gaia id not found for email ${email}`);
  }
  if (!mayWorkAs(inventory, member, email)) return refuse(403, noAccessToken);
  const { lifetime = `${longest}s` } = JSON.parse(body || "{}") as { lifetime?: string };
  const seconds = Math.min(Number.parseInt(lifetime, 10), longest);
  return {
    status: 200,
    body: {
      accessToken: accessTokens.issue(`serviceAccount:${email}`, seconds),
      expireTime: new Date(Date.now() + seconds * 1000).toISOString(),
    },
  };
}
