/** Pods, and what their failures say (provider/pkg/await/pod.go and checker/pod/check.go). */
import { at, conditions, isOwnedBy, isRecord, listAt, type KubernetesObject, text } from "../objects";
import { notReady, ready, type Observation, type Readiness } from "./readiness";

const podKind = { apiVersion: "v1", kind: "Pod" };

export function checkPod({ object }: Observation): Readiness {
  const messages = podMessages(object);
  const isTrue = (type: string) => conditions(object).some((found) => found.type === type && found.status === "True");
  const done = at(object, "status", "phase") === "Succeeded";
  const complete = isTrue("PodScheduled") && isTrue("Initialized") && (isTrue("Ready") || done);
  return complete ? ready : notReady(...messages);
}

/** Messages of all pods that `owner` made. */
export async function messagesOfPods({ api }: Observation, owner: KubernetesObject): Promise<string[]> {
  const pods = await api.list(podKind, owner.metadata.namespace);
  return pods.filter((pod) => isOwnedBy(pod, owner)).flatMap(podMessages);
}

export function podMessages(pod: KubernetesObject): string[] {
  const { namespace, name } = pod.metadata;
  const label = namespace && namespace !== "default" ? `${namespace}/${String(name)}` : String(name);
  const found = (type: string) => conditions(pod).find((condition) => condition.type === type);
  const scheduled = found("PodScheduled");
  if (scheduled?.status !== "True") {
    return scheduled?.reason && scheduled.message ? [scheduled.message] : [];
  }
  const isDone = at(pod, "status", "phase") === "Succeeded";
  const waiting = [found("Initialized"), found("Ready")].find((condition) => condition && condition.status !== "True");
  if (!waiting || isDone) return [];
  const errors = listAt(pod, "status", "containerStatuses").flatMap(containerErrors);
  if (errors.length === 0 && !waiting.message) return [];
  const reason = waiting.reason && waiting.message ? waiting.message : "";
  return [`[Pod ${label}]: ${reason}${errors.join("\n")}`];
}

function containerErrors(status: unknown): string[] {
  if (!isRecord(status) || status.ready === true) return [];
  const waiting = at(status, "state", "waiting");
  const terminated = at(status, "state", "terminated");
  const last = at(status, "lastState", "terminated");
  const errors: string[] = [];
  if (isRecord(waiting) && waiting.reason !== "ContainerCreating") {
    errors.push(`[${String(waiting.reason)}] ${text(waiting.message)}`);
  }
  if (isRecord(terminated) && terminated.reason) {
    errors.push(
      terminated.message
        ? `[${text(terminated.reason)}] ${text(terminated.message)}`
        : `container "${String(status.name)}" completed with exit code ${String(terminated.exitCode)}`,
    );
  }
  if (isRecord(last)) {
    const when = String(last.finishedAt);
    errors.push(
      `container "${String(status.name)}" terminated at ${when} (${String(last.reason)}: exit code ${String(last.exitCode)})`,
    );
  }
  return errors;
}
