/**
 * What a cloud's credential helper hands out: a token for the API server, and where the helpers' stand-ins (`bin/`) find
 * it, or what they sign it with.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterRequest } from "../cloud/behaviour";

/** Environment variable that names the credentials file. */
export const credentialsVariable = "SIMULATED_CLOUD_CREDENTIALS";

/** One cluster of the credentials file, which is an array of them in JSON. */
export interface Credential {
  cloud: ClusterRequest["cloud"];
  region: string;
  cluster: string;
  /** Of the cluster's creator. */
  token: string;
  /** What tokens of all other principals are signed with. */
  key: string;
}

/** A new token that looks like the cloud's: `k8s-aws-v1.` and base64url on AWS. */
export function newToken(cloud: ClusterRequest["cloud"]): string {
  const prefix = { aws: "k8s-aws-v1.", azure: "", gcp: "ya29.", local: "" }[cloud];
  return prefix + randomBytes(48).toString("base64url");
}

/**
 * The key that signs the tokens of a new cluster's users, 256 bits. Tokens of Entra and of Google are for any cluster, so
 * all clusters of such a cloud share one.
 *
 * @param folder of all clusters.
 */
export function keyFor(cloud: ClusterRequest["cloud"], folder: string): string {
  const key = randomBytes(32).toString("base64url");
  if (cloud !== "azure" && cloud !== "gcp") return key;
  const file = join(folder, `${cloud}.key`);
  if (existsSync(file)) return readFileSync(file, "utf8");
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

/**
 * The static token file of one API server. Whoever created the cluster is its administrator, as
 * `bootstrapClusterCreatorAdminPermissions` says on EKS.
 */
export function writeTokens(file: string, creatorToken: string): void {
  writeFileSync(file, `${creatorToken},cluster-creator,cluster-creator,"system:masters"\n`, { mode: 0o600 });
}

export function writeCredentials(file: string, credentials: Credential[]): void {
  writeFileSync(`${file}.new`, JSON.stringify(credentials, null, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
