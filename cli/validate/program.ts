/**
 * What the platform's program puts on a cluster by itself: `program.json`, which test/contract/validate/program.test.ts writes
 * (`npm run validate:program`) from the program as it runs for each cloud, charts included.
 */
import data from "./program.json";

export interface Project {
  sourceRepos: string[];
  destinations: { namespace: string }[];
  clusterResourceWhitelist: { group: string; kind: string }[];
}

interface ProgramData {
  /** `apps/Deployment argocd/argocd-server`, of all clouds together. */
  objects: string[];
  projects: Record<string, Project>;
}

const program = data as ProgramData;

/** Keys as `keyOf` makes them. */
export const owned: ReadonlySet<string> = new Set(program.objects);

/** Argo CD's projects, by name. */
export const projects: Readonly<Record<string, Project>> = program.projects;

/** Born with every cluster. */
const born = ["default", "kube-system", "kube-public", "kube-node-lease"];

const namespaces = new Set([
  ...program.objects.flatMap((key) => /^core\/Namespace (.+)$/.exec(key)?.[1] ?? []),
  ...born,
]);

/** Whether a namespace is there before anything of the folder is. */
export function isProgramNamespace(name: string): boolean {
  return namespaces.has(name);
}

/** Whether a chart of the program may run pods in it that the folder does not show. */
export function hasProgramPods(namespace: string): boolean {
  return namespaces.has(namespace) && namespace !== "default";
}

/** Same names on every cloud; `shared` where the stack asks for it (`storage.shared`). */
export const storageClasses = ["standard", "premium", "shared"];

/** Both are Traefik's; `nginx` keeps what was written for ingress-nginx. */
export const ingressClasses = ["nginx", "traefik"];
