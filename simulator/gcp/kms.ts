/**
 * Cloud KMS: key rings and keys. Neither is ever deleted: the provider takes a ring out of the state and leaves it, and
 * destroys a key's versions; the names stay taken for ever.
 *
 * Source: terraform-provider-google-beta google-beta/services/kms/resource_kms_key_ring.go and resource_kms_crypto_key.go
 * (`Delete`), https://cloud.google.com/kms/docs/object-hierarchy#lifetime
 */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { text } from "../cloud/values";
import type { Properties } from "../provider";
import { memberOf } from "./members";
import { first, googleError } from "./refusals";
import { regionNames } from "./regions";
import { autoName, labelled, owned, projectOf, type Resource } from "./resource";

/** Multi-regions of Cloud KMS: https://cloud.google.com/kms/docs/locations */
const multiRegions = ["global", "us", "europe", "asia", "eur3", "eur4", "eur5", "nam3", "nam4", "asia1"];

const keyRing: Resource = {
  defaults: (inputs, context) => autoName(inputs, context),
  uniqueName(inputs, context) {
    const id = ringId(inputs, context);
    return { scope: "project", name: id, taken: taken("KeyRing", id) };
  },
  refuse(inputs) {
    const location = text(inputs, "location");
    return [...multiRegions, ...regionNames()].includes(location)
      ? undefined
      : `Error creating KeyRing: ${googleError(400, `The request concerns location '${location}' but was sent to location 'global'. Either Cloud KMS is not available in '${location}' or the request was misrouted.`, "badRequest")}`;
  },
  create: (inputs, context) => ({ id: ringId(inputs, context), outputs: { project: projectOf(inputs, context) } }),
  leaves: ({ id }) => ({ seconds: Infinity, taken: taken("KeyRing", id) }),
};

const cryptoKey: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), purpose: "ENCRYPT_DECRYPT" }),
  uniqueName(inputs) {
    const id = keyId(inputs);
    return { scope: "project", name: id, taken: taken("CryptoKey", id) };
  },
  refuse: (inputs, context) =>
    first(
      !context.inventory.get("gcp:kms/keyRing:KeyRing", text(inputs, "keyRing")) &&
        `Error creating CryptoKey: ${googleError(404, `KeyRing ${text(inputs, "keyRing")} not found.`, "notFound")}`,
      keyProblem(inputs),
    ),
  create(inputs) {
    const id = keyId(inputs);
    return {
      id,
      outputs: {
        cryptoKeyBackend: inputs.cryptoKeyBackend ?? "",
        // Thirty days: https://cloud.google.com/kms/docs/destroy-restore
        destroyScheduledDuration: inputs.destroyScheduledDuration ?? "2592000s",
        importOnly: inputs.importOnly ?? false,
        keyAccessJustificationsPolicy: inputs.keyAccessJustificationsPolicy ?? {},
        primaries:
          inputs.purpose === "ENCRYPT_DECRYPT" && inputs.skipInitialVersionCreation !== true
            ? [{ name: `${id}/cryptoKeyVersions/1`, state: "ENABLED" }]
            : [],
        versionTemplate: inputs.versionTemplate ?? {
          algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION",
          protectionLevel: "SOFTWARE",
        },
      },
    };
  },
  update(_record, inputs) {
    const problem = keyProblem(inputs);
    if (problem) throw new Error(problem);
    return {};
  },
  leaves: ({ id }) => ({ seconds: Infinity, taken: taken("CryptoKey", id) }),
};

/** `validateKmsCryptoKeyRotationPeriod` of the provider; rotation is for symmetric keys only. */
function keyProblem(inputs: Properties): string | undefined {
  const rotation = text(inputs, "rotationPeriod");
  return first(
    rotation !== "" && Number(rotation.replace("s", "")) < 86_400 && "rotation period must be greater than one day",
    rotation !== "" &&
      inputs.purpose !== "ENCRYPT_DECRYPT" &&
      `Error creating CryptoKey: ${googleError(400, "A rotation schedule is for keys of the purpose ENCRYPT_DECRYPT only", "badRequest")}`,
  );
}

/**
 * Seconds after which a right on a key works: "typically" two minutes for most changes of access, which those who go on at
 * once run into: https://cloud.google.com/iam/docs/access-change-propagation,
 * https://github.com/hashicorp/terraform-provider-google/issues/10310. The provider's own tests let a minute pass between
 * a right and the cluster that needs it (google-beta/services/container/resource_container_cluster_test.go,
 * `wait_60_seconds`); here it works a little before.
 */
export const grantWorksAfter = 55;

/** Why one of Google's own service accounts can't encrypt with a key now; undefined where it can. */
export function keyRefusal(key: CloudRecord, agent: string, context: Context): string | undefined {
  const roles = [
    "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    "roles/cloudkms.cryptoKeyEncrypterDecrypterViaDelegation",
    "roles/owner",
  ];
  const onKey = context.inventory
    .list("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember")
    .filter(({ outputs }) => outputs.cryptoKeyId === key.id);
  const onProject = context.inventory.list("gcp:projects/iAMMember:IAMMember");
  const grant = [...onKey, ...onProject].find(
    ({ outputs }) => roles.includes(text(outputs, "role")) && memberOf(outputs) === `serviceaccount:${agent}`,
  );
  if (grant && (context.age?.(grant) ?? Infinity) >= grantWorksAfter) return undefined;
  return `Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key.id}' (or it may not exist).`;
}

function ringId(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/locations/${text(inputs, "location")}/keyRings/${text(inputs, "name")}`;
}

function keyId(inputs: Properties): string {
  return `${text(inputs, "keyRing")}/cryptoKeys/${text(inputs, "name")}`;
}

function taken(kind: string, id: string): string {
  return `Error creating ${kind}: ${googleError(409, `${kind} ${id} already exists.`, "alreadyExists")}`;
}

/** A key has no project of its own: it is its ring's. */
function withoutProject(behaviour: Resource): Resource {
  return {
    ...behaviour,
    async create(inputs, context) {
      const { id, outputs } = await behaviour.create(inputs, context);
      const { project: _, ...rest } = outputs;
      return { id, outputs: rest };
    },
  };
}

export const kmsBehaviours: Record<string, Resource> = {
  "gcp:kms/keyRing:KeyRing": keyRing,
  "gcp:kms/cryptoKey:CryptoKey": withoutProject(owned(labelled(cryptoKey))),
};
