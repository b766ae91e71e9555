/** Everything that the plan looks at of the live source, as plain data. The only part of the plan that asks a cluster. */
import type { Clients } from "../../kubernetes";
import { isRecord, records, texts, valueAt, type Manifest } from "../../validate/model";
import { AnswerError, get } from "./request";

export interface Inventory {
  /** Of the API server: `1.36`. */
  kubernetesVersion: string;
  /** All objects, those without meaning for a move left out. Of Secrets only their metadata is read. */
  objects: Manifest[];
  /** Bytes in use by `namespace/claim`, as far as kubelets tell. */
  usedBytes: Record<string, number>;
  /** What could not be read: `metrics.example.com/v1`. */
  unread: string[];
}

export interface Resource {
  /** `/api/v1/pods` */
  path: string;
  apiVersion: string;
  kind: string;
}

/** Come and go by themselves, or are kept for somebody else. */
const skipped = new Set([
  ...["events", "endpoints", "endpointslices", "leases", "controllerrevisions", "replicasets"],
  ...["certificatesigningrequests", "csinodes", "volumeattachments", "csistoragecapacities"],
]);

/** What can be done with what a server keeps, and not with what it measures: Velero asks for the same. */
const kept = ["list", "create", "get", "delete"];

const discovery = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/** The values of Secrets are not asked for. */
const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

const pageSize = 500;
const atOnce = 6;

/**
 * @throws Error where the cluster cannot be reached, or its discovery not be read. A kind that alone cannot be read is in
 *   `unread`.
 */
export async function readInventory({ config }: Pick<Clients, "config">): Promise<Inventory> {
  const version = await get(config, "/version");
  const groups = await Promise.all(["/api", "/apis"].map((path) => get(config, path, { accept: discovery })));
  const { resources, stale } = resourcesOf(groups);
  const unread = [...stale];
  const lists = await inTurn(resources, async (resource) => {
    try {
      return await list(config, resource);
    } catch (error) {
      // Whatever else is wrong with a list is wrong with the source.
      if (!(error instanceof AnswerError)) throw error;
      unread.push(`${resource.apiVersion} ${resource.kind}`);
      return [];
    }
  });
  const objects = lists.flat();
  return {
    kubernetesVersion: `${text(version, "major")}.${text(version, "minor").replace(/\D.*$/, "")}`,
    objects,
    usedBytes: await usage(config, objects),
    unread: unread.sort(),
  };
}

/** What is kept, of each group in the version that the server prefers, as Velero backs it up. */
export function resourcesOf(discovered: unknown[]): { resources: Resource[]; stale: string[] } {
  const resources: Resource[] = [];
  const stale: string[] = [];
  for (const group of discovered.flatMap((one) => records(valueAt(one, ["items"])))) {
    const name = text(group["metadata"], "name");
    const [preferred] = records(group["versions"]);
    if (!preferred) continue;
    const version = text(preferred, "version");
    const apiVersion = name === "" ? version : `${name}/${version}`;
    if (preferred["freshness"] === "Stale") stale.push(apiVersion);
    for (const resource of records(preferred["resources"])) {
      const plural = text(resource, "resource");
      const verbs = texts(resource["verbs"]);
      if (!kept.every((verb) => verbs.includes(verb)) || skipped.has(plural)) continue;
      const kind = text(resource["responseKind"], "kind");
      resources.push({ path: `/${name === "" ? "api" : "apis"}/${apiVersion}/${plural}`, apiVersion, kind });
    }
  }
  return { resources, stale };
}

/**
 * All objects of a kind.
 * @throws AnswerError where the server does not list it.
 */
export async function list(config: Clients["config"], { path, apiVersion, kind }: Resource): Promise<Manifest[]> {
  const accept = apiVersion === "v1" && kind === "Secret" ? metadataOnly : undefined;
  const found: Manifest[] = [];
  let next = "";
  do {
    const more: string = next === "" ? "" : `&continue=${encodeURIComponent(next)}`;
    const page = await get(config, `${path}?limit=${pageSize}${more}`, accept === undefined ? {} : { accept });
    for (const item of records(valueAt(page, ["items"]))) found.push(slim({ ...item, apiVersion, kind }));
    next = text(valueAt(page, ["metadata"]), "continue");
  } while (next !== "");
  return found;
}

/** Of the fields' owners only which version of an API each writes. */
function slim(object: Record<string, unknown>): Manifest {
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  const managedFields = records(metadata["managedFields"]).map(({ manager, apiVersion }) => ({ manager, apiVersion }));
  return { ...object, metadata: { ...metadata, managedFields } } as unknown as Manifest;
}

/** What the kubelets' own figures say: https://kubernetes.io/docs/reference/instrumentation/node-metrics/ */
async function usage(config: Clients["config"], objects: Manifest[]): Promise<Record<string, number>> {
  const nodes = objects.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Node");
  const used: Record<string, number> = {};
  await inTurn(nodes, async ({ metadata: { name } }) => {
    // A node that does not answer has no figures: the claims' sizes stand for them.
    const summary = await get(config, `/api/v1/nodes/${encodeURIComponent(name)}/proxy/stats/summary`, {
      timeoutMs: 10_000,
    }).catch(() => undefined);
    for (const pod of records(valueAt(summary, ["pods"]))) {
      for (const { pvcRef, usedBytes } of records(pod["volume"])) {
        // Other volumes of a pod have figures too, and no claim.
        if (typeof usedBytes === "number" && isRecord(pvcRef))
          used[`${text(pvcRef, "namespace")}/${text(pvcRef, "name")}`] = usedBytes;
      }
    }
  });
  return used;
}

async function inTurn<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.map((item, index) => ({ item, index }));
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next.index] = await work(next.item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

function text(value: unknown, field: string): string {
  const found = isRecord(value) ? value[field] : undefined;
  return typeof found === "string" ? found : "";
}
