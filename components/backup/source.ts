/** What Velero needs to read the backups of the stack that this one takes over from. */
import type { SourceTrait } from "../cluster";

/** Name of the location that Velero finds them in. */
export const sourceLocation = "source";

const folder = "/var/run/secrets/platform/source";

/** The token of Velero's service account for the other cloud, as its pods see it. */
export const tokenFile = `${folder}/token`;

/**
 * What a restore writes, log and results, and what goes with it when it is deleted, all in the backup's own bucket: a
 * restore whose log is refused is not a whole one, and Velero looks the results up before it ends one
 * (pkg/persistence/object_store_layout.go, pkg/controller/restore_controller.go of Velero 1.18).
 */
export const restoresFolder = "restores/";

/** The Secret that the location names: Velero takes no other object. What is in it is no secret. */
export const sourceCredentials = { name: "velero-source", key: "credentials" } as const;

/** An hour, after which the kubelet has long put a new one there: at the least what every cloud takes. */
const tokenSeconds = 3600;

/**
 * The location, read only: Velero neither writes backups to it, nor expires those in it, nor maintains their repositories.
 * https://velero.io/docs/v1.18/api-types/backupstoragelocation/, https://velero.io/docs/v1.18/locations/
 */
export function locationOf({ provider, bucket, config, credentials }: SourceTrait): Record<string, unknown> {
  return {
    name: sourceLocation,
    provider,
    bucket,
    accessMode: "ReadOnly",
    config,
    ...(credentials === undefined ? {} : { credential: sourceCredentials }),
  };
}

/**
 * The token's volume and its place, in the server and in the node agent: the pods that read a volume's files inherit both,
 * and the variables, from the agent (pkg/exposer/image.go of Velero 1.18).
 */
export function tokenOf({ audience }: SourceTrait): { extraVolumes: unknown[]; extraVolumeMounts: unknown[] } {
  const name = "source-token";
  const token = { audience, expirationSeconds: tokenSeconds, path: "token" };
  return {
    extraVolumes: [{ name, projected: { sources: [{ serviceAccountToken: token }] } }],
    extraVolumeMounts: [{ name, mountPath: folder, readOnly: true }],
  };
}

/** Variables of server and node agent. */
export function environmentOf({ environment }: SourceTrait): { extraEnvVars?: unknown[] } {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  return variables.length === 0 ? {} : { extraEnvVars: variables };
}
