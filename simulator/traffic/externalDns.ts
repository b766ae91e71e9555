/**
 * What external-dns changes in a zone: names that its cluster has come, follow their load balancer, and go (policy `sync`). It
 * touches nothing but what is its own by a TXT record beside it.
 *
 * Source: plan/plan.go, registry/txt/registry.go and provider/aws/aws.go of github.com/kubernetes-sigs/external-dns v0.21.0.
 */
import { isIP } from "node:net";
import type { CloudRecord } from "../cloud/behaviour";
import type { NamedHost } from "../controlplane/standins/externalDns";
import { dnsRecords, plainName } from "./records";
import { aliasZone, resourceOf, type Zone, type ZoneRecord } from "./zoneRecords";

export interface ZoneChanges {
  put: CloudRecord[];
  remove: CloudRecord[];
  /** Names that are left as they are, with why. */
  skipped: string[];
}

/** @param resources of the zone's cloud. */
export function zoneChanges(zone: Zone, owner: string, wanted: NamedHost[], resources: CloudRecord[]): ZoneChanges {
  const held = resources.map((resource) => ({ resource, records: dnsRecords([resource]) }));
  const at = (name: string, type: string) =>
    held.filter(({ records }) => records.some((record) => record.name === name && record.type === type));
  const isOwn = (record: ZoneRecord): boolean =>
    at(ownershipName(record), "TXT").some(({ records }) =>
      records[0]?.values.some((value) => value.includes(`external-dns/owner=${owner},`)),
    );
  const changes: ZoneChanges = { put: [], remove: [], skipped: [] };
  const below = wanted.filter(({ host }) => host === zone.domain || host.endsWith(`.${zone.domain}`));

  for (const { host, addresses, resource } of below) {
    for (const record of recordsFor(zone, host, addresses)) {
      const mine = resourceOf(zone, record);
      const [first, ...others] = at(host, record.type);
      const conflicting = record.type === "CNAME" ? [...at(host, "A"), ...at(host, "AAAA")] : at(host, "CNAME");
      if (!first && conflicting.length === 0)
        changes.put.push(mine, resourceOf(zone, ownership(record, owner, resource)));
      else if (others.length > 0 || first?.resource.id !== mine.id || !isOwn(record)) {
        changes.skipped.push(`${host} ${record.type} is another one's`);
      } else if (!isSame(first.records[0]?.values, record.values)) changes.put.push(mine);
    }
  }
  const hosts = new Set(below.map(({ host }) => host));
  for (const { resource, records } of held) {
    const [record] = records;
    if (!record || record.type === "TXT" || hosts.has(record.name)) continue;
    const own = { name: record.name, type: record.type as ZoneRecord["type"], values: record.values };
    if (!isOwn(own) || resource.id !== resourceOf(zone, own).id) continue;
    changes.remove.push(resource, ...at(ownershipName(own), "TXT").map((one) => one.resource));
  }
  return changes;
}

/** A host name becomes an alias on Route 53, in both families, and a CNAME elsewhere. */
function recordsFor(zone: Zone, name: string, addresses: string[]): ZoneRecord[] {
  const values = addresses.map(plainName);
  if (values.every((value) => isIP(value) === 4)) return [{ name, type: "A", values }];
  const isAlias = zone.cloud === "aws" && aliasZone(values[0] ?? "") !== undefined;
  const types = isAlias ? (["A", "AAAA"] as const) : (["CNAME"] as const);
  return types.map((type) => ({ name, type, values: values.slice(0, 1) }));
}

/** The name of the TXT record: an alias of type A goes by `cname`. */
function ownershipName({ name, type, values }: ZoneRecord): string {
  const kind = type === "A" && aliasZone(values[0] ?? "") !== undefined ? "cname" : type.toLowerCase();
  return `${kind}-${name}`;
}

function ownership(record: ZoneRecord, owner: string, resource: string): ZoneRecord {
  const said = `"heritage=external-dns,external-dns/owner=${owner},external-dns/resource=${resource}"`;
  return { name: ownershipName(record), type: "TXT", values: [said] };
}

function isSame(one: string[] = [], other: string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}
