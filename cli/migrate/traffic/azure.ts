/** Records of Azure DNS. A name's address and its CNAME are two resources, of which one can be there. */
import { getRecordSet, type GetRecordSetResult } from "@pulumi/azure-native/dns/getRecordSet";
import { RecordSet, type RecordSetArgs } from "@pulumi/azure-native/dns/recordSet";
import { Provider } from "@pulumi/azure-native/provider";
import type { Address } from "./address";
import type { Place } from "./program";
import type { Held } from "./way";

/** Azure answers with these on every record set, and nobody has set them. */
const notOurs = ["metadata", "targetResource", "trafficManagementProfile"];

export async function records({ region, zone, resourceGroup, hosts }: Place, held: Held): Promise<void> {
  const provider = new Provider("azure", { location: region });
  const record = async (relativeRecordSetName: string, address: Address) => {
    const at = {
      resourceGroupName: resourceGroup,
      zoneName: zone.domain,
      relativeRecordSetName,
      recordType: address.kind === "ip" ? "A" : "CNAME",
    };
    const found = await unlessMissing(getRecordSet(at, { provider }));
    const wanted = held.adopts && found ? asFound(found) : { ttl: held.ttlSeconds, ...valueOf(address) };
    new RecordSet(
      // One of each type of a name is all that there can be.
      `${relativeRecordSetName}-${at.recordType}`,
      { ...at, ...wanted },
      // What is there cannot be created; what is held already is not imported again.
      { provider, retainOnDelete: held.kept, ...(found ? { import: found.id, ignoreChanges: notOurs } : {}) },
    );
  };
  const [side] = (["source", "target"] as const).filter((one) => held.answers[one] !== undefined);
  for (const host of hosts) {
    if (side && !held.absent) await record(relativeName(host, zone.domain), zone[side]);
  }
  if (held.wildcard === undefined) return;
  for (const level of levelsOf(hosts, zone.domain)) await record(level, zone[held.wildcard]);
}

/** `www` of `www.example.com`, `@` of the domain itself. */
export function relativeName(host: string, domain: string): string {
  return host === domain ? "@" : host.slice(0, -domain.length - 1);
}

/** Wildcards that answer for the hosts: `*`, and `*.eu` for `www.eu.example.com`. */
export function levelsOf(hosts: string[], domain: string): string[] {
  const levels = hosts.map((host) => ["*", ...relativeName(host, domain).split(".").slice(1)].join("."));
  return [...new Set(levels)].sort();
}

type Value = Pick<RecordSetArgs, "ttl" | "aRecords" | "cnameRecord">;

function valueOf({ kind, value }: Address): Value {
  return kind === "ip" ? { aRecords: [{ ipv4Address: value }] } : { cnameRecord: { cname: value } };
}

function asFound({ ttl, aRecords, cnameRecord }: GetRecordSetResult): Value {
  return {
    ...(ttl === undefined ? {} : { ttl }),
    ...(aRecords === undefined ? {} : { aRecords }),
    ...(cnameRecord === undefined ? {} : { cnameRecord }),
  };
}

async function unlessMissing<Found>(look: Promise<Found>): Promise<Found | undefined> {
  try {
    return await look;
  } catch (error) {
    if (/NotFound|\b404\b/.test(String(error))) return undefined;
    throw error;
  }
}
