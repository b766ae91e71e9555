/** Which of the source's objects should be on the target. */
import type { V1Job } from "@kubernetes/client-node";
import { excludedResources } from "../../velero/restore";
import { groupOf, records, titleOf, valueAt, type Manifest } from "../../validate/model";
import { groupResource } from "../plan/maps";
import type { MigrationPlan } from "../plan/plan";
import { isGits, textOf, viewOf, type View } from "../plan/view";
import type { Inventory } from "../plan/inventory";
import { isOver } from "../pods";
import { isChecksum } from "./checksum/job";
import { clusterScoped } from "./clusterScoped";

type Planned = Pick<MigrationPlan, "maps" | "namespaces">;

/**
 * Objects of the plan's namespaces, and what they need that is in no namespace. Left out is what the plan and the restore
 * leave out, what Kubernetes or another object makes anew, and what has ended.
 *
 * @param git whether the target's Argo CD is at work.
 */
export function expectedOf(source: Inventory, plan: Planned, { git }: { git: boolean }): Manifest[] {
  const view = viewOf(source);
  const kinds = new Set([...excludedResources, ...plan.maps.leftOutKinds]);
  const objects = new Set(plan.maps.leftOut);
  const bySync = definitionsOfGit(source);
  const isOfGit = (object: Manifest) => isGits(object) || bySync.has(nameOfDefinition(object));
  const kindsOfGit = new Set(view.mine.filter(isOfGit).map(definedBy));
  /**
   * Argo CD brings what is in no namespace, and what Git has defined the kind of, when it is at work; and Git's labels of
   * the namespace that every cluster has.
   */
  const isDue = (object: Manifest) =>
    git || !isOfGit(object) || !(wasThere(object) || kindsOfGit.has(kindOf(object.apiVersion, object.kind)));
  const comes = (object: Manifest) =>
    isDue(object) &&
    !kinds.has(groupResource(object.apiVersion, object.kind)) &&
    !objects.has(titleOf(object)) &&
    !isDerived(object) &&
    // Of a comparison that was killed.
    !isChecksum(object) &&
    !hasEnded(object);
  const moved = placesOf(view, plan.namespaces).filter(comes);
  const ofGit = view.mine.filter((object) => isPlaceless(object) && isOfGit(object));
  const needed = clusterScoped(
    view.mine.filter(isPlaceless),
    moved,
    view.workloads.filter(({ placed }) => plan.namespaces.includes(placed.namespace)),
  );
  return [...new Set([...moved, ...needed.filter(comes), ...ofGit.filter(comes)])];
}

/** The namespaces themselves, and what is in them. */
function placesOf({ mine, inventory }: View, namespaces: string[]): Manifest[] {
  const isPlace = ({ apiVersion, kind, metadata }: Manifest) =>
    apiVersion === "v1" && kind === "Namespace" && namespaces.includes(metadata.name);
  return [
    ...inventory.objects.filter(isPlace),
    ...mine.filter(({ metadata: { namespace } }) => namespace !== undefined && namespaces.includes(namespace)),
  ];
}

/** No restore brings it, or lays something over it. */
function wasThere(object: Manifest): boolean {
  return isPlaceless(object) || (object.kind === "Namespace" && object.metadata.name === "default");
}

/**
 * Names of the definitions that Applications have brought: Argo CD puts its mark on every object but these
 * (`kube.IsCRD` in reposerver/repository/repository.go).
 */
function definitionsOfGit({ objects }: Inventory): Set<string> {
  const applications = objects.filter(
    ({ kind, apiVersion }) => kind === "Application" && groupOf(apiVersion) === "argoproj.io",
  );
  const resources = applications.flatMap((one) => records(valueAt(one, ["status", "resources"])));
  const definitions = resources.filter(({ kind }) => kind === "CustomResourceDefinition");
  return new Set(definitions.map(({ name }) => textOf(name)));
}

/** Empty for any other object. */
function nameOfDefinition({ kind, metadata }: Manifest): string {
  return kind === "CustomResourceDefinition" ? metadata.name : "";
}

function isPlaceless({ kind, metadata }: Manifest): boolean {
  return metadata.namespace === undefined && kind !== "Namespace";
}

/** The kind that a CustomResourceDefinition defines; nothing for any other object. */
function definedBy(object: Manifest): string {
  if (object.kind !== "CustomResourceDefinition") return "";
  return `${textOf(valueAt(object, ["spec", "group"]))}/${textOf(valueAt(object, ["spec", "names", "kind"]))}`;
}

function kindOf(apiVersion: string, kind: string): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** A token of a service account is the cluster's that has issued it. */
function isDerived({ apiVersion, kind, metadata: { annotations = {} } }: Manifest): boolean {
  if (groupOf(apiVersion) !== "") return false;
  return (
    kind === "PersistentVolume" ||
    (kind === "Secret" && annotations["kubernetes.io/service-account.name"] !== undefined)
  );
}

/** Velero does not bring back Jobs and pods that are over (`isCompleted` in pkg/restore/restore.go of Velero 1.18). */
function hasEnded(object: Manifest): boolean {
  if (object.kind === "Pod") return ["Succeeded", "Failed"].includes(String(valueAt(object, ["status", "phase"])));
  return object.kind === "Job" && isOver(object as V1Job);
}
