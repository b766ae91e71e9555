/**
 * Pods that wait for the files of their volumes: restored beforehand, on their nodes, with their disks attached and empty.
 * Velero's own init container holds them, so Velero's own agents serve them (`restore-wait`,
 * pkg/restore/actions/pod_volume_restore_action.go of Velero 1.18); only when the files come is said by somebody else.
 */
import type { V1Container, V1Pod, V1SecurityContext } from "@kubernetes/client-node";
import { present, type Clients } from "../kubernetes";
import { exactly } from "../migrate/plan/maps";
import type { ResourceModifierRule } from "../migrate/plan/plan";
import { until, VeleroError } from "./client";
import { veleroNamespace, type PodVolumeBackup } from "./objects";

/** A pod of a backup, and those of its volumes that have files there. */
export interface HeldPod {
  namespace: string;
  name: string;
  volumes: string[];
}

const helper = "restore-wait";
/** Of before Velero 1.11. */
const helpers = [helper, "restic-wait"];

/** Volumes without a file have nothing to wait for: Velero takes no snapshot of them. */
export function heldBy(volumes: PodVolumeBackup[]): HeldPod[] {
  const pods = new Map<string, HeldPod>();
  for (const { spec, status } of volumes) {
    if (status?.snapshotID === undefined || status.snapshotID === "") continue;
    const { namespace, name } = spec.pod;
    const pod = pods.get(`${namespace}/${name}`) ?? { namespace, name, volumes: [] };
    pod.volumes.push(spec.volume);
    pods.set(`${namespace}/${name}`, pod);
  }
  return [...pods.values()];
}

/**
 * Rules of a restore by which these pods wait.
 * @param key name of the file that ends the waiting, `.velero/<key>` in each volume: a uid of who owns the volumes' restores.
 * @throws VeleroError where a pod is not there any more.
 */
export async function holdRules(
  source: Clients,
  target: Clients,
  { held, key }: { held: HeldPod[]; key: string },
): Promise<ResourceModifierRule[]> {
  if (held.length === 0) return [];
  const image = await imageOf(target);
  return Promise.all(
    held.map(async (one) => {
      const { namespace, name } = one;
      const pod = await present(source.core.readNamespacedPod({ namespace, name }));
      if (!pod) throw new VeleroError(`The pod ${namespace}/${name} is gone since it was backed up. Run it again.`);
      return holdRule(pod, one, { key, image });
    }),
  );
}

/** Velero takes init containers of its own out of what it restores before rules are applied. */
export function holdRule(
  pod: V1Pod,
  { namespace, name, volumes }: HeldPod,
  { key, image }: { key: string; image: string },
): ResourceModifierRule {
  const container: V1Container = {
    name: helper,
    image,
    command: ["/velero-restore-helper"],
    args: [key],
    env: ["namespace", "name"].map((field) => ({
      name: `POD_${field.toUpperCase()}`,
      valueFrom: { fieldRef: { fieldPath: `metadata.${field}` } },
    })),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "100m", memory: "128Mi" } },
    securityContext: securityOf(pod),
    volumeMounts: volumes.map((volume) => ({ name: volume, mountPath: `/restores/${volume}` })),
  };
  const hasOthers = (pod.spec?.initContainers ?? []).some((one) => !helpers.includes(one.name));
  const path = "/spec/initContainers";
  return {
    conditions: { groupResource: "pods", namespaces: [namespace], resourceNameRegex: exactly(name) },
    patches: [
      hasOthers
        ? { operation: "add", path: `${path}/0`, value: JSON.stringify(container) }
        : { operation: "add", path, value: JSON.stringify([container]) },
    ],
  };
}

/** As Velero chooses it: the user that wrote the files, as far as the pod names one. */
function securityOf({ spec }: V1Pod): V1SecurityContext {
  const own = spec?.containers[0]?.securityContext;
  if (own) return own;
  const { runAsUser, runAsGroup, runAsNonRoot } = spec?.securityContext ?? {};
  const user =
    runAsUser === undefined
      ? { runAsUser: 1000, runAsNonRoot: true }
      : {
          runAsUser,
          ...(runAsUser === 0 ? (runAsNonRoot === undefined ? {} : { runAsNonRoot }) : { runAsNonRoot: true }),
        };
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
    ...user,
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
  };
}

async function imageOf({ apps }: Clients): Promise<string> {
  const server = await apps.readNamespacedDeployment({ namespace: veleroNamespace, name: "velero" });
  const image = server.spec?.template.spec?.containers[0]?.image;
  if (image === undefined) throw new VeleroError("Velero's server names no image.");
  return image;
}

/**
 * Waits until each of them holds: on its node, its volumes mounted.
 * @throws VeleroError that names who does not by then.
 */
export async function awaitHeld(target: Clients, held: HeldPod[], timeoutSeconds: number): Promise<void> {
  let missing: string[] = [];
  const all = await until(timeoutSeconds, async () => {
    const pods = await Promise.all(held.map((one) => present(target.core.readNamespacedPod(one))));
    missing = held.filter((_, index) => !isHeld(pods[index])).map(({ namespace, name }) => `${namespace}/${name}`);
    return missing.length === 0 ? true : undefined;
  });
  if (!all)
    throw new VeleroError(`These pods do not wait for their volumes after ${timeoutSeconds} s: ${missing.join(", ")}`);
}

/** Velero's agents ask for the same before they bring files (`isInitContainerRunning`). */
export function isHeld(pod: V1Pod | undefined): boolean {
  return pod?.status?.initContainerStatuses?.some(({ name, state }) => name === helper && state?.running) ?? false;
}
