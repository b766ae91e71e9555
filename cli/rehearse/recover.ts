/**
 * Takes up what a killed or failed run left: ends its engine, lifts its lock, and finds each resource that was being
 * made in the cloud, so that the next `up` neither makes it twice nor fails on its name.
 */
import { isDeepStrictEqual } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { killEngines, runPulumi } from "./engine";

export interface PendingCreate {
  urn: string;
  type: string;
  inputs: Record<string, unknown>;
}

interface Deployment {
  resources?: { id?: string; type: string }[];
  pending_operations?: { type: string; resource: { urn: string; type: string; inputs?: Record<string, unknown> } }[];
}

/**
 * @param cloud what the cloud has now.
 * @returns a line for people about each thing done; empty where there was nothing to do.
 */
export async function recover(stack: Stack, directory: string, cloud: () => CloudRecord[]): Promise<string[]> {
  killEngines(directory);
  // Lifts the lock that a killed engine leaves on the state; without one it does nothing.
  await stack.cancel().catch(() => undefined);

  const { resources = [], pending_operations = [] } = (await stack.exportStack()).deployment as Deployment;
  if (pending_operations.length === 0) return [];
  const creates = pending_operations
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => ({ urn: resource.urn, type: resource.type, inputs: resource.inputs ?? {} }));
  const known = new Set(resources.map(({ type, id }) => `${type} ${id}`));
  const records = cloud().filter(({ type, id }) => !known.has(`${type} ${id}`));
  const found = creates.flatMap((create) => {
    const id = findCreated(create, records);
    return id === undefined ? [] : [{ ...create, id }];
  });
  await runPulumi(stack, [
    "refresh",
    "--yes",
    "--skip-preview",
    "--clear-pending-creates",
    ...found.flatMap(({ urn, id }) => ["--import-pending-creates", urn, "--import-pending-creates", id]),
  ]);
  const adopted = new Map(found.map(({ urn, id }) => [urn, id]));
  return creates.map(({ urn, type }) => {
    const id = adopted.get(urn);
    const name = urn.split("::").at(-1);
    return id ? `${type} ${name} had been made: adopted ${id}` : `${type} ${name} had not been made: it will be`;
  });
}

/**
 * The id of the resource that an interrupted creation made, found as a person would: by its name, else by its tags,
 * else (associations, routes, attachments have neither) by all of its inputs. Undefined where none or several fit.
 */
export function findCreated(create: PendingCreate, records: CloudRecord[]): string | undefined {
  const candidates = records.filter(({ type }) => type === create.type);
  const key = nameKeys.find((name) => typeof create.inputs[name] === "string");
  const tags = create.inputs["tags"] as Record<string, string> | undefined;
  const fits = candidates.filter(({ inputs }) => {
    if (key) return inputs[key] === create.inputs[key] && sameScope(inputs, create.inputs);
    if (tags?.["Name"]) return isDeepStrictEqual(inputs["tags"], tags);
    return isDeepStrictEqual(withoutDefaults(inputs), withoutDefaults(create.inputs));
  });
  return fits.length === 1 ? fits[0]?.id : undefined;
}

const nameKeys = ["name", "clusterName", "bucket", "nodeGroupName", "addonName"];

/** Some names are unique only within another resource: a node group's in its cluster. */
function sameScope(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return nameKeys.every((key) => one[key] === other[key]);
}

function withoutDefaults(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__defaults"));
}
