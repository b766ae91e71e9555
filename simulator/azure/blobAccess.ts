/**
 * Who may do what with a container's blobs: a request's action, and whether somebody's roles allow it, with their conditions.
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations
 */
import type { Inventory } from "../cloud/behaviour";
import { grantsOn } from "./authorization";
import { idPart } from "./ids";
import { covers } from "./roles";

export interface BlobRequest {
  container: string;
  /** Unset where it is the container that is asked. */
  blob?: string;
  /** `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read` */
  action: string;
}

const containers = "Microsoft.Storage/storageAccounts/blobServices/containers";
const blobs = `${containers}/blobs`;

/**
 * What clients of Go ask for: of a container (`c`) or a blob (`b`), by what the query's `comp` says; the first that fits.
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
const requests: [method: RegExp, of: "c" | "b", comp: RegExp, action: string][] = [
  [/^GET$/, "c", /^list$/, `${blobs}/read`],
  [/^(GET|HEAD)$/, "c", /^$/, `${containers}/read`],
  [/^(GET|HEAD)$/, "b", /^$/, `${blobs}/read`],
  // Whole, or in blocks. Whoever may only add new ones (`add/action`) is refused here what Azure would take.
  [/^PUT$/, "b", /^(block|blocklist|)$/, `${blobs}/write`],
  [/^DELETE$/, "b", /^$/, `${blobs}/delete`],
];

/**
 * @param url path and query.
 * @returns undefined for what nobody has asked for so far.
 */
export function blobRequest(method: string, url: string): BlobRequest | undefined {
  const { pathname, searchParams } = new URL(url, "https://account");
  const [, container = "", blob = ""] = /^\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];
  const of = blob !== "" ? "b" : searchParams.get("restype") === "container" ? "c" : undefined;
  const known = requests.find(
    ([methods, what, comp]) => methods.test(method) && what === of && comp.test(searchParams.get("comp") ?? ""),
  );
  // Of versions and snapshots nobody asks.
  if (!known || container === "" || searchParams.has("versionid") || searchParams.has("snapshot")) return undefined;
  return { container, ...(blob === "" ? {} : { blob: decodeURIComponent(blob) }), action: known[3] };
}

/** Id of an account's container; undefined where the cloud has none of that name. */
export function containerId(inventory: Pick<Inventory, "list">, account: string, name: string): string | undefined {
  return containersOf(inventory, account).find((id) => idPart(id, "containers") === name);
}

/** Ids of an account's containers. */
export function containersOf(inventory: Pick<Inventory, "list">, account: string): string[] {
  const ids = inventory.list("azure-native:storage:BlobContainer").map(({ id }) => id);
  return ids.filter((id) => idPart(id, "storageAccounts") === account);
}

/**
 * @param id of the container.
 * @param principalId of the identity's object in the directory.
 */
export function mayAsk(
  inventory: Pick<Inventory, "list">,
  id: string,
  principalId: string,
  { blob = "", action }: BlobRequest,
): boolean {
  return grantsOn(id, principalId, { inventory }).some(
    ({ role: { actions, dataActions }, condition }) =>
      covers(action.startsWith(blobs) ? dataActions : actions, action) && holds(condition, action, blob),
  );
}

const exception = /^\(\((!\(ActionMatches\{'[^']+'\}\)(?: AND !\(ActionMatches\{'[^']+'\}\))*)\) OR \((.+)\)\)$/;
const path =
  /^@Resource\[Microsoft\.Storage\/storageAccounts\/blobServices\/containers\/blobs:path\] StringLike '([^']*)'$/;

/**
 * Whether a role with a condition is for this: other actions than those that it names, or a path that is like its own.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */
function holds(condition: string, action: string, blob: string): boolean {
  if (condition === "") return true;
  const [, named = "", expression = ""] = exception.exec(condition) ?? [];
  const pattern = path.exec(expression)?.[1];
  if (pattern === undefined) {
    throw new Error(`${JSON.stringify(condition)} is not known to this simulation (simulator/azure/blobAccess.ts)`);
  }
  const actions = [...named.matchAll(/ActionMatches\{'([^']+)'\}/g)].map(([, one = ""]) => one);
  return !covers(actions, action) || like(pattern, blob);
}

/** `*` is any text, `?` any character: https://learn.microsoft.com/azure/role-based-access-control/conditions-format#stringlike */
function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(value);
}
