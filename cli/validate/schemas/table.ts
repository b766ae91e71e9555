/** Reads the table of Kubernetes' own kinds. */
import type { FieldType, Kind, KubernetesSchemas } from "./model";
import data from "./kubernetes.json";

export const kubernetes = data as unknown as KubernetesSchemas;

const [first = 0, ...others] = kubernetes.versions;

/** Oldest and newest minor version of Kubernetes 1 that manifests are held against. */
export const oldest = first;
export const newest = others.at(-1) ?? first;

const groups = new Set(Object.keys(kubernetes.kinds).map((key) => groupPart(key)));

/** Whether a group is Kubernetes' own: nothing else defines kinds in it. */
export function isBuiltInGroup(apiVersion: string): boolean {
  return groups.has(groupPart(apiVersion));
}

function groupPart(key: string): string {
  const [apiVersion = ""] = key.split(" ");
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  return kubernetes.kinds[`${apiVersion} ${kind}`];
}

/** `[@core.v1.Container]` → its entry's type; undefined where it is no list. */
export function listed(type: FieldType): FieldType | undefined {
  return type.startsWith("[") ? type.slice(1, -1) : undefined;
}

export function mapped(type: FieldType): FieldType | undefined {
  return type.startsWith("{") ? type.slice(1, -1) : undefined;
}

export function named(type: FieldType): string | undefined {
  return type.startsWith("@") ? type.slice(1) : undefined;
}

export function enumerated(type: FieldType): string[] | undefined {
  return type.startsWith("=") ? type.slice(1).split("|") : undefined;
}
