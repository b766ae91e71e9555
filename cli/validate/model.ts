/** What `platform validate` works on, and what it finds. */

/** A Kubernetes object as it is written. Its fields are trusted only after the schema check has passed it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
  };
  spec?: unknown;
  [field: string]: unknown;
}

/** `["spec", "template", "spec", "containers", 0, "image"]` */
export type Path = (string | number)[];

/** Where something is written: file relative to the folder, line from 1 where it can be had. */
export interface Place {
  file: string;
  line?: number;
}

/** What is applied as one: what a kustomization builds, or the plain files of a folder. */
export interface Unit {
  /** Relative to the folder that is validated; `.` for itself. */
  folder: string;
  objects: Manifest[];
  locate(object: Manifest, path: Path): Place;
}

/** An object on a cluster. */
export interface Placed {
  object: Manifest;
  /** Where it ends up: its own, else its Application's. Empty for kinds without namespaces, and where nothing tells. */
  namespace: string;
  unit: Unit;
  /** Name of the Application that deploys it; unset for what is applied by hand. */
  application?: string;
  /** False where the schema check found its form wrong: other checks leave it alone. */
  sound: boolean;
}

/** Everything that is on one cluster at a time. */
export interface Scenario {
  /** Folder that it begins with. */
  name: string;
  /** False where more belongs to it than is known: a folder that no Application deploys, or one that does not build. */
  whole: boolean;
  placed: Placed[];
  /** Names of its Applications whose content is not here: Helm charts, other repositories. */
  foreign: string[];
}

export type Rule =
  | "api-version"
  | "application"
  | "autoscaling"
  | "build"
  | "class"
  | "disruption"
  | "duplicate"
  | "image"
  | "kustomize"
  | "ownership"
  | "port"
  | "probe"
  | "quota"
  | "reference"
  | "resources"
  | "schema"
  | "secret"
  | "security"
  | "selector"
  | "spread"
  | "unlisted"
  | "yaml";

export interface Finding extends Place {
  rule: Rule;
  /** `Deployment prod/task-manager`; empty where it is about a file. */
  object: string;
  /** `spec.template.spec.containers[0].image`; empty where it is about the whole. */
  field: string;
  /** What is wrong. */
  problem: string;
  /** What to write. */
  advice: string;
}

/** What a check says of an object's field. */
export type Report = (placed: Placed, path: Path, finding: Pick<Finding, "rule" | "problem" | "advice">) => void;

export type Check = (scenario: Scenario, report: Report) => void;

/** `spec.containers[0].resources.limits["nvidia.com/gpu"]` */
export function fieldOf(path: Path): string {
  return path
    .map((part) => {
      if (typeof part === "number") return `[${part}]`;
      return /^[\w$-]+$/.test(part) ? `.${part}` : `["${part}"]`;
    })
    .join("")
    .replace(/^\./, "");
}

/** `Deployment prod/task-manager` */
export function titleOf({ kind, metadata }: Manifest, namespace = metadata.namespace ?? ""): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${metadata.name}`;
}

/** `apps/Deployment prod/task-manager`: the version of an API does not make another object of it. */
export function keyOf({ apiVersion, kind, metadata }: Manifest, namespace = metadata.namespace ?? ""): string {
  return `${groupOf(apiVersion) || "core"}/${kind} ${namespace === "" ? "" : `${namespace}/`}${metadata.name}`;
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) &&
    typeof value["apiVersion"] === "string" &&
    typeof value["kind"] === "string" &&
    isRecord(value["metadata"]) &&
    typeof value["metadata"]["name"] === "string"
  );
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, part) => {
    if (Array.isArray(found)) return (found as unknown[])[Number(part)];
    return isRecord(found) ? found[String(part)] : undefined;
  }, value);
}

/** The entries of a list of objects; empty where it is none. */
export function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isRecord) : [];
}

/** The texts of a list; empty where it is none. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? (value as unknown[]).filter((item) => typeof item === "string") : [];
}
