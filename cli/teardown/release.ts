/** What the cluster holds outside of itself, let go while what can let it go still runs. */
import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions, type KubernetesObject } from "@kubernetes/client-node";
import { isNotFound, present, type Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { ownNamespaces } from "./definitions";
import { deleteRestores } from "./restores";

export interface ReleaseOptions {
  /** The cluster was there before the stack and stays: what others have on it is not touched. */
  isShared: boolean;
  say: Say;
  /** Longest wait for the cluster to let go of what it holds. */
  timeoutSeconds: number;
}

const applications = { group: "argoproj.io", version: "v1alpha1", namespace: "argocd", plural: "applications" };

/**
 * Deletes the Applications, then LoadBalancer Services and volumes' claims, and waits until they are gone.
 * @throws Error where the cluster does not answer, or with what it still holds when the time is over.
 */
export async function release(clients: Clients, { isShared, say, timeoutSeconds }: ReleaseOptions): Promise<void> {
  await assertAnswers(clients);
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const applicationNames = await deleteApplications(clients);
    const held = applicationNames.length > 0 || isShared ? applicationNames : await deleteHolders(clients);
    if (held.length === 0) return isShared ? undefined : deleteRestores(clients);
    if (Date.now() > deadline) {
      throw new Error(
        `after ${timeoutSeconds} s the cluster still holds ${held.join(", ")}: look at their finalizers ` +
          `(kubectl describe), then run the teardown again`,
      );
    }
    say(`waiting for ${held.slice(0, 3).join(", ")}${held.length > 3 ? ` and ${held.length - 3} more` : ""}`);
    await sleep(1000);
  }
}

async function assertAnswers({ core }: Clients): Promise<void> {
  try {
    await core.listNamespace({ limit: 1 });
  } catch (error) {
    throw new Error(
      `the cluster does not answer, so what it holds in the cloud cannot be released: ${reasonOf(error)}. Nothing has ` +
        `been deleted. Run the teardown from where kubectl works; where the cluster is gone for good: ` +
        `PULUMI_K8S_DELETE_UNREACHABLE=true pulumi destroy`,
      { cause: error },
    );
  }
}

interface Application {
  metadata: { name: string; deletionTimestamp?: string; finalizers?: string[] };
  status?: { operationState?: { phase?: string } };
}

/**
 * Asks for the deletion of all Applications, without waiting for it: Argo CD, when it is started, neither syncs nor heals
 * what is being deleted.
 */
export async function askForDeletion({ custom }: Pick<Clients, "custom">): Promise<void> {
  const { items } = (await custom.listNamespacedCustomObject(applications)) as { items: Application[] };
  for (const { metadata } of items) {
    await present(custom.deleteNamespacedCustomObject({ ...applications, name: metadata.name }));
  }
}

/** Asks for the deletion of every Application, the root first so that it makes none again; those still there. */
async function deleteApplications({ custom }: Clients): Promise<string[]> {
  let items: Application[];
  try {
    ({ items } = (await custom.listNamespacedCustomObject(applications)) as { items: Application[] });
  } catch (error) {
    // No such kind: Argo CD was never installed, or is gone already.
    if (isNotFound(error)) return [];
    throw error;
  }
  const alive = items.filter(({ metadata }) => !metadata.deletionTimestamp);
  const root = alive.find(({ metadata }) => metadata.name === "root");
  for (const { metadata } of root ? [root] : alive) {
    // One that had nothing may have gone by itself since the list.
    await present(custom.deleteNamespacedCustomObject({ ...applications, name: metadata.name }));
  }
  // Argo CD deletes what an Application has deployed only when no sync goes on, and a sync waits for the health of what
  // is being deleted: for ever, unless it is ended as `argocd app terminate-op` does.
  const syncing = items.filter(
    ({ metadata, status }) => metadata.deletionTimestamp && status?.operationState?.phase === "Running",
  );
  for (const { metadata } of syncing) await endSync(custom, metadata.name);
  return items.map(({ metadata }) => `Application ${metadata.name}`);
}

async function endSync(custom: Clients["custom"], name: string): Promise<void> {
  const body = { status: { operationState: { phase: "Terminating" } } };
  try {
    const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    await custom.patchNamespacedCustomObject({ ...applications, name, body }, merge);
  } catch (error) {
    // It has gone meanwhile.
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Deletes what makes the cloud hold something for the cluster: LoadBalancer Services, claims of volumes. What is in the
 * stack's own namespaces is left to the stack, which removes it in its own order: a claim would wait for its pod.
 */
async function deleteHolders(clients: Clients): Promise<string[]> {
  const { core } = clients;
  const own = await ownNamespaces(clients);
  const isForeign = ({ metadata }: KubernetesObject) => !own.has(metadata?.namespace ?? "");
  const services = (await core.listServiceForAllNamespaces()).items.filter(isForeign);
  const claims = (await core.listPersistentVolumeClaimForAllNamespaces()).items.filter(isForeign);
  const holders = [
    ...services
      .filter(({ spec }) => spec?.type === "LoadBalancer")
      .map(({ metadata }) => ({ kind: "Service", metadata, remove: core.deleteNamespacedService.bind(core) })),
    ...claims.map(({ metadata }) => ({
      kind: "PersistentVolumeClaim",
      metadata,
      remove: core.deleteNamespacedPersistentVolumeClaim.bind(core),
    })),
  ];
  for (const { metadata, remove } of holders) {
    if (metadata?.deletionTimestamp) continue;
    await present<unknown>(remove({ name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" }));
  }
  return holders.map(({ kind, metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`);
}

/** The first line, without the request and its headers that the client's errors go on with. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
  return text.split("\n")[0] ?? "";
}
