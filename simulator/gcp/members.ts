/**
 * Grants: one role for one member on one resource. The provider reads the resource's policy, adds the member, and writes
 * it back; a grant that is there already is none, so two of them are one, and go with the first that is deleted.
 *
 * Source: terraform-provider-google-beta google-beta/tpgiamresource/resource_iam_member.go
 */
import type { Context } from "../cloud/behaviour";
import { object, text } from "../cloud/values";
import type { Properties } from "../provider";
import { first, googleError } from "./refusals";
import { plainReference, projectNumber, projectOf, type Resource } from "./resource";
import { poolExists } from "./workloadPools";

/**
 * Roles that are known to exist, with what they can be granted on: those that platforms of this kind use. Another one is
 * refused: add it here from https://cloud.google.com/iam/docs/roles-permissions.
 */
const predefined: Record<string, string[]> = {
  "roles/artifactregistry.reader": ["project"],
  "roles/cloudkms.cryptoKeyDecrypter": ["project", "key"],
  "roles/cloudkms.cryptoKeyEncrypter": ["project", "key"],
  "roles/cloudkms.cryptoKeyEncrypterDecrypter": ["project", "key"],
  "roles/compute.networkUser": ["project"],
  "roles/compute.securityAdmin": ["project"],
  "roles/compute.storageAdmin": ["project"],
  "roles/compute.viewer": ["project"],
  "roles/container.admin": ["project"],
  "roles/container.clusterViewer": ["project"],
  "roles/container.defaultNodeServiceAccount": ["project"],
  "roles/container.developer": ["project"],
  "roles/container.hostServiceAgentUser": ["project"],
  "roles/container.viewer": ["project"],
  "roles/dns.admin": ["project", "zone"],
  "roles/dns.reader": ["project", "zone"],
  "roles/iam.serviceAccountTokenCreator": ["project", "account"],
  "roles/iam.serviceAccountUser": ["project", "account"],
  "roles/iam.workloadIdentityUser": ["project", "account"],
  "roles/logging.logWriter": ["project"],
  "roles/monitoring.metricWriter": ["project"],
  "roles/monitoring.viewer": ["project"],
  "roles/secretmanager.secretAccessor": ["project"],
  "roles/stackdriver.resourceMetadata.writer": ["project"],
  "roles/storage.admin": ["project", "bucket"],
  "roles/storage.bucketViewer": ["project", "bucket"],
  "roles/storage.objectAdmin": ["project", "bucket"],
  "roles/storage.objectUser": ["project", "bucket"],
  "roles/storage.objectViewer": ["project", "bucket"],
};

interface Target {
  kind: "project" | "key" | "account" | "bucket" | "zone";
  /** What the grant's id begins with. */
  id(inputs: Properties, context: Context): string;
  /** What the provider calls it in its errors. */
  describe(inputs: Properties, context: Context): string;
  missing(inputs: Properties, context: Context): boolean;
  /** Outputs beside the inputs. */
  outputs?(inputs: Properties, context: Context): Properties;
}

function grant(target: Target): Resource {
  return {
    refuse(inputs, context) {
      const refuse = (status: number, message: string, reason: string) =>
        `Error applying IAM policy for ${target.describe(inputs, context)}: Error setting IAM policy for ` +
        `${target.describe(inputs, context)}: ${googleError(status, message, reason)}`;
      return first(
        target.missing(inputs, context) &&
          `Error retrieving IAM policy for ${target.describe(inputs, context)}: ${googleError(404, "Requested entity was not found.", "notFound")}`,
        roleProblem(text(inputs, "role"), target.kind, context, refuse),
        memberProblem(text(inputs, "member"), context, refuse),
      );
    },
    create(inputs, context) {
      const condition = object(inputs, "condition");
      const parts = [target.id(inputs, context), text(inputs, "role"), text(inputs, "member")];
      if (text(condition, "title")) parts.push(text(condition, "title"));
      return { id: parts.join("/"), outputs: { etag: `BwY${context.hex(8)}=`, ...target.outputs?.(inputs, context) } };
    },
  };
}

type Refuse = (status: number, message: string, reason: string) => string;

function roleProblem(role: string, kind: string, { inventory }: Context, refuse: Refuse): string | undefined {
  if (!role.startsWith("roles/")) {
    return inventory.get("gcp:projects/iAMCustomRole:IAMCustomRole", role)
      ? undefined
      : refuse(400, `Role (${role}) does not exist in the resource's hierarchy.`, "badRequest");
  }
  const targets = predefined[role];
  if (!targets)
    return refuse(400, `Role ${role} is not known to this simulation (simulator/gcp/members.ts).`, "badRequest");
  return targets.includes(kind)
    ? undefined
    : refuse(400, `Role ${role} is not supported for this resource.`, "badRequest");
}

/**
 * A service account of the project has to exist, and so does the pool of a Kubernetes service account: it is there once
 * the project's first cluster with Workload Identity is. Words:
 * https://github.com/hashicorp/terraform-provider-google/issues/9969,
 * https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/481
 */
function memberProblem(member: string, context: Context, refuse: Refuse): string | undefined {
  if (/^principal(Set)?:/.test(member) && !poolExists(member, context)) {
    return refuse(400, `Invalid principal ${member}: its identity pool does not exist.`, "badRequest");
  }
  const [, account] = /^serviceAccount:(.+)$/.exec(member) ?? [];
  if (account === undefined) return undefined;
  const [, pool] = /^([^[\]@]+\.svc\.id\.goog)\[[^/\]]+\/[^/\]]+\]$/.exec(account) ?? [];
  if (pool !== undefined) {
    const exists = context.inventory
      .list("gcp:container/cluster:Cluster")
      .some(({ outputs }) => object(outputs, "workloadIdentityConfig").workloadPool === pool);
    return exists
      ? undefined
      : refuse(
          400,
          `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
          "badRequest",
        );
  }
  const project = projectOf({}, context);
  const [, agent] = /^service-(\d+)@[\w-]+\.iam\.gserviceaccount\.com$/.exec(account) ?? [];
  const known =
    agent === projectNumber(project) ||
    account === `${projectNumber(project)}-compute@developer.gserviceaccount.com` ||
    context.inventory.list("gcp:serviceaccount/account:Account").some(({ outputs }) => outputs.email === account);
  const foreign = !account.endsWith(`@${project}.iam.gserviceaccount.com`) && agent === undefined;
  return known || foreign ? undefined : refuse(400, `Service account ${account} does not exist.`, "badRequest");
}

/** A grant's member as policies are compared: the case of addresses does not count. */
export function memberOf(outputs: Properties): string {
  return text(outputs, "member").toLowerCase();
}

const project: Target = {
  kind: "project",
  id: (inputs) => text(inputs, "project"),
  describe: (inputs) => `project "${text(inputs, "project")}"`,
  missing: () => false,
};

const key: Target = {
  kind: "key",
  id: (inputs) => keyPath(text(inputs, "cryptoKeyId")),
  describe: (inputs) => `KMS CryptoKey "${text(inputs, "cryptoKeyId")}"`,
  missing: (inputs, { inventory }) => !inventory.get("gcp:kms/cryptoKey:CryptoKey", text(inputs, "cryptoKeyId")),
};

/** `project/location/ring/key`, as the provider writes it into ids. */
function keyPath(id: string): string {
  const [, owner, , location, , ring, , name] = id.split("/");
  return [owner, location, ring, name].join("/");
}

const account: Target = {
  kind: "account",
  id: (inputs) => text(inputs, "serviceAccountId"),
  describe: (inputs) => `service account '${text(inputs, "serviceAccountId")}'`,
  missing: (inputs, { inventory }) =>
    !inventory.get("gcp:serviceaccount/account:Account", text(inputs, "serviceAccountId")),
};

const bucket: Target = {
  kind: "bucket",
  id: (inputs) => `b/${text(inputs, "bucket")}`,
  describe: (inputs) => `storage bucket "b/${text(inputs, "bucket")}"`,
  missing: (inputs, { inventory }) => !inventory.get("gcp:storage/bucket:Bucket", text(inputs, "bucket")),
  outputs: (inputs) => ({ bucket: `b/${text(inputs, "bucket").replace(/^b\//, "")}` }),
};

const zone: Target = {
  kind: "zone",
  id: (inputs, context) => `projects/${projectOf(inputs, context)}/managedZones/${zoneName(inputs)}`,
  describe: (inputs, context) =>
    `dns managedzone "projects/${projectOf(inputs, context)}/managedZones/${zoneName(inputs)}"`,
  missing: () => false,
  outputs: (inputs, context) => ({ project: projectOf(inputs, context), managedZone: zoneName(inputs) }),
};

function zoneName(inputs: Properties): string {
  return plainReference(text(inputs, "managedZone")).split("/").at(-1) ?? "";
}

export const memberBehaviours: Record<string, Resource> = {
  "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": grant(zone),
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": grant(key),
  "gcp:projects/iAMMember:IAMMember": grant(project),
  "gcp:serviceaccount/iAMMember:IAMMember": grant(account),
  "gcp:storage/bucketIAMMember:BucketIAMMember": grant(bucket),
};
