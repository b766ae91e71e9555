/** What the restore changes, as Velero takes it: resource modifiers, made of merge patches by object. */
import { groupOf, isRecord, type Manifest } from "../../validate/model";
import type { Workload } from "../../validate/checks/workloads";
import type { ResourceModifierRule } from "./plan";

type Patch = Record<string, unknown>;

interface Rule {
  groupResource: string;
  namespace: string;
  /** Of the whole name. */
  pattern: string;
  patch: Patch;
}

/** `spec.template.spec` as what a patch is put into. */
const template = (pod: Patch): Patch => ({ spec: { template: { spec: pod } } });

/**
 * Patches of one object become one rule. Velero restores pods, and what makes them, each by itself: a pod that differed
 * from what makes it would be made anew, without its data. So what changes pods changes both, and what is between them.
 */
export class Modifiers {
  private readonly rules = new Map<string, Rule>();

  /** @param patch JSON merge patch (RFC 7386): `null` takes away. */
  patch(object: Manifest, patch: Patch): void {
    const { apiVersion, kind, metadata } = object;
    this.add(groupResource(apiVersion, kind), metadata.namespace ?? "", exactly(metadata.name), patch);
  }

  /** @param pod JSON merge patch of a pod's `spec`. */
  patchPods({ placed: { object, namespace }, kind }: Workload, pod: Patch): void {
    const name = escaped(object.metadata.name);
    const below = (resource: string, pattern: string, patch: Patch) => this.add(resource, namespace, pattern, patch);
    if (kind === "Pod") this.patch(object, { spec: pod });
    else if (kind === "CronJob") {
      this.patch(object, { spec: { jobTemplate: template(pod) } });
      below("jobs.batch", `^${name}-[0-9]+$`, template(pod));
      below("pods", `^${name}-[0-9]+-[a-z0-9]{5}$`, { spec: pod });
    } else {
      this.patch(object, template(pod));
      if (kind === "Deployment") below("replicasets.apps", `^${name}-[a-z0-9]+$`, template(pod));
      below("pods", podNames[kind]?.(name) ?? `^${name}-[a-z0-9]{5}$`, { spec: pod });
    }
  }

  /** In the order of resource, namespace and name, so that two plans of one source are the same text. */
  list(): ResourceModifierRule[] {
    return [...this.rules.entries()]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { groupResource: resource, namespace, pattern, patch }]) => ({
        conditions: {
          groupResource: resource,
          ...(namespace === "" ? {} : { namespaces: [namespace] }),
          resourceNameRegex: pattern,
        },
        mergePatches: [{ patchData: JSON.stringify(patch) }],
      }));
  }

  private add(resource: string, namespace: string, pattern: string, patch: Patch): void {
    const key = `${resource} ${namespace} ${pattern}`;
    const before = this.rules.get(key)?.patch ?? {};
    this.rules.set(key, { groupResource: resource, namespace, pattern, patch: merged(before, patch) });
  }
}

const podNames: Record<string, (name: string) => string> = {
  Deployment: (name) => `^${name}-[a-z0-9]+-[a-z0-9]{5}$`,
  StatefulSet: (name) => `^${name}-[0-9]+$`,
};

/** Keys as a JSON merge patch takes them away. */
export function takenAway(keys: string[]): Record<string, null> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

/** The rules as Velero's ConfigMap holds them. */
export function modifiersText(rules: ResourceModifierRule[]): string {
  return JSON.stringify({ version: "v1", resourceModifierRules: rules });
}

/** Replacements of images' beginnings as Velero's ConfigMap `velero.io/change-image-name` holds them. */
export function imagesData(images: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(images).map(([from, to], index) => [`image-${index + 1}`, `${from},${to}`]));
}

/** `deployments.apps`, `services` */
export function groupResource(apiVersion: string, kind: string): string {
  const word = kind.toLowerCase();
  const plural = /(s|x|ch)$/.test(word) ? `${word}es` : `${word.replace(/y$/, "ie")}s`;
  const group = groupOf(apiVersion);
  return group === "" ? plural : `${plural}.${group}`;
}

/** Of the whole name. */
export function exactly(name: string): string {
  return `^${escaped(name)}$`;
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Both patches as one; the second wins. */
function merged(one: Patch, other: Patch): Patch {
  const result: Patch = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = result[key];
    result[key] = isRecord(before) && isRecord(value) ? merged(before, value) : value;
  }
  return result;
}
