/** Volumes, claims, quotas and tokens (provider/pkg/await/awaiters.go). */
import { at, isRecord, numberAt } from "../objects";
import { notReady, ready, type Observation, type Readiness } from "./readiness";

const storageClassKind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };

export function checkPersistentVolume({ object }: Observation): Readiness {
  const phase = at(object, "status", "phase");
  return phase === "Available" || phase === "Bound" ? ready : notReady(`phase is ${String(phase)}`);
}

/** A claim whose class waits for its first consumer is done while it is still pending. */
export async function checkClaim({ api, object, previous }: Observation): Promise<Readiness> {
  const phase = at(object, "status", "phase");
  if (previous && phase === "Bound") return ready;
  const className = at(object, "spec", "storageClassName");
  const storageClass =
    typeof className === "string" && className ? await api.find(storageClassKind, undefined, className) : undefined;
  const wanted = storageClass?.volumeBindingMode === "WaitForFirstConsumer" ? "Pending" : "Bound";
  if (phase === wanted) return ready;
  return notReady(
    storageClass ? `phase is ${String(phase)}` : `no storage class found for "${String(object.metadata.name)}"`,
  );
}

export function checkQuota({ object }: Observation): Readiness {
  const wanted = at(object, "spec", "hard");
  const observed = at(object, "status", "hard");
  const isSame =
    isRecord(wanted) &&
    isRecord(observed) &&
    Object.keys(wanted).length === Object.keys(observed).length &&
    Object.entries(wanted).every(([name, quantity]) => observed[name] === quantity);
  return isSame ? ready : notReady("the quota is not enforced yet");
}

/** Only tokens are filled in by a controller. */
export function checkSecret({ object }: Observation): Readiness {
  if (object.type !== "kubernetes.io/service-account-token") return ready;
  const filled = isRecord(object.data) && Object.keys(object.data).length > 0;
  return filled ? ready : notReady("the token is not issued yet");
}

export function checkReplicationController({ object }: Observation): Readiness {
  const wanted = at(object, "spec", "replicas");
  const available = numberAt(object, ["status", "availableReplicas"]);
  return wanted === available ? ready : notReady(`${available} of ${String(wanted)} replicas are available`);
}
