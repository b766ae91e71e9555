/** Kubernetes' own kinds, of all supported minor versions in one table: `kubernetes.json`, which `derive.ts` writes. */

/**
 * Type of a field: `string`, `integer`, `number`, `boolean`, `quantity`, `intOrString`, `any`; `@Name` for a definition,
 * `[type]` for a list, `{type}` for a map with free keys, `=A|B` for one of these strings.
 */
export type FieldType = string;

/** A field's type alone where every version has it, else with the first minor version that has it, and the last. */
export type Field = FieldType | [type: FieldType, from: number | null, until: number | null];

export interface Definition {
  required?: string[];
  properties: Record<string, Field>;
}

export interface Kind {
  /** Name of its definition. */
  definition: string;
  namespaced: boolean;
  /** First and last minor version that serve it; unset: all do. */
  from?: number;
  until?: number;
  /** Minor version (of Kubernetes 1) that deprecates it, and what it says to use in its place. */
  deprecated?: number;
  /** Minor version that no longer serves it, or will not. */
  removed?: number;
  /** `apps/v1 Deployment` */
  replacement?: string;
}

export interface KubernetesSchemas {
  /** Minor versions of Kubernetes 1, oldest first. */
  versions: number[];
  /** By `apps/v1 Deployment`. */
  kinds: Record<string, Kind>;
  definitions: Record<string, Definition>;
  /** What no version serves any more: `extensions/v1beta1 Ingress`. */
  gone: Record<string, Pick<Kind, "removed" | "replacement">>;
}
