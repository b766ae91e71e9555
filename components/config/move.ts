/** A stack's values under another cloud: what a move or a trial on another cloud starts from. */
import { regionFor } from "../regions";
import type { Cloud } from "./types";

/** Keys whose values name things of one cloud: machines, networks, principals, certificates. */
const bound = [
  ["nodes", "zones"],
  ["nodes", "instanceType"],
  ["nodes", "registries"],
  ["network", "existing"],
  ["network", "ddosProtection"],
  ["dns", "resourceGroup"],
  ["storage", "shared"],
  ["backup", "lock"],
  ["backup", "copyRegion"],
  ["access", "adminGroups"],
  ["access", "developerGroups"],
  ["access", "operationsGroups"],
  ["tls", "certificate"],
];

/** Keys of which the same is true as a whole. */
const boundGroups = ["maintenance", "migration"];

/**
 * The same values for `cloud`: its nearest region in place of the stack's own, without what names things of the former
 * cloud. Values that are of the cloud already come back unchanged; `local` has no region but a kubeconfig context, which
 * is left out.
 *
 * @param values by key without the project's prefix, as the stack's file has them.
 */
export function valuesFor(cloud: Cloud, values: Record<string, unknown>): Record<string, unknown> {
  const { cloud: former, region, ...rest } = values;
  if (former === cloud) return values;
  const from = { cloud: former as Cloud, region: String(region) };
  const place = cloud === "local" ? {} : { region: regionFor(cloud, from) };
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !boundGroups.includes(key)));
  const start: Record<string, unknown> = { cloud, ...place, ...kept };
  return bound.reduce((result, [group = "", name = ""]) => without(result, group, name), start);
}

function without(values: Record<string, unknown>, group: string, name: string): Record<string, unknown> {
  const holder = values[group];
  if (typeof holder !== "object" || holder === null || !(name in holder)) return values;
  return { ...values, [group]: Object.fromEntries(Object.entries(holder).filter(([key]) => key !== name)) };
}
