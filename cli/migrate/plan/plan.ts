/** What a plan is: plain JSON, made once and carried out by all later steps. */
import type { V1LabelSelector } from "@kubernetes/client-node";
import type { Cloud } from "../../../components/config/types";
import type { FindingCode } from "./codes";

export type Severity = "blocking" | "adapted" | "note";

export interface Finding {
  /** Kebab-case, stable: docs/migration.md tells about each. */
  code: FindingCode;
  /** `blocking`: a person has to do something first; `adapted`: the move changes it; `note`: good to know. */
  severity: Severity;
  /** `Deployment production/backend`, `access.adminGroups` */
  object: string;
  /** `spec.storageClassName` */
  field?: string;
  what: string;
  /** What to do (blocking, note), or what it becomes (adapted): `gp3 → standard-rwo`. */
  then: string;
}

/** A rule of Velero's resource modifiers, version `v1`: internal/resourcemodifiers of Velero 1.18. */
export interface ResourceModifierRule {
  conditions: {
    /** `deployments.apps`, `services` */
    groupResource: string;
    namespaces?: string[];
    resourceNameRegex?: string;
  };
  /** JSON merge patches as text: what is absent already may be removed once more. */
  mergePatches?: { patchData: string }[];
  /** JSON patches (RFC 6902), where there are no merge patches: a value is text, and JSON where it is an object or a list. */
  patches?: { operation: "add"; path: string; value: string }[];
}

export type Engine = "postgres" | "mysql" | "redis" | "mongodb" | "elasticsearch";

export interface VolumeFact {
  namespace: string;
  claim: string;
  /** Name of the claim's class on the source, and on the target. */
  class: string;
  targetClass: string;
  accessModes: string[];
  /** Bytes that the claim asks for, and that it will ask for on the target. */
  requestedBytes: number;
  targetBytes: number;
  /** Bytes in use; unset where the source's metrics do not tell. */
  usedBytes?: number;
  /** Name of a pod that has it mounted: what is in no pod is in no file-system backup. */
  pod?: string;
}

/** Of pods by their labels; plain JSON. */
type LabelSelector = Pick<V1LabelSelector, "matchLabels" | "matchExpressions">;

export interface DatabaseFact {
  /** `StatefulSet production/database` */
  object: string;
  engine: Engine;
  pods: {
    namespace: string;
    selector: LabelSelector;
    /** The one that the server runs in. */
    container: string;
  };
  /** Namespaces and claims of its volumes: `production/data-database-0`. */
  claims: string[];
  bytes: number;
  /** How the engine copies itself to a server elsewhere; unset where it cannot. */
  replication?: string;
}

export interface PlanSide {
  cloud: Cloud;
  region: string;
  /** The stack's values by key, without the values of secrets. */
  values: Record<string, unknown>;
}

export interface Estimate {
  backupSeconds: number;
  upSeconds: number;
  restoreSeconds: number;
  /** From the last write on the source to the first on the target. */
  downtimeSeconds: number;
  /** What the figures were made of, a sentence each, with their sources. */
  basis: string[];
}

export interface PlanMaps {
  /** Class of the source → of the target: data of Velero's ConfigMap `velero.io/change-storage-class`. */
  storageClasses: Record<string, string>;
  /** Image's beginning on the source → on the target: data of Velero's ConfigMap `velero.io/change-image-name`. */
  images: Record<string, string>;
  modifiers: ResourceModifierRule[];
  /** Objects that the restore leaves out: `Kind namespace/name`. */
  leftOut: string[];
  /** Kinds of which the restore brings nothing: `excludedResources` of Velero's Restore. */
  leftOutKinds: string[];
}

export interface MigrationPlan {
  /** Names of the stacks. */
  from: string;
  to: string;
  source: PlanSide;
  target: PlanSide;
  /** Keys whose values `up` copies from stack to stack, encrypted: `gitops.sealingKeys[0].privateKey`. */
  secretKeys: string[];
  findings: Finding[];
  maps: PlanMaps;
  data: { volumes: VolumeFact[]; databases: DatabaseFact[]; bytes: number };
  /** Namespaces whose objects the restore brings. */
  namespaces: string[];
  /** `namespace/name` of Applications that sync by themselves, and are paused until all data is there. */
  pausedApplications: string[];
  estimate: Estimate;
}

export interface PlanRequest {
  /** Name of the stack that the target becomes. */
  to: string;
  cloud: Cloud;
  /** Values laid over the target's: `["access", "adminGroups"]`. */
  set?: { path: string[]; value: unknown }[];
  /** Replacements of images' beginnings, for images that only the source's cloud gives out. */
  images?: Record<string, string>;
  /**
   * Blocking findings that the user takes as they are: a code, or a code and an object
   * (`identity:ServiceAccount production/backend`). They become notes.
   */
  accept?: string[];
}

/** A request that no plan can be made for. The message is for the user. */
export class PlanError extends Error {}
