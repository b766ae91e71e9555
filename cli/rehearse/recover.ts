/**
 * Takes up what a killed or failed run left: ends its engine, lifts its lock, puts Helm's releases right, and finds each
 * resource that was being made in the cloud or on the cluster, so that the next `up` neither makes it twice nor fails on
 * its name. What a half-done teardown has removed is then known to be gone.
 */
import { isDeepStrictEqual } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { connect, type Clients } from "../kubernetes";
import { killEngines } from "./engine";
import { awaitDeletions, findObject, isObject } from "./recoverObjects";
import { deleteLost, lostRecords } from "./recoverLost";
import { idOf, isRelease, settleReleases } from "./recoverReleases";
import { clusterKubeconfig, type StateResource } from "./state";
import type { Say } from "./up";

export interface Recovery {
  stack: Stack;
  /** The rehearsal's. */
  directory: string;
  /** What the cloud has now. */
  cloud(): CloudRecord[];
  /** Helm's program. */
  helm: string;
  /** What it takes to reach the cluster: `SimulatorReady.environment`. */
  environment: Record<string, string>;
  /** Gets a line for people about each thing done. */
  say: Say;
}

interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
}

export async function recover({ stack, directory, cloud, helm, environment, say }: Recovery): Promise<void> {
  killEngines(directory);
  // Lifts the lock that a killed engine leaves on the state; without one it does nothing.
  await stack.cancel().catch(() => undefined);

  const state = await stack.exportStack();
  const deployment = state.deployment as Deployment;
  const { resources = [], pending_operations = [] } = deployment;
  if (resources.length === 0 && pending_operations.length === 0) return;

  const creating = pending_operations.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const kubeconfig = clusterKubeconfig(resources);
  const cluster = kubeconfig === undefined ? undefined : await reach(kubeconfig, environment["HTTPS_PROXY"]);
  let deployed = new Set<string>();
  if (kubeconfig !== undefined && cluster) {
    await awaitDeletions(cluster, resources, say);
    deployed = await settleReleases({ helm, kubeconfig, environment, directory, resources, creating, say });
  }

  const known = new Set(resources.map(({ type, id }) => `${type} ${id}`));
  const records = cloud().filter(({ type, id }) => !known.has(`${type} ${id}`));
  const adopted: StateResource[] = [];
  for (const resource of creating) {
    const found = await find(resource, { records, cluster, deployed });
    const name = `${resource.type} ${resource.urn.split("::").at(-1)}`;
    say(found ? `${name} had been made: adopted ${found.id}` : `${name} had not been made: it will be`);
    if (found && !known.has(`${resource.type} ${found.id}`)) adopted.push({ ...resource, ...found });
  }
  if (pending_operations.length > 0) {
    // `pulumi refresh --import-pending-creates` is meant for this, but drops the resources (3.220): the state is mended.
    const replaced = new Set(adopted.map(({ urn }) => urn));
    const kept = resources.map((resource) => (replaced.has(resource.urn) ? { ...resource, delete: true } : resource));
    await stack.importStack({
      ...state,
      deployment: { ...deployment, resources: [...kept, ...adopted], pending_operations: [] },
    });
  }
  const lost = lostRecords(stack.name, cloud(), [...resources, ...adopted]);
  if (lost.length > 0) await deleteLost(stack, lost, say);
  say("comparing what is remembered with what is there");
  await stack.refresh({ onOutput: () => undefined });
}

/** Undefined where there is no such cluster any more: it goes last in a teardown. */
async function reach(kubeconfig: string, proxyUrl: string | undefined): Promise<Clients | undefined> {
  const clients = connect(kubeconfig, proxyUrl);
  try {
    await clients.core.listNamespace({ limit: 1 });
    return clients;
  } catch {
    return undefined;
  }
}

async function find(
  resource: StateResource,
  { records, cluster, deployed }: { records: CloudRecord[]; cluster: Clients | undefined; deployed: Set<string> },
): Promise<Pick<StateResource, "id" | "outputs"> | undefined> {
  if (isObject(resource)) return cluster && findObject(cluster, resource);
  const release = isRelease(resource) ? idOf(resource.inputs) : undefined;
  const id = release === undefined ? findCreated(resource, records) : [...deployed].find((one) => one === release);
  return id === undefined ? undefined : { id };
}

/**
 * The id of the resource that an interrupted creation made, found as a person would: by its name, else by its tags,
 * else (associations, routes, attachments have neither) by all of its inputs. Undefined where none or several fit.
 */
export function findCreated(
  create: Pick<StateResource, "type" | "inputs">,
  records: CloudRecord[],
): string | undefined {
  const candidates = records.filter(({ type }) => type === create.type);
  const wanted = create.inputs ?? {};
  const key = isGrant(create.type) ? undefined : nameKeys.find((name) => typeof wanted[name] === "string");
  const tags = wanted["tags"] as Record<string, string> | undefined;
  const fits = candidates.filter(({ inputs }) => {
    if (key) return sameNames(inputs, wanted);
    if (tags?.["Name"]) return isDeepStrictEqual(inputs["tags"], tags);
    return isDeepStrictEqual(withoutDefaults(inputs), withoutDefaults(wanted));
  });
  return fits.length === 1 ? fits[0]?.id : undefined;
}

const nameKeys = ["name", "bucket", "nodeGroupName", "addonName", "accountId", "roleId"];

/** A grant is told apart by all that is in it: its resource's name is not its own. */
const isGrant = (type: string): boolean => /:\w*I[Aa][Mm]Member$/.test(type);

/** Some names are unique only within another resource: a node group's in its cluster. */
function sameNames(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return [...nameKeys, "clusterName"].every((key) => one[key] === other[key]);
}

function withoutDefaults(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__defaults"));
}
