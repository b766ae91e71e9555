/** The target's side: what was restored, checked against the source's own list, and brought to where its program finds it. */
import type { V1NodeSelector, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { isConflict, present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { runJob } from "../job";
import { StepError } from "../migration";
import type { ResourceModifierRule, VolumeFact } from "../plan/plan";
import type { Change } from "../writers";
import { copyJob, stagedName } from "./objects";
import { namespace, parts, type Part } from "./parts";
import { addBlocksScript, checkScript, replaceScript } from "./scripts";
import { letGo, removeStaged, type Blocks, type StagedPart } from "./stage";
import { podWith, switchOff, switchOn } from "./switch";

export interface FillRequest {
  /** Has promtool, and a shell. */
  image: string;
  /** What the plan says of the claims. */
  volumes: VolumeFact[];
  /** What it takes to switch a part that runs already; written down before. */
  changes: Change[];
  /** Whether this is all of the history, and no difference to what was brought before. */
  whole: boolean;
  timeoutSeconds: number;
}

/**
 * Fills the claim that a part's program will find, or has already: only Grafana and Alertmanager are stopped for it. What has
 * travelled is taken away.
 * @returns Prometheus' blocks that were brought; undefined for the others.
 * @throws StepError, JobError where a file is not as it was on the source: what the program has is as before.
 */
export async function fill(
  clients: Clients,
  staged: StagedPart,
  request: FillRequest,
  say: Say,
): Promise<Blocks | undefined> {
  const { image, volumes, changes, whole, timeoutSeconds } = request;
  const part = partOf(staged);
  const fact = volumes.find(({ claim, namespace: place }) => place === namespace && claim === part.claim);
  if (!fact) throw new StepError(`the plan knows no volume ${namespace}/${part.claim}: make a new one`);
  await ensureClaim(clients, staged, part, fact);
  const isHistory = part.name === "prometheus";
  let answer: string;
  try {
    const pod = isHistory ? await podWith(clients, part.claim) : undefined;
    if (!isHistory) await switchOff(clients, part, changes, timeoutSeconds);
    await letGo(clients, part, timeoutSeconds);
    const node = pod?.spec?.nodeName;
    const job = copyJob({
      ...{ part, verb: "bring", image, staged: true, timeoutSeconds },
      script: isHistory ? addBlocksScript : replaceScript,
      variables: { SHA256: staged.sha256, ...(isHistory ? { FRESH: whole && !pod ? "yes" : "no" } : {}) },
      ...(node === undefined ? {} : { node }),
    });
    answer = await runJob(clients, job, timeoutSeconds);
  } finally {
    if (!isHistory) await switchOn(clients, part, changes, say);
  }
  say(`${part.name}: ${staged.files} files are as on the source`);
  await removeStaged(clients, part, timeoutSeconds);
  return isHistory ? (JSON.parse(answer) as Blocks) : undefined;
}

/** What Prometheus' volume has of what was brought. */
export interface Checked extends Blocks {
  /** Blocks that are neither there nor in others. */
  missing: number;
}

/** @throws JobError where the volume cannot be read. */
export async function check(clients: Clients, image: string, timeoutSeconds: number): Promise<Checked> {
  const part = partOf({ name: "prometheus" });
  const node = (await podWith(clients, part.claim))?.spec?.nodeName;
  const job = copyJob({
    ...{ part, verb: "check", script: checkScript, image, staged: false, timeoutSeconds },
    ...(node === undefined ? {} : { node }),
  });
  return JSON.parse(await runJob(clients, job, timeoutSeconds)) as Checked;
}

/** Takes away what an attempt before has restored. */
export async function clearStaged(clients: Clients, timeoutSeconds: number): Promise<void> {
  for (const part of parts) await removeStaged(clients, part, timeoutSeconds);
}

/** Rules by which what is restored comes to where the volume of its program is already: a disk is in one zone. */
export async function besideTheirs(clients: Clients, staged: StagedPart[]): Promise<ResourceModifierRule[]> {
  const rules = await Promise.all(
    staged.map(async ({ name }): Promise<ResourceModifierRule[]> => {
      const required = await placeOf(clients, partOf({ name }).claim);
      if (!required) return [];
      const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
      return [
        {
          conditions: {
            groupResource: "pods",
            namespaces: [namespace],
            resourceNameRegex: `^${stagedName({ name })}$`,
          },
          mergePatches: [{ patchData: JSON.stringify({ spec: { affinity } }) }],
        },
      ];
    }),
  );
  return rules.flat();
}

async function placeOf({ core }: Clients, name: string): Promise<V1NodeSelector | undefined> {
  const claim = await present(core.readNamespacedPersistentVolumeClaim({ name, namespace }));
  const volume = claim?.spec?.volumeName;
  if (volume === undefined || volume === "") return undefined;
  return (await present(core.readPersistentVolume({ name: volume })))?.spec?.nodeAffinity?.required;
}

async function ensureClaim({ core }: Clients, staged: StagedPart, part: Part, fact: VolumeFact): Promise<void> {
  const { labels, annotations } = staged;
  const body: V1PersistentVolumeClaim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: part.claim, namespace, labels, annotations },
    spec: {
      accessModes: fact.accessModes,
      storageClassName: fact.targetClass,
      // As the chart writes it, which lays its own over the claim.
      resources: { requests: { storage: `${Math.ceil(fact.targetBytes / 2 ** 30)}Gi` } },
    },
  };
  try {
    await core.createNamespacedPersistentVolumeClaim({ namespace, body });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

function partOf({ name }: Pick<Part, "name">): Part {
  const found = parts.find((one) => one.name === name);
  if (!found) throw new StepError(`nothing of monitoring is called ${name}`);
  return found;
}
