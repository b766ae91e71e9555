/**
 * A kubelet's look at what a pod names: its containers start when every Secret and ConfigMap is there, and its program
 * where one really runs, and say what is missing until then. KWOK cannot look at other objects, so its stages wait for the condition that is set here.
 */
import {
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Container,
  type V1Pod,
  type V1PodSpec,
} from "@kubernetes/client-node";
import { present } from "../errors";
import { referencesFound } from "../stages";
import type { StandInContext } from "./index";
import { awaitedRestore, clearRestore, waitingStatuses } from "./restores";
import { runOnce } from "../../programs/once";
import { shellCommand } from "../../programs/shell";
import { repositoryMaintenance } from "../../velero/maintenance";
import { startLoop, type Again, type Loop } from "./loop";

/** On a pod: its containers stay in this waiting state, `ImagePullBackOff` or `CrashLoopBackOff` for instance. */
export const failAnnotation = "simulator/fail";

/** A Secret or ConfigMap that must exist, with these keys. */
export interface Reference {
  kind: "secret" | "configmap";
  name: string;
  keys: string[];
  /** A missing volume leaves a container in creation; a missing variable is a configuration error. */
  by: "volume" | "environment";
}

export function startReferences(context: StandInContext): Loop[] {
  const core = context.config.makeApiClient(CoreV1Api);
  const maintenance = repositoryMaintenance(context.velero);
  const shell = shellCommand(context.shellCommands ?? [], context.disks);
  const run = runOnce(context, async (pod) => maintenance(pod) ?? (await shell(pod)));

  const reconcile = async (pod: V1Pod): Promise<Again> => {
    const { metadata, spec, status } = pod;
    const waits = status?.phase === "Pending" && status.podIP !== undefined && !metadata?.deletionTimestamp;
    const done = status?.conditions?.some(({ type, status }) => type === referencesFound && status === "True");
    if (!waits || done || !spec) return undefined;
    if (context.power?.isOff(spec.nodeName)) return 1;

    const failure = metadata?.annotations?.[failAnnotation];
    const missing = failure
      ? { reason: failure, message: `as the annotation ${failAnnotation} asks for` }
      : await firstMissing(core, metadata?.namespace ?? "", spec);
    const restore = missing ? undefined : await awaitedRestore(pod, context.disks);
    const problem = missing ?? restore ?? (await context.programs?.start(pod));
    if (!problem) await run(pod);
    if (problem && isToldAlready(pod, problem.reason, problem.message)) return 1;
    await core.patchNamespacedPodStatus(
      {
        name: metadata?.name ?? "",
        namespace: metadata?.namespace ?? "",
        body: {
          metadata: { uid: metadata?.uid },
          status: problem
            ? {
                ...(restore ? { initContainerStatuses: waitingStatuses(pod) } : {}),
                containerStatuses: spec.containers.map(({ name, image }) => ({
                  name,
                  image,
                  imageID: "",
                  ready: false,
                  started: false,
                  restartCount: 0,
                  state: { waiting: problem },
                })),
              }
            : { conditions: [{ type: referencesFound, status: "True", lastTransitionTime: new Date() }] },
        },
      },
      setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
    );
    if (problem) return 1;
    await clearRestore(pod, context.disks);
    return undefined;
  };

  return [startLoop(context, "/api/v1/pods", () => core.listPodForAllNamespaces(), reconcile)];
}

/** Everything that a kubelet looks for before it starts a pod; what is marked as optional is not among it. */
export function referencesOf(spec: V1PodSpec): Reference[] {
  const containers: V1Container[] = [...(spec.initContainers ?? []), ...spec.containers];
  const environment = containers.flatMap((container): (Reference | undefined)[] => [
    ...(container.env ?? []).flatMap(({ valueFrom }) => [
      reference("secret", "environment", valueFrom?.secretKeyRef, keysOf([valueFrom?.secretKeyRef])),
      reference("configmap", "environment", valueFrom?.configMapKeyRef, keysOf([valueFrom?.configMapKeyRef])),
    ]),
    ...(container.envFrom ?? []).flatMap(({ secretRef, configMapRef }) => [
      reference("secret", "environment", secretRef),
      reference("configmap", "environment", configMapRef),
    ]),
  ]);
  const volumes = (spec.volumes ?? []).flatMap(({ secret, configMap, projected }) => [
    reference(
      "secret",
      "volume",
      secret && { name: secret.secretName, optional: secret.optional },
      keysOf(secret?.items),
    ),
    reference("configmap", "volume", configMap, keysOf(configMap?.items)),
    ...(projected?.sources ?? []).flatMap((source) => [
      reference("secret", "volume", source.secret, keysOf(source.secret?.items)),
      reference("configmap", "volume", source.configMap, keysOf(source.configMap?.items)),
    ]),
  ]);
  return [...environment, ...volumes].filter((found) => found !== undefined);
}

function reference(
  kind: Reference["kind"],
  by: Reference["by"],
  source: { name?: string; optional?: boolean } | undefined,
  keys: string[] = [],
): Reference | undefined {
  if (source?.name === undefined || source.optional) return undefined;
  return { kind, by, name: source.name, keys };
}

function keysOf(items: ({ key: string } | undefined)[] | undefined): string[] {
  return (items ?? []).flatMap((item) => (item ? [item.key] : []));
}

/** What a kubelet says of the first reference that leads nowhere, in its own words. */
async function firstMissing(
  core: CoreV1Api,
  namespace: string,
  spec: V1PodSpec,
): Promise<{ reason: string; message: string } | undefined> {
  for (const { kind, name, keys, by } of referencesOf(spec)) {
    const reason = by === "volume" ? "ContainerCreating" : "CreateContainerConfigError";
    const found = await keysIn(core, kind, namespace, name);
    if (!found) return { reason, message: `${kind} "${name}" not found` };
    const missing = keys.find((key) => !found.has(key));
    if (missing) return { reason, message: `couldn't find key ${missing} in ${kind} ${namespace}/${name}` };
  }
  return undefined;
}

async function keysIn(
  core: CoreV1Api,
  kind: Reference["kind"],
  namespace: string,
  name: string,
): Promise<Set<string> | undefined> {
  if (kind === "secret") {
    const secret = await present(core.readNamespacedSecret({ name, namespace }));
    return secret && new Set(Object.keys(secret.data ?? {}));
  }
  const map = await present(core.readNamespacedConfigMap({ name, namespace }));
  return map && new Set(Object.keys({ ...map.data, ...map.binaryData }));
}

function isToldAlready({ status }: V1Pod, reason: string, message: string): boolean {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  return waiting?.reason === reason && waiting.message === message;
}
