/** The DNS records that the simulated clouds hold, all in one shape. */
import type { CloudRecord } from "../cloud/behaviour";
import { count, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";

export type DnsCloud = "aws" | "azure" | "gcp";

export interface DnsRecord {
  cloud: DnsCloud;
  /** Lower case, without the dot at its end. */
  name: string;
  type: "A" | "AAAA" | "CNAME";
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

type Read = (outputs: Properties) => Omit<DnsRecord, "cloud" | "type">[];

/** One entry a resource type. */
const readers: Record<string, { cloud: DnsCloud; type: (outputs: Properties) => string; read: Read }> = {
  "aws:route53/record:Record": { cloud: "aws", type: (outputs) => text(outputs, "type"), read: ofRoute53 },
  "gcp:dns/recordSet:RecordSet": { cloud: "gcp", type: (outputs) => text(outputs, "type"), read: ofGoogle },
  "azure-native:dns:RecordSet": {
    cloud: "azure",
    // After a read, Azure says `Microsoft.Network/dnszones/A`.
    type: (outputs) => text(outputs, "recordType").split("/").at(-1) ?? "",
    read: ofAzure,
  },
};

/** What leads to an address among the clouds' resources; records of other types lead nowhere. */
export function dnsRecords(resources: CloudRecord[]): DnsRecord[] {
  return resources.flatMap((resource) => {
    const reader = readers[resource.type];
    const type = reader?.type(resource.outputs);
    if (!reader || (type !== "A" && type !== "AAAA" && type !== "CNAME")) return [];
    return reader.read(resource.outputs).map((read) => ({ cloud: reader.cloud, type, ...read }));
  });
}

/** As names are compared: in lower case, without the dot at the end, and without what AWS' console puts before names. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^dualstack\./, "");
}

function ofRoute53(outputs: Properties): ReturnType<Read> {
  const aliases = objects(outputs, "aliases").map((alias) => plainName(text(alias, "name")));
  const [policy] = objects(outputs, "weightedRoutingPolicies");
  return [
    {
      name: plainName(text(outputs, "fqdn") || text(outputs, "name")),
      values: aliases.length > 0 ? aliases : texts(outputs, "records").map(plainName),
      ttl: aliases.length > 0 ? aliasSeconds : (count(outputs, "ttl") ?? defaultSeconds),
      ...weightOf(policy),
    },
  ];
}

function ofGoogle(outputs: Properties): ReturnType<Read> {
  const weighted = objects(object(outputs, "routingPolicy"), "wrrs");
  return (weighted.length > 0 ? weighted : [outputs]).map((one) => ({
    name: plainName(text(outputs, "name")),
    values: texts(one, "rrdatas").map(plainName),
    ttl: count(outputs, "ttl") ?? defaultSeconds,
    ...weightOf(one),
  }));
}

function ofAzure(outputs: Properties): ReturnType<Read> {
  const relative = text(outputs, "relativeRecordSetName");
  const zone = text(outputs, "zoneName");
  const alias = text(object(outputs, "cnameRecord"), "cname");
  return [
    {
      name: plainName(relative === "@" ? zone : `${relative}.${zone}`),
      values: [
        ...objects(outputs, "aRecords").map((one) => text(one, "ipv4Address")),
        ...objects(outputs, "aaaaRecords").map((one) => plainName(text(one, "ipv6Address"))),
        ...(alias === "" ? [] : [plainName(alias)]),
      ],
      ttl: count(outputs, "ttl") ?? defaultSeconds,
    },
  ];
}

function weightOf(properties: Properties | undefined): { weight?: number } {
  const weight = properties && count(properties, "weight");
  return weight === undefined ? {} : { weight };
}
