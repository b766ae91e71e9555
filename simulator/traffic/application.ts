/**
 * What stands for the application in a pod. It keeps what it is sent on the volumes that it reaches: those of its own pod, and
 * those of the first ready pod of each Service that its variables name. Without one of those Services it serves nobody.
 */
import type { V1Pod } from "@kubernetes/client-node";
import { servicesNamed } from "./settings";
import { readyPods, serviceNamed, type ClusterView } from "./view";
import { find, write } from "./writings";

export interface ApplicationRequest {
  method: string;
  host: string;
  /** Which writing it is about; undefined: none. */
  id: string | undefined;
  body: string;
}

export interface ApplicationAnswer {
  status: number;
  /** JSON, for people and for who counts answers. */
  body: Record<string, unknown>;
}

/** What the application finds around it. */
export interface Surroundings {
  view: ClusterView;
  variables: (pod: V1Pod) => Promise<Record<string, string>>;
  /** The folder that stands for one of a pod's volumes; undefined where it is not there yet. */
  folder: (pod: V1Pod, volume: string) => Promise<string | undefined>;
}

/**
 * `POST` writes, `GET` reads back where an id is given. 503: something that it needs is missing, 405: it has nothing to write
 * to, 404 with `missingOn`: volumes that have no such writing.
 */
export async function answer(
  request: ApplicationRequest,
  pod: V1Pod,
  { view, variables, folder }: Surroundings,
): Promise<ApplicationAnswer> {
  const { namespace = "", name = "" } = pod.metadata ?? {};
  const from = { cluster: view.cluster.name, cloud: view.cluster.cloud, namespace, pod: name };
  const said = (status: number, more: Record<string, unknown> = {}) => ({ status, body: { ...from, ...more } });

  const needed = servicesNamed(await variables(pod), namespace, (service) => serviceNamed(view, service) !== undefined);
  const keepers = [pod];
  for (const service of needed) {
    // The first one by name: a database's primary is its StatefulSet's first pod.
    const [first] = readyPods(view, service);
    if (!first) return said(503, { why: `no ready endpoint of the Service ${service.namespace}/${service.name}` });
    keepers.push(first);
  }
  const volumes = keepers.flatMap((keeper) => claimed(keeper).map((volume) => ({ keeper, volume })));
  const folders = await Promise.all(volumes.map(({ keeper, volume }) => folder(keeper, volume)));
  const places = [...new Set(folders)].flatMap((place) => place ?? []);
  if (folders.includes(undefined)) return said(503, { why: "a volume is not there" });

  const { method, host, id, body } = request;
  if (method === "POST") {
    if (places.length === 0) return said(405, { why: "it has nothing to write to" });
    if (id === undefined) return said(400, { why: "a writing has an id: ?id=" });
    await Promise.all(places.map((place) => write(place, { id, host, body })));
    return said(200, { id });
  }
  if (method !== "GET") return said(405, { why: `it knows GET and POST, not ${method}` });
  if (id === undefined || places.length === 0) return said(200);
  const found = await Promise.all(places.map((place) => find(place, id)));
  const without = volumes.filter((_, index) => found[places.indexOf(folders[index] ?? "")] === undefined);
  if (without.length === 0) return said(200, { id, written: found[0]?.body });
  const missingOn = without.map(({ keeper, volume }) => `${keeper.metadata?.name}/${volume}`);
  return said(404, { id, why: "no such writing", missingOn });
}

/** Volumes that outlive the pod. */
function claimed({ spec }: V1Pod): string[] {
  return (spec?.volumes ?? [])
    .filter(({ ephemeral, persistentVolumeClaim: claim }) => ephemeral !== undefined || (claim && !claim.readOnly))
    .map(({ name }) => name);
}
