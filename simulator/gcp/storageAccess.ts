/**
 * Who may do what with a bucket's objects: a request's permission, and whether somebody has it, by the bucket's policy or by
 * the project's. https://cloud.google.com/storage/docs/access-control/iam-json
 */
import type { Inventory } from "../cloud/behaviour";
import { object, text, texts } from "../cloud/values";
import { memberOf } from "./members";

export interface StorageRequest {
  bucket: string;
  /** Unset where it is the bucket that is asked. */
  object?: string;
  /** `storage.objects.get` */
  permission: string;
}

const reading = ["storage.objects.get", "storage.objects.list"];
const writing = ["storage.objects.create", "storage.objects.delete", "storage.objects.update"];

/** What of it is asked for here: https://cloud.google.com/storage/docs/access-control/iam-roles */
const roles: Record<string, string[]> = {
  "roles/storage.admin": ["storage.buckets.get", ...reading, ...writing],
  "roles/storage.bucketViewer": ["storage.buckets.get"],
  "roles/storage.objectAdmin": [...reading, ...writing],
  "roles/storage.objectUser": [...reading, ...writing],
  "roles/storage.objectViewer": reading,
};

/** What clients of Go ask for, by method and path; the first that fits. Paths: https://cloud.google.com/storage/docs/json_api/v1 */
const requests: [method: RegExp, path: RegExp, permission: string][] = [
  [/^GET$/, /^\/storage\/v1\/b\/([^/]+)$/, "storage.buckets.get"],
  [/^GET$/, /^\/storage\/v1\/b\/([^/]+)\/o$/, "storage.objects.list"],
  [/^(GET|HEAD)$/, /^\/(?:download\/)?storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, "storage.objects.get"],
  [/^DELETE$/, /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, "storage.objects.delete"],
  [/^(PATCH|PUT)$/, /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, "storage.objects.update"],
  // Whole, or in parts: the first request begins it, those that follow go on.
  [/^(POST|PUT)$/, /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/, "storage.objects.create"],
  // Of the older interface, by which objects are read.
  [/^(GET|HEAD)$/, /^\/(?!(?:storage|upload|download|batch|_internal)\/)([^/]+)\/(.+)$/, "storage.objects.get"],
];

/**
 * @param url path and query.
 * @returns undefined for what nobody has asked for so far.
 */
export function storageRequest(method: string, url: string): StorageRequest | undefined {
  const [path = "", query = ""] = url.split("?");
  for (const [methods, paths, permission] of requests) {
    const [, bucket, inPath] = (methods.test(method) && paths.exec(path)) || [];
    if (bucket === undefined) continue;
    const isNew = permission === "storage.objects.create";
    const object = isNew ? (new URLSearchParams(query).get("name") ?? undefined) : inPath && decodeURIComponent(inPath);
    return { bucket: decodeURIComponent(bucket), ...(object === undefined ? {} : { object }), permission };
  }
  return undefined;
}

/** @param member as policies name it. */
export function hasPermission(
  inventory: Pick<Inventory, "list">,
  member: string,
  { bucket, object: name, permission }: StorageRequest,
): boolean {
  const resource = `projects/_/buckets/${bucket}${name === undefined ? "" : `/objects/${name}`}`;
  const ofBucket = inventory
    .list("gcp:storage/bucketIAMMember:BucketIAMMember")
    .filter(({ outputs }) => text(outputs, "bucket").replace(/^b\//, "") === bucket);
  return [...ofBucket, ...inventory.list("gcp:projects/iAMMember:IAMMember")].some(
    ({ outputs }) =>
      memberOf(outputs) === member.toLowerCase() &&
      permissionsOf(inventory, text(outputs, "role")).includes(permission) &&
      isMeant(text(object(outputs, "condition"), "expression"), resource),
  );
}

/**
 * Whether a grant is for a resource: all of them, unless it has a condition.
 * https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-name
 */
function isMeant(expression: string, resource: string): boolean {
  if (expression === "") return true;
  const [, start] = /^resource\.name\.startsWith\("([^"]*)"\)$/.exec(expression) ?? [];
  if (start === undefined) {
    throw new Error(`${JSON.stringify(expression)} is not known to this simulation (simulator/gcp/storageAccess.ts)`);
  }
  return resource.startsWith(start);
}

function permissionsOf(inventory: Pick<Inventory, "list">, role: string): string[] {
  const custom = inventory.list("gcp:projects/iAMCustomRole:IAMCustomRole").find(({ id }) => id === role);
  return roles[role] ?? (custom ? texts(custom.outputs, "permissions") : []);
}

/**
 * Google's words for who has it not; somebody of another cloud has no address to be called by. Quoted:
 * https://github.com/velero-io/velero/issues/6920, https://github.com/velero-io/velero-plugin-for-gcp/pull/42
 */
export function withoutPermission(member: string, { permission }: StorageRequest): string {
  const who = member.startsWith("serviceAccount:") ? member.replace("serviceAccount:", "") : "Caller";
  const what = /^storage\.buckets|\.list$/.test(permission) ? "bucket" : "object";
  return (
    `${who} does not have ${permission} access to the Google Cloud Storage ${what}. ` +
    `Permission '${permission}' denied on resource (or it may not exist).`
  );
}
