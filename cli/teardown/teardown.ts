/**
 * Takes a stack down in the order that leaves nothing behind: what Argo CD made goes while Argo CD can still remove it,
 * what controllers made in the cloud (load balancers, disks) goes while those controllers run, then the stack itself.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import type { Stack } from "@pulumi/pulumi/automation";
import { connect, type Clients } from "../kubernetes";
import { deleteDefinitions, ownDefinitions, ownNamespaces } from "./definitions";

export interface TeardownOptions {
  /** Lifts production's protection of cluster, network and buckets first, by setting `protect` to false. */
  unprotect: boolean;
  /** HTTP proxy to the API server, where it is not reached directly. */
  proxyUrl?: string;
  /** Told what is going on, a line at a time. */
  onProgress(line: string): void;
  /** Longest wait for the cluster to let go of what it holds. */
  timeoutSeconds: number;
}

const applications = { group: "argoproj.io", version: "v1alpha1", namespace: "argocd", plural: "applications" };

export async function teardown(stack: Stack, project: string, options: TeardownOptions): Promise<void> {
  const outputs = await stack.outputs();
  const kubeconfig = outputs["kubeconfig"]?.value as string | undefined;
  const isShared = outputs["cloud"]?.value === "local";
  const clients = kubeconfig ? connect(kubeconfig, options.proxyUrl) : undefined;
  if (clients) await release(clients, isShared, options);
  const definitions = clients && isShared ? await ownDefinitions(clients) : [];
  if (options.unprotect) {
    options.onProgress("lifting the protection");
    await stack.setConfig(`${project}:protect`, { value: "false" });
    await stack.up({ onOutput: () => undefined });
  }
  options.onProgress("destroying the stack");
  await stack.destroy({ onOutput: () => undefined });
  // Helm keeps some charts' definitions; a cluster that goes takes them along, one that stays must not have them.
  if (clients && isShared) await deleteDefinitions(clients, definitions);
}

/**
 * Deletes the Applications and waits until the cluster holds nothing outside of itself.
 * @param isShared the cluster was there before the stack and stays: what others have on it is not touched.
 */
async function release(clients: Clients, isShared: boolean, options: TeardownOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  for (;;) {
    const applicationNames = await deleteApplications(clients);
    const held = applicationNames.length > 0 || isShared ? applicationNames : await deleteHolders(clients);
    if (held.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(
        `after ${options.timeoutSeconds} s the cluster still holds ${held.join(", ")}: look at their finalizers ` +
          `(kubectl describe), then run the teardown again`,
      );
    }
    options.onProgress(
      `waiting for ${held.slice(0, 3).join(", ")}${held.length > 3 ? ` and ${held.length - 3} more` : ""}`,
    );
    await sleep(1000);
  }
}

interface Application {
  metadata: { name: string; deletionTimestamp?: string; finalizers?: string[] };
}

/** Asks for the deletion of every Application, the root first so that it makes none again; those still there. */
async function deleteApplications({ custom }: Clients): Promise<string[]> {
  let items: Application[];
  try {
    ({ items } = (await custom.listNamespacedCustomObject(applications)) as { items: Application[] });
  } catch (error) {
    // No such kind: Argo CD was never installed, or is gone already.
    if (statusCode(error) === 404) return [];
    throw error;
  }
  const alive = items.filter(({ metadata }) => !metadata.deletionTimestamp);
  const root = alive.find(({ metadata }) => metadata.name === "root");
  for (const { metadata } of root ? [root] : alive) {
    await custom.deleteNamespacedCustomObject({ ...applications, name: metadata.name });
  }
  return items.map(({ metadata }) => `Application ${metadata.name}`);
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
    await remove({ name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" });
  }
  return holders.map(({ kind, metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`);
}

function statusCode(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}
