/** The DNS records that the simulated clouds hold, all in one shape. */
import type { CloudRecord } from "../cloud/behaviour";
import { count, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";

export type DnsCloud = "aws" | "azure" | "gcp";

export interface DnsRecord {
  cloud: DnsCloud;
  /** Lower case, without the dot at its end. */
  name: string;
  /** `A`, `CNAME`, `TXT` … */
  type: string;
  /** Addresses; names where it is a CNAME, or what Route 53 calls an alias. */
  values: string[];
  /** Its share among the records of its name and type that have one; unset: all of them are one answer. */
  weight?: number;
  /** Seconds that resolvers keep it. */
  ttl: number;
}

/** Nobody sets the time of an alias: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
const aliasSeconds = 60;

/** Of records that name no time, which no cloud makes by itself. */
const defaultSeconds = 300;

/** Resource types of records, by their cloud. */
export const recordTypes: Record<DnsCloud, string> = {
  aws: "aws:route53/record:Record",
  azure: "azure-native:dns:RecordSet",
  gcp: "gcp:dns/recordSet:RecordSet",
};

const readers: Record<DnsCloud, (properties: Properties) => Omit<DnsRecord, "cloud">[]> = {
  aws: ofRoute53,
  azure: ofAzure,
  gcp: ofGoogle,
};

/** The DNS records among a cloud's resources: one resource may be several, by weight. */
export function dnsRecords(resources: CloudRecord[]): DnsRecord[] {
  return resources.flatMap(({ type, inputs, outputs }) => {
    const cloud = (["aws", "azure", "gcp"] as const).find((one) => recordTypes[one] === type);
    return cloud ? readers[cloud]({ ...inputs, ...outputs }).map((read) => ({ cloud, ...read })) : [];
  });
}

/** As names are compared: in lower case, without the dot at the end, and without what AWS' console puts before names. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^dualstack\./, "");
}

function ofRoute53(properties: Properties): Omit<DnsRecord, "cloud">[] {
  const aliases = objects(properties, "aliases").map((alias) => plainName(text(alias, "name")));
  const [policy] = objects(properties, "weightedRoutingPolicies");
  return [
    {
      name: plainName(text(properties, "fqdn") || text(properties, "name")),
      type: text(properties, "type"),
      values: aliases.length > 0 ? aliases : texts(properties, "records").map(plainName),
      ttl: aliases.length > 0 ? aliasSeconds : (count(properties, "ttl") ?? defaultSeconds),
      ...weightOf(policy),
    },
  ];
}

function ofGoogle(properties: Properties): Omit<DnsRecord, "cloud">[] {
  const weighted = objects(object(properties, "routingPolicy"), "wrrs");
  return (weighted.length > 0 ? weighted : [properties]).map((one) => ({
    name: plainName(text(properties, "name")),
    type: text(properties, "type"),
    values: texts(one, "rrdatas").map(plainName),
    ttl: count(properties, "ttl") ?? defaultSeconds,
    ...weightOf(one),
  }));
}

function ofAzure(properties: Properties): Omit<DnsRecord, "cloud">[] {
  const relative = text(properties, "relativeRecordSetName");
  const zone = text(properties, "zoneName");
  const alias = text(object(properties, "cnameRecord"), "cname");
  return [
    {
      name: plainName(relative === "@" ? zone : `${relative}.${zone}`),
      // After a read, Azure says `Microsoft.Network/dnszones/A`.
      type: text(properties, "recordType").split("/").at(-1) ?? "",
      values: [
        ...objects(properties, "aRecords").map((one) => text(one, "ipv4Address")),
        ...objects(properties, "txtRecords").map((one) => texts(one, "value").join("")),
        ...(alias === "" ? [] : [plainName(alias)]),
      ],
      ttl: count(properties, "ttl") ?? defaultSeconds,
    },
  ];
}

function weightOf(properties: Properties | undefined): { weight?: number } {
  const weight = properties && count(properties, "weight");
  return weight === undefined ? {} : { weight };
}
