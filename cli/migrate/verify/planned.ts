/** An object of the source as the plan brings it to the target. */
import { isRecord, records, valueAt, type Manifest } from "../../validate/model";
import { groupResource } from "../plan/maps";
import type { PlanMaps, ResourceModifierRule } from "../plan/plan";
import { mergePatch } from "./mergePatch";

/** In the order of Velero: its own plugins' maps, then the resource modifiers. */
export function asPlanned(object: Manifest, maps: PlanMaps): Manifest {
  const mapped = withClasses(withImages(object, maps.images), maps.storageClasses);
  return maps.modifiers
    .filter((rule) => concerns(rule, object))
    .flatMap(({ mergePatches = [] }) => mergePatches)
    .reduce((changed, { patchData }) => mergePatch(changed, JSON.parse(patchData)) as Manifest, mapped);
}

function concerns({ conditions }: ResourceModifierRule, { apiVersion, kind, metadata }: Manifest): boolean {
  return (
    conditions.groupResource === groupResource(apiVersion, kind) &&
    (conditions.namespaces?.includes(metadata.namespace ?? "") ?? true) &&
    new RegExp(conditions.resourceNameRegex ?? "").test(metadata.name)
  );
}

/** Classes of claims, and of those that a StatefulSet makes. */
function withClasses(object: Manifest, classes: Record<string, string>): Manifest {
  const classed = (claim: unknown) => {
    const name = valueAt(claim, ["storageClassName"]);
    const to = typeof name === "string" ? classes[name] : undefined;
    return to === undefined ? claim : mergePatch(claim, { storageClassName: to });
  };
  if (object.kind === "PersistentVolumeClaim") return { ...object, spec: classed(object.spec) };
  const templates = valueAt(object, ["spec", "volumeClaimTemplates"]);
  if (object.kind !== "StatefulSet" || !Array.isArray(templates)) return object;
  const volumeClaimTemplates = records(templates).map((one) => ({ ...one, spec: classed(one["spec"]) }));
  return { ...object, spec: { ...(object.spec as object), volumeClaimTemplates } };
}

const workloads = ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob"];

/** The first rule whose beginning an image has, everywhere in the image's name, as `change_image_name_action.go` does it. */
function withImages(object: Manifest, images: Record<string, string>): Manifest {
  const rules = Object.entries(images);
  if (rules.length === 0 || !workloads.includes(object.kind)) return object;
  const replaced = (value: unknown, key?: string): unknown => {
    if (key === "image" && typeof value === "string") {
      const rule = rules.find(([from]) => value.includes(from));
      return rule ? value.replaceAll(...rule) : value;
    }
    if (Array.isArray(value)) return value.map((item) => replaced(item));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, name)]));
  };
  return { ...object, spec: replaced(object.spec) };
}
