/**
 * Route 53 records. Zones belong to the account's owner, not to a stack: one is there for every domain asked for.
 *
 * The provider makes a record by CREATE, or UPSERT where it may overwrite; an update of a record's type or set identifier is
 * one batch of DELETE and CREATE, which Route 53 makes whole or not at all (`resourceRecordUpdate` in
 * internal/service/route53/record.go): in between there is no moment without a record.
 */
import { createHash } from "node:crypto";
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { first, route53 } from "./refusals";
import { isRegion, loadBalancerZone } from "./regions";
import type { Resource } from "./resource";
import { count, objects, text, texts } from "./values";

const type = "aws:route53/record:Record";

/** The id of the account's public zone of a domain, the same at every look: `Z` and twenty capital letters and digits. */
export function zoneOf(domain: string): string {
  return `Z0${createHash("sha1").update(withoutDot(domain)).digest("hex").slice(0, 19).toUpperCase()}`;
}

const record: Resource = {
  refuse(inputs, context) {
    const fqdn = withoutDot(text(inputs, "name"));
    const others = inventoryOf(inputs, context);
    const existing = others.find((other) => sameSet(other.outputs, inputs));
    return first(
      problem(
        inputs,
        others.filter((other) => other !== existing),
      ),
      existing &&
        inputs.allowOverwrite !== true &&
        invalid(
          `Tried to create resource record set [name='${fqdn}.', type='${text(inputs, "type")}'] but it already exists`,
        ),
    );
  },
  create(inputs, context) {
    const fqdn = withoutDot(text(inputs, "name"));
    const set = [text(inputs, "zoneId"), fqdn, text(inputs, "type"), text(inputs, "setIdentifier")];
    const id = set.filter(Boolean).join("_");
    // Whatever it was called when it was made.
    const overwritten = inventoryOf(inputs, context).find((other) => sameSet(other.outputs, inputs));
    if (overwritten && overwritten.id !== id) context.inventory.remove?.(type, overwritten.id);
    return {
      id,
      outputs: { fqdn, name: fqdn, allowOverwrite: inputs.allowOverwrite ?? false },
    };
  },
  update(one, inputs, context) {
    const others = inventoryOf(inputs, context).filter(({ id }) => id !== one.id);
    const existing = others.find((other) => sameSet(other.outputs, inputs));
    const refused = problem(
      inputs,
      others.filter((other) => other !== existing),
    );
    if (refused) throw new Error(refused);
    const fqdn = withoutDot(text(inputs, "name"));
    return { fqdn, name: fqdn, allowOverwrite: inputs.allowOverwrite ?? false };
  },
};

function invalid(message: string): string {
  return route53("ChangeResourceRecordSets", "InvalidChangeBatch", `[${message}]`);
}

/**
 * Why the record cannot be beside the others of its name. Words: https://github.com/kubernetes-sigs/external-dns/issues/1411
 * (weighted beside simple), https://github.com/chef-boneyard/route53/issues/100 (simple beside weighted),
 * https://github.com/hashicorp/terraform-provider-aws/issues/1961 (TTL),
 * https://github.com/aws/aws-sdk-java/issues/1996 and https://github.com/presslabs/zinc/issues/178 (CNAME).
 */
function problem(inputs: Properties, others: CloudRecord[]): string | undefined {
  const [zoneId, kind, set] = [text(inputs, "zoneId"), text(inputs, "type"), text(inputs, "setIdentifier")];
  const fqdn = withoutDot(text(inputs, "name"));
  const zone = domainOf(fqdn, zoneId);
  const sameType = others.filter(({ outputs }) => outputs.type === kind);
  const named = `RRSet with DNS name ${fqdn}., type ${kind}`;
  const ttls = sameType.map(({ outputs }) => outputs.ttl).filter((ttl) => ttl !== undefined);
  return first(
    zone === undefined && route53("GetHostedZone", "NoSuchHostedZone", `No hosted zone found with ID: ${zoneId}`, 404),
    kind === "CNAME" &&
      fqdn === zone &&
      invalid(`RRSet of type CNAME with DNS name ${fqdn}. is not permitted at apex in zone ${fqdn}.`),
    form(inputs),
    kind === "CNAME" &&
      others.some(({ outputs }) => outputs.type !== "CNAME") &&
      invalid(
        `RRSet of type CNAME with DNS name ${fqdn}. is not permitted as it conflicts with other records with the same DNS name in zone ${zone}.`,
      ),
    kind !== "CNAME" &&
      others.some(({ outputs }) => outputs.type === "CNAME") &&
      invalid(
        `RRSet of type ${kind} with DNS name ${fqdn}. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${zone}.`,
      ),
    set !== "" &&
      sameType.some(({ outputs }) => text(outputs, "setIdentifier") === "") &&
      invalid(
        `${named}, SetIdentifier ${set} cannot be created as a non-weighted set exists with the same name and type.`,
      ),
    set === "" &&
      sameType.length > 0 &&
      invalid(`${named} cannot be created as other RRSets exist with the same name and type.`),
    set !== "" &&
      inputs.ttl !== undefined &&
      ttls.some((ttl) => ttl !== inputs.ttl) &&
      invalid(`${named}, SetIdentifier ${set} cannot be created as weighted sets must contain the same TTL.`),
  );
}

/** What a record has to have, whatever else is there. */
function form(inputs: Properties): string | undefined {
  const aliases = objects(inputs, "aliases");
  const [values, set] = [texts(inputs, "records"), text(inputs, "setIdentifier")];
  const weights = objects(inputs, "weightedRoutingPolicies").map((policy) => count(policy, "weight") ?? -1);
  const target = aliases[0] ?? {};
  return first(
    // `ConflictsWith` and `RequiredWith` of the provider's schema.
    aliases.length > 0 && (values.length > 0 || inputs.ttl !== undefined) && `"alias": conflicts with records`,
    weights.length > 0 && set === "" && `"weighted_routing_policy": all of \`set_identifier\` must be specified`,
    set !== "" &&
      weights.length === 0 &&
      invalid(
        `Invalid request: Missing field 'Weight' in Change with [Action=CREATE, Name=${text(inputs, "name")}, Type=${text(inputs, "type")}, SetIdentifier=${set}]`,
      ),
    // The API's bounds: botocore 1.44.5, route53 ResourceRecordSetWeight.
    ...weights.map(
      (weight) =>
        !(Number.isInteger(weight) && weight >= 0 && weight <= 255) &&
        route53("ChangeResourceRecordSets", "InvalidInput", `Invalid weight: ${weight}, must be between 0 and 255`),
    ),
    values.length === 0 &&
      aliases.length === 0 &&
      invalid(
        "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]",
      ),
    aliases.length > 0 && aliasProblem(text(target, "name"), text(target, "zoneId"), text(inputs, "type")),
  );
}

/** Zones of load balancers are Amazon's, one a region: https://docs.aws.amazon.com/general/latest/gr/elb.html */
function aliasProblem(name: string, zoneId: string, kind: string): string | undefined {
  const [, region] = /\.([a-z0-9-]+)\.elb\.amazonaws\.com\.?$/.exec(name) ?? [];
  if (region === undefined || (isRegion(region) && zoneId === loadBalancerZone(region))) return undefined;
  return invalid(
    `Tried to create an alias that targets ${withoutDot(name)}., type ${kind} in zone ${zoneId}, but the alias target name does not lie within the target zone`,
  );
}

/** The records of the same name in the same zone. */
function inventoryOf(inputs: Properties, { inventory }: Context): CloudRecord[] {
  const fqdn = withoutDot(text(inputs, "name"));
  return inventory
    .list(type)
    .filter(({ outputs }) => outputs.zoneId === inputs.zoneId && withoutDot(text(outputs, "name")) === fqdn);
}

function sameSet(outputs: Properties, inputs: Properties): boolean {
  return outputs.type === inputs.type && text(outputs, "setIdentifier") === text(inputs, "setIdentifier");
}

/** The domain of the zone, where the name lies in it. */
function domainOf(fqdn: string, zoneId: string): string | undefined {
  const labels = fqdn.split(".");
  return labels.map((_, index) => labels.slice(index).join(".")).find((domain) => zoneOf(domain) === zoneId);
}

export function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

export const route53Behaviours: Record<string, Resource> = { [type]: record };
