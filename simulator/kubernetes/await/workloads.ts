/**
 * When a rollout is complete: Deployments, StatefulSets, DaemonSets and Jobs (deployment.go, statefulset.go,
 * daemonset.go, job.go of provider/pkg/await).
 */
import { annotation, at, conditions, isOwnedBy, listAt, numberAt, type KubernetesObject, text } from "../objects";
import { messagesOfPods } from "./pods";
import { notReady, ready, type Observation, type Readiness } from "./readiness";

const revisionOf = (object: unknown) => annotation(object, "deployment.kubernetes.io/revision") ?? "";
const replicaSetKind = { apiVersion: "apps/v1", kind: "ReplicaSet" };
const claimKind = { apiVersion: "v1", kind: "PersistentVolumeClaim" };

/** The controller has seen the newest specification. */
function isObserved(object: KubernetesObject): boolean {
  return at(object, "status", "observedGeneration") === object.metadata.generation;
}

/**
 * The deployment is available, its controller has finished the rollout, the ReplicaSet of the present revision has
 * all its pods ready, and every claim that the pods mount is bound.
 */
export async function checkDeployment(observation: Observation): Promise<Readiness> {
  const { api, object } = observation;
  if (!isObserved(object)) return notReady("Minimum number of live Pods was not attained");
  const revision = revisionOf(object);
  const sets = await api.list(replicaSetKind, object.metadata.namespace);
  const current = sets.find((set) => isOwnedBy(set, object) && revisionOf(set) === revision);
  const unbound = await unboundClaims(observation);
  const found = (type: string) => conditions(object).find((condition) => condition.type === type);
  const progressing = found("Progressing");
  const available = found("Available");
  const isRolledOut = progressing?.status === "True" && progressing.reason === "NewReplicaSetAvailable";
  const isAvailable = available?.status === "True";
  const isFirst = revision === "1";

  const wanted = current ? numberAt(current, ["spec", "replicas"], 1) : 1;
  const isSetReady = current !== undefined && numberAt(current, ["status", "readyReplicas"]) >= wanted;

  if (isAvailable && isSetReady && unbound.length === 0 && (isFirst || isRolledOut)) return ready;
  const reasons = [progressing, available]
    .filter((condition) => condition && condition.status !== "True" && condition.reason && condition.message)
    .map((condition) => `[${condition?.reason}] ${condition?.message}`);
  if (unbound.length > 0) reasons.push(`Failed to bind PersistentVolumeClaim(s): "${unbound.join(",")}"`);
  if (!isAvailable) reasons.push("Minimum number of live Pods was not attained");
  else if (isFirst ? !isSetReady : !isRolledOut) {
    reasons.push("Minimum number of Pods to consider the application live was not attained");
  } else if (!isSetReady) {
    reasons.push("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live");
  }
  return notReady(...reasons, ...(current ? await messagesOfPods(observation, current) : []));
}

async function unboundClaims({ api, object }: Observation): Promise<string[]> {
  const names = listAt(object, "spec", "template", "spec", "volumes")
    .map((volume) => at(volume, "persistentVolumeClaim", "claimName"))
    .filter((name) => typeof name === "string");
  const unbound: string[] = [];
  for (const name of names) {
    const claim = await api.find(claimKind, object.metadata.namespace, name);
    // A claim that is not there shows in the pods: they are not scheduled.
    if (claim && at(claim, "status", "phase") !== "Bound") unbound.push(name);
  }
  return unbound;
}

/** All replicas are ready and of one revision; with `OnDelete` an old revision may stay. */
export async function checkStatefulSet(observation: Observation): Promise<Readiness> {
  const { object } = observation;
  const wanted = numberAt(object, ["spec", "replicas"]);
  const status = (field: string) => numberAt(object, ["status", field]);
  const currentRevision = text(at(object, "status", "currentRevision"));
  const updateRevision = text(at(object, "status", "updateRevision"));
  const isOnDelete =
    (object.metadata.generation ?? 0) > 1 && at(object, "spec", "updateStrategy", "type") === "OnDelete";
  const isStale = numberAt(object, ["status", "observedGeneration"]) < (object.metadata.generation ?? 0);
  const areReady =
    !isStale &&
    status("replicas") === wanted &&
    status("readyReplicas") === wanted &&
    (isOnDelete || status("currentReplicas") === wanted);
  const isOneRevision = !isStale && (isOnDelete || (currentRevision !== "" && currentRevision === updateRevision));
  if (areReady && isOneRevision) return ready;
  const counted = isOneRevision
    ? status("readyReplicas")
    : Math.min(status("readyReplicas"), status("updatedReplicas"));
  const reasons: string[] = [];
  if (!areReady) reasons.push(`${counted} out of ${wanted} replicas succeeded readiness checks`);
  if (!isOneRevision) {
    reasons.push(
      `StatefulSet controller failed to advance from revision "${currentRevision}" to revision "${updateRevision}"`,
    );
  }
  return notReady(...reasons, ...(await messagesOfPods(observation, object)));
}

/** kstatus' rules (sigs.k8s.io/cli-utils/pkg/kstatus/status, daemonsetConditions). */
export async function checkDaemonSet(observation: Observation): Promise<Readiness> {
  const { object } = observation;
  const desired = at(object, "status", "desiredNumberScheduled");
  const status = (field: string) => numberAt(object, ["status", field]);
  const behind = ["currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"]
    .filter(
      (field) => field !== "updatedNumberScheduled" || at(object, "spec", "updateStrategy", "type") !== "OnDelete",
    )
    .find((field) => typeof desired !== "number" || status(field) < desired);
  if (isObserved(object) && typeof desired === "number" && !behind) return ready;
  const reason =
    typeof desired === "number" && behind
      ? `${behind}: ${status(behind)}/${desired}`
      : "Missing .status.desiredNumberScheduled";
  return notReady(reason, ...(await messagesOfPods(observation, object)));
}

export async function checkJob(observation: Observation): Promise<Readiness> {
  const { object } = observation;
  const failed = conditions(object).find(({ type, status }) => type === "Failed" && status === "True");
  if (failed) return notReady(`[${failed.reason}] ${failed.message}`);
  const isComplete = conditions(object).some(({ type, status }) => type === "Complete" && status === "True");
  if (at(object, "status", "startTime") && isComplete) return ready;
  const count = (field: string) => numberAt(object, ["status", field]);
  const progress = `(Active: ${count("active")} | Succeeded: ${count("succeeded")} | Failed: ${count("failed")})`;
  return notReady(
    `Waiting for Job "${String(object.metadata.name)}" to succeed ${progress}`,
    ...(await messagesOfPods(observation, object)),
  );
}
