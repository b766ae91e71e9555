/**
 * Takes up what a killed or failed run left: ends its engine, lifts its lock, and finds each resource that was being
 * made in the cloud, so that the next `up` neither makes it twice nor fails on its name.
 */
import { isDeepStrictEqual } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { killEngines } from "./engine";

/** A resource as the engine's state has it. */
interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
}

interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
}

/**
 * @param cloud what the cloud has now.
 * @returns a line for people about each thing done; empty where there was nothing to do.
 */
export async function recover(stack: Stack, directory: string, cloud: () => CloudRecord[]): Promise<string[]> {
  killEngines(directory);
  // Lifts the lock that a killed engine leaves on the state; without one it does nothing.
  await stack.cancel().catch(() => undefined);

  const state = await stack.exportStack();
  const deployment = state.deployment as Deployment;
  const { resources = [], pending_operations = [] } = deployment;
  if (pending_operations.length === 0) return [];
  const known = new Set(resources.map(({ type, id }) => `${type} ${id}`));
  const records = cloud().filter(({ type, id }) => !known.has(`${type} ${id}`));
  const creates = pending_operations
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => ({ resource, id: findCreated(resource, records) }));
  const adopted = creates.flatMap(({ resource, id }) => (id === undefined ? [] : [{ ...resource, id }]));
  // `pulumi refresh --import-pending-creates` is meant for this, but drops the resources (3.220): so the state is mended.
  await stack.importStack({
    ...state,
    deployment: { ...deployment, resources: [...resources, ...adopted], pending_operations: [] },
  });
  await stack.refresh();
  return creates.map(({ resource: { urn, type }, id }) => {
    const name = urn.split("::").at(-1);
    return id ? `${type} ${name} had been made: adopted ${id}` : `${type} ${name} had not been made: it will be`;
  });
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
  const key = nameKeys.find((name) => typeof wanted[name] === "string");
  const tags = wanted["tags"] as Record<string, string> | undefined;
  const fits = candidates.filter(({ inputs }) => {
    if (key) return sameNames(inputs, wanted);
    if (tags?.["Name"]) return isDeepStrictEqual(inputs["tags"], tags);
    return isDeepStrictEqual(withoutDefaults(inputs), withoutDefaults(wanted));
  });
  return fits.length === 1 ? fits[0]?.id : undefined;
}

const nameKeys = ["name", "bucket", "nodeGroupName", "addonName"];

/** Some names are unique only within another resource: a node group's in its cluster. */
function sameNames(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return [...nameKeys, "clusterName"].every((key) => one[key] === other[key]);
}

function withoutDefaults(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__defaults"));
}
