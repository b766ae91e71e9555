/**
 * Takes a stack down in the order that leaves nothing behind: a protected stack is refused or opened while it is whole;
 * what Argo CD made goes while Argo CD can still remove it, what controllers made in the cloud (load balancers, disks)
 * while those controllers run; then the stack itself. Every step finds out by itself what is still to be done: what was
 * interrupted is run again from the beginning.
 */
import type { Stack } from "@pulumi/pulumi/automation";
import { connect, type Clients } from "../kubernetes";
import type { Step } from "../rehearse/progress";
import { clusterKubeconfig } from "../rehearse/state";
import { destroy, type Say } from "../rehearse/up";
import { deleteDefinitions, markDefinitions } from "./definitions";
import { liftProtection, refuseProtected } from "./protection";
import { release } from "./release";
import { keepBackups, ownsCluster, protectedResources, resourcesOf } from "./state";

export interface TeardownOptions {
  /** Lifts production's protection of cluster, network, load balancer and backups. */
  unprotect: boolean;
  /** Deletes the backups too. Otherwise the bucket and what is in it stay in the cloud, and leave the stack. */
  deleteBackups: boolean;
  /** HTTP proxy to an API server, where it is not reached directly. */
  proxyFor(server: string): string | undefined;
  /** Longest wait for the cluster to let go of what it holds. */
  timeoutSeconds: number;
}

export interface Teardown {
  stack: Stack;
  project: string;
  options: TeardownOptions;
}

type Run = (teardown: Teardown, say: Say) => Promise<void>;

/** The steps in their order, for a display of them; each needs those before it. */
export function teardownSteps({ unprotect, deleteBackups }: TeardownOptions): Step<Teardown>[] {
  return [
    unprotect
      ? { name: "protection", title: "Lift the protection", run: openUp }
      : { name: "protection", title: "Nothing is protected", run: ({ stack }) => refuseProtected(stack) },
    { name: "release", title: "Delete Applications and what they hold in the cloud", run: letGo },
    {
      name: "destroy",
      title: deleteBackups ? "Destroy the stack and its backups" : "Destroy the stack, keep its backups",
      run: remove,
    },
  ];
}

/**
 * Takes a stack down.
 * @throws ProtectedError, before anything is touched.
 */
export async function teardown(context: Teardown, say: Say): Promise<void> {
  for (const { run } of teardownSteps(context.options)) await run(context, say);
}

const openUp: Run = async ({ stack, project }, say) => {
  if (await isProtected(stack)) await liftProtection(stack, project, say);
};

const letGo: Run = async ({ stack, options }, say) => {
  const cluster = await clusterOf(stack, options);
  if (cluster) await release(cluster.clients, { ...cluster, say, timeoutSeconds: options.timeoutSeconds });
};

const remove: Run = async ({ stack, options }, say) => {
  const cluster = await clusterOf(stack, options);
  const shared = cluster?.isShared ? cluster.clients : undefined;
  // Helm keeps some charts' definitions; a cluster that goes takes them along, one that stays must not have them.
  if (shared) await markDefinitions(shared);
  await keepBackups(stack, !options.deleteBackups);
  await destroy(stack, say);
  if (shared) await deleteDefinitions(shared);
};

async function isProtected(stack: Stack): Promise<boolean> {
  return protectedResources(await resourcesOf(stack)).length > 0;
}

/** Undefined once the cluster has been left: the provider goes after the last object, and before the cluster itself. */
async function clusterOf(
  stack: Stack,
  { proxyFor }: TeardownOptions,
): Promise<{ clients: Clients; isShared: boolean } | undefined> {
  const resources = await resourcesOf(stack);
  const kubeconfig = clusterKubeconfig(resources);
  if (kubeconfig === undefined) return undefined;
  return { clients: connect(kubeconfig, proxyFor), isShared: !ownsCluster(resources) };
}
