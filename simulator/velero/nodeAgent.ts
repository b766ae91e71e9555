/**
 * Velero's node agents. Their pods run nothing; this does what the agents' two controllers do, and runs Velero's own data
 * mover, `velero pod-volume backup|restore`, on the folders that stand for volumes. So the repository in the bucket is
 * Kopia's, written and read by Velero itself.
 *
 * Phases and fields: pkg/controller/pod_volume_{backup,restore}_controller.go of Velero 1.18.3. The agent there makes a
 * pod for each data mover; here the data mover runs as the agent's own pod.
 */
import {
  CoreV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type KubernetesListObject,
  type KubernetesObject,
  type V1Pod,
} from "@kubernetes/client-node";
import type { Disks } from "../controlplane/disks";
import { present } from "../controlplane/errors";
import type { StandInContext } from "../controlplane/standins";
import { awaitsRestore } from "../controlplane/standins/restores";
import { startLoop, type Again, type Loop, type LoopContext } from "../controlplane/standins/loop";
import { startWhenServed } from "../controlplane/standins/served";
import type { PodPrograms } from "../programs";
import { writeKubeconfig } from "./pod";

interface Options extends LoopContext {
  disks: Pick<Disks, "ofPod">;
  programs: Pick<PodPrograms, "once">;
  /** Path of Velero's program. */
  velero: string;
}

type Kind = "podvolumebackups" | "podvolumerestores";

interface PodVolume extends KubernetesObject {
  spec?: {
    node?: string;
    pod: { name: string; namespace: string };
    volume: string;
    cancel?: boolean;
  };
  status?: { phase?: string };
}

interface BackupResult {
  snapshotID?: string;
  emptySnapshot?: boolean;
  source?: { byPath?: string };
  totalBytes?: number;
  incrementalBytes?: number;
}

interface RestoreResult {
  totalBytes?: number;
}

const group = { group: "velero.io", version: "v1" };
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
/** Data movers at a time on one node, as Velero has it unless told: `loadConcurrency.globalConfig`. */
const concurrency = 1;
/** Seconds until an object that cannot be served yet is looked at again. */
const againSeconds = 1;

/** Serves volumes from when Velero's kinds are there; where its program is not, nobody does. */
export function startNodeAgents({ config, cluster, log, disks, programs, velero }: StandInContext): Loop[] {
  if (!disks || !programs || velero === undefined) return [];
  const options = { config, cluster, log, disks, programs, velero };
  const agents = new NodeAgents(options);
  return [
    startWhenServed(options, group.group, ["podvolumebackups", "podvolumerestores"], (kind) => agents.start(kind)),
  ];
}

class NodeAgents {
  private readonly core: CoreV1Api;
  private readonly custom: CustomObjectsApi;
  /** Uids of what this program has begun: what the watch says of them may be older than what is known here. */
  private readonly begun = new Set<string>();
  /** Data movers that run, by node. */
  private readonly busy = new Map<string, number>();

  constructor(private readonly options: Options) {
    this.core = options.config.makeApiClient(CoreV1Api);
    this.custom = options.config.makeApiClient(CustomObjectsApi);
  }

  start(kind: Kind): Loop {
    return startLoop<PodVolume>(
      this.options,
      `/apis/velero.io/v1/${kind}`,
      () => this.list(kind),
      (volume) => this.serve(kind, volume),
    );
  }

  private async list(plural: Kind): Promise<KubernetesListObject<PodVolume>> {
    return (await this.custom.listCustomObjectForAllNamespaces({
      ...group,
      plural,
    })) as KubernetesListObject<PodVolume>;
  }

  private async serve(kind: Kind, volume: PodVolume): Promise<Again> {
    const { spec, status, metadata } = volume;
    const phase = status?.phase ?? "";
    const uid = metadata?.uid ?? "";
    if (!spec || metadata?.deletionTimestamp || this.begun.has(uid)) return undefined;
    // One that is in progress and that nobody works on was cut off; the agent fails those when it starts.
    if (phase === "InProgress" || phase === "Accepted" || phase === "Prepared") {
      await this.end(kind, volume, { phase: "Failed", message: "the node agent was restarted while it worked on it" });
      return undefined;
    }
    if (phase !== "" && phase !== "New") return undefined;
    const pod = await present(this.core.readNamespacedPod({ ...spec.pod }));
    const node = spec.node ?? pod?.spec?.nodeName;
    if (kind === "podvolumerestores" && !(pod && awaitsRestore(pod))) return againSeconds;
    // A restored pod is served once it has a node, and its volume a disk.
    const folder = pod && node ? await this.options.disks.ofPod(pod, spec.volume) : undefined;
    const agent = node && folder ? await this.agentOn(node, metadata?.namespace ?? "") : undefined;
    if (!agent || folder === undefined || node === undefined) return againSeconds;
    const running = this.busy.get(node) ?? 0;
    if (running >= concurrency) return againSeconds;
    this.busy.set(node, running + 1);
    this.begun.add(uid);
    try {
      await this.move(kind, volume, agent, folder);
    } finally {
      this.busy.set(node, (this.busy.get(node) ?? 1) - 1);
    }
    return undefined;
  }

  /** The pod of the DaemonSet `node-agent` there; undefined where none is ready. */
  private async agentOn(node: string, namespace: string): Promise<V1Pod | undefined> {
    const { items } = await this.core.listNamespacedPod({
      namespace,
      labelSelector: "name=node-agent",
      fieldSelector: `spec.nodeName=${node},status.phase=Running`,
    });
    return items.find(({ status }) =>
      status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
    );
  }

  private async move(kind: Kind, volume: PodVolume, agent: V1Pod, folder: string): Promise<void> {
    const name = volume.metadata?.name ?? "";
    const backup = kind === "podvolumebackups";
    await this.patch(kind, volume, { phase: "InProgress", startTimestamp: now() });
    const { programs, velero } = this.options;
    const { code, log, words } = await programs.once(agent, {
      name,
      file: velero,
      arguments: [
        "pod-volume",
        backup ? "backup" : "restore",
        `--volume-path=${folder}`,
        `--pod-volume-${backup ? "backup" : "restore"}=${name}`,
        "--resource-timeout=10m",
      ],
      prepare: (root, _, access) => ({
        KUBECONFIG: writeKubeconfig(root, access),
        NODE_NAME: agent.spec?.nodeName ?? "",
        VELERO_NAMESPACE: agent.metadata?.namespace ?? "",
      }),
    });
    if (code !== 0) {
      await this.end(kind, volume, { phase: "Failed", message: words ?? `exit code ${code}; see ${log}` });
      return;
    }
    await this.end(kind, volume, backup ? backedUp(words) : restored(words));
  }

  private end(kind: Kind, volume: PodVolume, status: Record<string, unknown>): Promise<void> {
    return this.patch(kind, volume, { ...status, completionTimestamp: now() });
  }

  /** Velero's kinds have no status of their own to the API server: it is a field like others. */
  private async patch(plural: Kind, { metadata }: PodVolume, status: Record<string, unknown>): Promise<void> {
    const { name = "", namespace = "" } = metadata ?? {};
    await this.custom.patchNamespacedCustomObject({ ...group, plural, namespace, name, body: { status } }, merge);
  }
}

function backedUp(words: string | undefined): Record<string, unknown> {
  const { snapshotID, emptySnapshot, source, totalBytes = 0, incrementalBytes = 0 } = parse<BackupResult>(words);
  return {
    phase: "Completed",
    path: source?.byPath,
    snapshotID,
    incrementalBytes,
    progress: { totalBytes, bytesDone: totalBytes },
    ...(emptySnapshot ? { message: "volume was empty so no snapshot was taken" } : {}),
  };
}

function restored(words: string | undefined): Record<string, unknown> {
  const { totalBytes = 0 } = parse<RestoreResult>(words);
  return { phase: "Completed", progress: { totalBytes, bytesDone: totalBytes } };
}

function parse<Result>(words: string | undefined): Result {
  return JSON.parse(words ?? "{}") as Result;
}

/** RFC 3339 without fractions, as Kubernetes writes times. */
function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
