/** Records as external-dns makes them, as resources of each cloud: with the ids that the clouds' providers know them by. */
import { loadBalancerZone } from "../aws/regions";
import type { CloudRecord } from "../cloud/behaviour";
import { recordTypes, type DnsCloud } from "./records";
import type { Properties } from "../provider";

export interface Zone {
  cloud: DnsCloud;
  /** As the cloud names it: Route 53's id, Google's name of it, Azure's resource id. */
  id: string;
  domain: string;
  /** On Google. */
  project: string;
}

export interface ZoneRecord {
  /** Without a dot at its end. */
  name: string;
  type: "A" | "AAAA" | "CNAME" | "TXT";
  /** One host name, where it is an alias of Route 53. */
  values: string[];
}

/** https://github.com/kubernetes-sigs/external-dns/blob/v0.21.0/provider/aws/aws.go, and those of google and azure */
const ttl = 300;

const loadBalancerName = /\.(?<region>[a-z0-9-]+)\.elb\.amazonaws\.com$/;

/** The zone of Route 53 that an alias to this name names; undefined: of none, so that it is no alias. */
export function aliasZone(name: string): string | undefined {
  const region = loadBalancerName.exec(name)?.groups?.["region"];
  return region === undefined ? undefined : loadBalancerZone(region);
}

export function resourceOf(zone: Zone, record: ZoneRecord): CloudRecord {
  const { id, inputs, outputs = {} } = makers[zone.cloud](zone, record);
  return { type: recordTypes[zone.cloud], id, urn: "", inputs, outputs: { ...inputs, ...outputs } };
}

type Made = { id: string; inputs: Properties; outputs?: Properties };

const makers: Record<DnsCloud, (zone: Zone, record: ZoneRecord) => Made> = {
  aws: ({ id: zoneId }, { name, type, values }) => {
    const [target = ""] = values;
    const targetZone = type === "A" || type === "AAAA" ? aliasZone(target) : undefined;
    const to =
      targetZone === undefined
        ? { ttl, records: values }
        : { aliases: [{ name: target, zoneId: targetZone, evaluateTargetHealth: true }] };
    return { id: `${zoneId}_${name}_${type}`, inputs: { zoneId, name, type, ...to }, outputs: { fqdn: name } };
  },
  azure: ({ id: zoneId, domain }, { name, type, values }) => {
    const [, subscription = "", resourceGroupName = ""] =
      /\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(zoneId) ?? [];
    const relative = name === domain ? "@" : name.slice(0, -domain.length - 1);
    const below = `resourceGroups/${resourceGroupName}/providers/Microsoft.Network/dnsZones/${domain}`;
    const to = {
      A: { aRecords: values.map((ipv4Address) => ({ ipv4Address })) },
      AAAA: { aaaaRecords: values.map((ipv6Address) => ({ ipv6Address })) },
      CNAME: { cnameRecord: { cname: values[0] } },
      TXT: { txtRecords: values.map((value) => ({ value: [value] })) },
    }[type];
    const inputs = {
      resourceGroupName,
      zoneName: domain,
      relativeRecordSetName: relative,
      recordType: type,
      ttl,
      ...to,
    };
    return { id: `/subscriptions/${subscription}/${below}/${type}/${relative}`, inputs, outputs: { fqdn: `${name}.` } };
  },
  gcp: ({ id: managedZone, project }, { name, type, values }) => {
    const rrdatas = type === "CNAME" ? values.map((value) => `${value}.`) : values;
    const inputs = { managedZone, project, name: `${name}.`, type, ttl, rrdatas };
    return { id: `projects/${project}/managedZones/${managedZone}/rrsets/${name}./${type}`, inputs };
  },
};
