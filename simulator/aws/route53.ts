/** Route 53 records. Zones belong to the account's owner, not to a stack: one is there for every domain asked for. */
import { createHash } from "node:crypto";
import type { Properties } from "../provider";
import { first, route53 } from "./refusals";
import type { Resource } from "./resource";
import { objects, text, texts } from "./values";

/** The id of the account's public zone of a domain, the same at every look: `Z` and twenty capital letters and digits. */
export function zoneOf(domain: string): string {
  return `Z0${createHash("sha1").update(withoutDot(domain)).digest("hex").slice(0, 19).toUpperCase()}`;
}

const record: Resource = {
  refuse(inputs, { inventory }) {
    const zoneId = text(inputs, "zoneId");
    const fqdn = withoutDot(text(inputs, "name"));
    const zone = domainOf(fqdn, zoneId);
    const type = text(inputs, "type");
    const existing = inventory
      .list("aws:route53/record:Record")
      .find((other) => sameSet(other.outputs, zoneId, fqdn, inputs));
    const values = texts(inputs, "records");
    const invalid = (message: string) => route53("ChangeResourceRecordSets", "InvalidChangeBatch", `[${message}]`);
    return first(
      zone === undefined &&
        route53("GetHostedZone", "NoSuchHostedZone", `No hosted zone found with ID: ${zoneId}`, 404),
      existing &&
        inputs.allowOverwrite !== true &&
        invalid(`Tried to create resource record set [name='${fqdn}.', type='${type}'] but it already exists`),
      type === "CNAME" &&
        fqdn === zone &&
        invalid(`RRSet of type CNAME with DNS name ${fqdn}. is not permitted at apex in zone ${fqdn}.`),
      values.length === 0 &&
        objects(inputs, "aliases").length === 0 &&
        invalid(
          "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]",
        ),
    );
  },
  create(inputs) {
    const fqdn = withoutDot(text(inputs, "name"));
    return {
      id: [text(inputs, "zoneId"), fqdn, text(inputs, "type"), text(inputs, "setIdentifier")].filter(Boolean).join("_"),
      outputs: { fqdn, name: fqdn, allowOverwrite: inputs.allowOverwrite ?? false },
    };
  },
};

function sameSet(outputs: Properties, zoneId: string, fqdn: string, inputs: Properties): boolean {
  return (
    outputs.zoneId === zoneId &&
    outputs.fqdn === fqdn &&
    outputs.type === inputs.type &&
    text(outputs, "setIdentifier") === text(inputs, "setIdentifier")
  );
}

/** The domain of the zone, where the name lies in it. */
function domainOf(fqdn: string, zoneId: string): string | undefined {
  const labels = fqdn.split(".");
  return labels.map((_, index) => labels.slice(index).join(".")).find((domain) => zoneOf(domain) === zoneId);
}

export function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

export const route53Behaviours: Record<string, Resource> = { "aws:route53/record:Record": record };
