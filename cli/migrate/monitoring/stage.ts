/** The source's side: what monitoring keeps, copied into claims that a backup can take as they are. */
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { isConflict, present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { until } from "../../velero/client";
import { formatBytes } from "../../velero/outcome";
import { runJob } from "../job";
import { StepError } from "../migration";
import type { Change } from "../writers";
import { copyJob, stagedClaim, stagedName, stagedPod } from "./objects";
import { namespace, parts, prometheusPort, type Part } from "./parts";
import { copyScript, snapshotScript } from "./scripts";
import { switchOff, switchOn } from "./switch";

/** Prometheus' blocks. */
export interface Blocks {
  blocks: number;
  /** Milliseconds since 1970, of the first sample and of the end after the last; 0 where there is no block. */
  from: number;
  to: number;
  samples: number;
}

/** What of one part is staged. Plain JSON. */
export interface StagedPart extends Partial<Blocks> {
  name: Part["name"];
  files: number;
  bytes: number;
  /** Of the list with the files' own checksums. */
  sha256: string;
  /** By which Helm knows the claim for its own. */
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface StageRequest {
  /** Has promtool, and a shell. */
  image: string;
  /** What it takes to switch each part; written down before. */
  changes: Change[];
  /** Blocks that end by then stay behind: milliseconds since 1970. */
  since: number;
  timeoutSeconds: number;
}

/** Parts that have a volume on the cluster, with their claims. */
export async function foundParts({ core }: Clients): Promise<{ part: Part; claim: V1PersistentVolumeClaim }[]> {
  const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace });
  return parts.flatMap((part) => {
    const claim = items.find(({ metadata, status }) => metadata?.name === part.claim && status?.phase === "Bound");
    return claim ? [{ part, claim }] : [];
  });
}

/**
 * Copies each part into a claim of its own, and has a pod hold that. The part's program is switched for as long as its copy
 * takes.
 * @throws StepError, JobError where something could not be copied: all programs serve as before.
 */
export async function stage(clients: Clients, request: StageRequest, say: Say): Promise<StagedPart[]> {
  const { image, changes, since, timeoutSeconds } = request;
  const staged: StagedPart[] = [];
  for (const { part, claim } of await foundParts(clients)) {
    await removeStaged(clients, part, timeoutSeconds);
    await clients.core.createNamespacedPersistentVolumeClaim({ namespace, body: stagedClaim(part, claim) });
    try {
      say(`copies what ${part.name} keeps`);
      const pod = await switchOff(clients, part, changes, timeoutSeconds);
      const address = pod?.status?.podIP;
      const node = pod?.spec?.nodeName;
      const job = copyJob({
        ...{ part, verb: "take", image, staged: true, timeoutSeconds },
        ...(address === undefined
          ? { script: copyScript }
          : {
              script: snapshotScript,
              variables: { API: `http://${address}:${prometheusPort}`, SINCE: String(since) },
            }),
        ...(node === undefined ? {} : { node }),
      });
      const found = JSON.parse(await runJob(clients, job, timeoutSeconds)) as Omit<StagedPart, "name">;
      say(`${part.name}: ${found.files} files, ${formatBytes(found.bytes)}`);
      staged.push({ ...found, name: part.name, ...helmsOwn(claim) });
    } finally {
      await switchOn(clients, part, changes, say);
    }
    await hold(clients, part, image, timeoutSeconds);
  }
  return staged;
}

/** Chart and program know what is theirs by these. */
function helmsOwn({ metadata }: V1PersistentVolumeClaim): Pick<StagedPart, "labels" | "annotations"> {
  const annotations = Object.entries(metadata?.annotations ?? {}).filter(([key]) => key.startsWith("meta.helm.sh/"));
  return { labels: metadata?.labels ?? {}, annotations: Object.fromEntries(annotations) };
}

/**
 * Prometheus' own, as it runs on the cluster: promtool has to read what this one writes. The variant without a shell has one
 * with it since 3.10 (https://github.com/prometheus/prometheus/pull/17876).
 * @throws StepError where none runs.
 */
export async function imageOf({ core }: Clients): Promise<string> {
  const labelSelector = "app.kubernetes.io/name=prometheus";
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  const containers = items.flatMap(({ spec }) => spec?.containers ?? []);
  const image = containers.find(({ name }) => name === "prometheus")?.image;
  if (image === undefined)
    throw new StepError(`no pod of Prometheus runs in ${namespace}: start it, and run this again`);
  return image.replace(/-distroless(?=@|$)/, "-busybox").replace(/@sha256:.*$/, "");
}

async function hold(clients: Clients, part: Part, image: string, timeoutSeconds: number): Promise<void> {
  const { core } = clients;
  try {
    await core.createNamespacedPod({ namespace, body: stagedPod(part, image) });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const place = { name: stagedName(part), namespace };
  const runs = await until(timeoutSeconds, async () =>
    (await core.readNamespacedPod(place)).status?.phase === "Running" ? true : undefined,
  );
  if (!runs) throw new StepError(`pod ${namespace}/${place.name} does not start: kubectl describe tells why`);
}

/** Takes away what travels, and waits until it is gone. */
export async function removeStaged(clients: Clients, part: Part, timeoutSeconds: number): Promise<void> {
  const { core } = clients;
  const place = { name: stagedName(part), namespace };
  await letGo(clients, part, timeoutSeconds);
  await present(core.deleteNamespacedPersistentVolumeClaim(place));
  const gone = await until(timeoutSeconds, async () =>
    (await present(core.readNamespacedPersistentVolumeClaim(place))) ? undefined : true,
  );
  if (!gone) throw new StepError(`claim ${namespace}/${place.name} does not go: kubectl describe tells who holds it`);
}

/** Ends the pod that holds the claim, which may be needed on another node. */
export async function letGo({ core }: Clients, part: Part, timeoutSeconds: number): Promise<void> {
  const place = { name: stagedName(part), namespace };
  await present(core.deleteNamespacedPod({ ...place, gracePeriodSeconds: 1 }));
  const gone = await until(timeoutSeconds, async () =>
    (await present(core.readNamespacedPod(place))) ? undefined : true,
  );
  if (!gone) throw new StepError(`pod ${namespace}/${place.name} does not end: kubectl describe tells why`);
}
