/** Making a program's files ready to be copied, and its program serve again afterwards. */
import type { V1Pod } from "@kubernetes/client-node";
import { present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { until } from "../../velero/client";
import { StepError } from "../migration";
import type { Change } from "../writers";
import { make, takeBack } from "../writers/apply";
import { valueOf } from "../writers/change";
import { namespace, prometheusSet, type Part } from "./parts";

const pause = 500;

/** What switching the parts changes, with what it was: nothing for what is not there, or is so already. */
export async function changesOf({ objects }: Clients, parts: Part[]): Promise<Change[]> {
  const changes = await Promise.all(
    parts.map(async ({ change }): Promise<Change[]> => {
      const { apiVersion, kind, name, path, to } = change;
      const object = await present(objects.read({ apiVersion, kind, metadata: { name, namespace } }));
      const from = valueOf(object, path);
      return object && from !== to ? [{ ...change, phase: "controllers", namespace, from }] : [];
    }),
  );
  return changes.flat();
}

/**
 * Makes the part's change, and waits for its effect.
 * @returns the pod that has the claim mounted: Prometheus', that takes snapshots; undefined where none is left.
 * @throws StepError where that takes too long.
 */
export async function switchOff(
  clients: Clients,
  part: Part,
  changes: Change[],
  timeoutSeconds: number,
): Promise<V1Pod | undefined> {
  const change = changeOf(part, changes);
  if (change) await make(clients, change);
  const found = await until(timeoutSeconds, () => readiness(clients, part), pause);
  if (!found) throw new StepError(`${part.name} in ${namespace} is not ready to be copied after ${timeoutSeconds} s`);
  return found.pod;
}

/** What is not there, or was not changed, stays as it is. */
export async function switchOn(clients: Clients, part: Part, changes: Change[], say: Say): Promise<void> {
  const change = changeOf(part, changes);
  if (change) await takeBack(clients, [change], say);
}

function changeOf({ change: { kind, name } }: Part, changes: Change[]): Change | undefined {
  return changes.find((one) => one.kind === kind && one.name === name);
}

async function readiness(clients: Clients, part: Part): Promise<{ pod?: V1Pod } | undefined> {
  const pod = await podWith(clients, part.claim);
  if (part.name !== "prometheus") return pod ? undefined : {};
  const set = await present(clients.apps.readNamespacedStatefulSet({ name: prometheusSet, namespace }));
  if (!set) return {};
  const { status, metadata, spec } = set;
  const isNew =
    status?.observedGeneration === metadata?.generation && status?.currentRevision === status?.updateRevision;
  const isReady = pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  const answers = spec?.template.spec?.containers.some(({ args }) => args?.includes("--web.enable-admin-api"));
  return pod && isNew && isReady && answers && !pod.metadata?.deletionTimestamp ? { pod } : undefined;
}

/** Not over, with the claim mounted; those that travel are not among them. */
export async function podWith({ core }: Clients, claimName: string): Promise<V1Pod | undefined> {
  const { items } = await core.listNamespacedPod({ namespace });
  return items.find(
    ({ spec, status }) =>
      !["Succeeded", "Failed"].includes(status?.phase ?? "") &&
      spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claimName),
  );
}
