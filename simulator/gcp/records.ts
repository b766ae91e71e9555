/**
 * Records of Cloud DNS. The provider makes each change whole or not at all, and takes what is there of the same name and type
 * away in the same change that brings its own: google-beta/services/dns/resource_dns_record_set.go, `resourceDnsRecordSetCreate`
 * and `resourceDnsRecordSetUpdate`. A change of the type is one change too.
 */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { first, googleError } from "./refusals";
import { owned, projectOf, type Resource } from "./resource";

const type = "gcp:dns/recordSet:RecordSet";

/** Name of the zone of a domain, as its owner has called it: one is there for every domain asked for. */
export function zoneName(domain: string): string {
  return domain.replace(/\./g, "-");
}

const record: Resource = {
  refuse: (inputs, context) => problem("creating", inputs, context),
  create(inputs, context) {
    const id = idOf(inputs, context);
    // Whatever it was called when it was made.
    const overwritten = beside(inputs, context).find(({ outputs }) => outputs.type === inputs.type);
    if (overwritten && overwritten.id !== id) context.inventory.remove?.(type, overwritten.id);
    return { id, outputs: {} };
  },
  update(one, inputs, context) {
    const refused = problem("changing", inputs, context, one);
    if (refused) throw new Error(refused);
    return {};
  },
};

/**
 * Words: https://github.com/mantl/mantl/issues/1082 (names), https://github.com/hectorj/terraform-provider-googlesiteverification/issues/17
 * (CNAME), https://github.com/hashicorp/terraform-provider-google/issues/9112 (another of the type).
 */
function problem(
  doing: "creating" | "changing",
  inputs: Properties,
  context: Context,
  self?: CloudRecord,
): string | undefined {
  const [zone, name, kind] = [text(inputs, "managedZone"), text(inputs, "name"), text(inputs, "type")];
  const domain = domainOf(name, zone);
  const others = beside(inputs, context).filter(({ id }) => id !== self?.id);
  const refused = (status: number, message: string, reason: string) =>
    `Error ${doing} DNS RecordSet: ${googleError(status, message, reason)}`;
  const conflict = others.some(({ outputs }) => (outputs.type === "CNAME") !== (kind === "CNAME"));
  return first(
    form(inputs),
    domain === undefined && refused(400, `Invalid value for 'entity.change.additions[0].name': '${name}'`, "invalid"),
    kind === "CNAME" &&
      name === `${domain}.` &&
      refused(
        400,
        `The resource record set 'entity.change.additions[0]' is invalid because a zone's root resource record set cannot be of the type CNAME.`,
        "invalidZoneApex",
      ),
    conflict &&
      refused(
        400,
        "The resource record set 'entity.change.additions[0]' is invalid because the DNS name may have either one CNAME resource record set or resource record sets of other types, but not both.",
        "cnameResourceRecordSetConflict",
      ),
    doing === "changing" &&
      others.some(({ outputs }) => outputs.type === kind) &&
      refused(
        409,
        `The resource 'entity.change.additions[0]' named '${name} (${kind})' already exists`,
        "alreadyExists",
      ),
    ...values(inputs).map(
      (value) =>
        !isValue(kind, value) &&
        refused(400, `Invalid value for 'entity.change.additions[0].rrdata[0]': '${value}'`, "invalid"),
    ),
  );
}

/** What the provider wants of its inputs: `ExactlyOneOf`, `validateRecordNameTrailingDot`. */
function form(inputs: Properties): string | undefined {
  const wrrs = objects(object(inputs, "routingPolicy"), "wrrs");
  const given = [texts(inputs, "rrdatas").length > 0, inputs.routingPolicy !== undefined].filter(Boolean).length;
  return first(
    given !== 1 && `"rrdatas": one of \`routing_policy,rrdatas\` must be specified`,
    !text(inputs, "name").endsWith(".") &&
      `"name" ("${text(inputs, "name")}") doesn't end with ".": all DNS names must be fully qualified, ending in a dot`,
    // https://cloud.google.com/dns/docs/routing-policies-overview: "positive numbers"; a share of nothing is given to nobody.
    wrrs.some(({ weight }) => typeof weight !== "number" || weight < 0) &&
      "Error creating DNS RecordSet: " +
        googleError(400, "Invalid value for 'entity.change.additions[0].routingPolicy.wrr.item[0].weight'", "invalid"),
    // The policies that the platform has no use for are not simulated.
    inputs.routingPolicy !== undefined &&
      wrrs.length === 0 &&
      "the simulated Google Cloud knows routing policies by weight only (wrrs)",
  );
}

function values(inputs: Properties): string[] {
  const wrrs = objects(object(inputs, "routingPolicy"), "wrrs");
  return [...texts(inputs, "rrdatas"), ...wrrs.flatMap((wrr) => texts(wrr, "rrdatas"))];
}

function isValue(kind: string, value: string): boolean {
  if (kind === "A") return /^\d{1,3}(\.\d{1,3}){3}$/.test(value);
  return kind === "CNAME" ? value.endsWith(".") : true;
}

/** The records of the same name in the same zone. */
function beside(inputs: Properties, context: Context): CloudRecord[] {
  const project = projectOf(inputs, context);
  return context.inventory
    .list(type)
    .filter(
      ({ outputs }) =>
        outputs.project === project && outputs.managedZone === inputs.managedZone && outputs.name === inputs.name,
    );
}

/** The domain of the zone, where the name lies in it. */
function domainOf(name: string, zone: string): string | undefined {
  const labels = name.replace(/\.$/, "").split(".");
  return labels.map((_, index) => labels.slice(index).join(".")).find((domain) => zoneName(domain) === zone);
}

function idOf(inputs: Properties, context: Context): string {
  const [zone, name, kind] = [text(inputs, "managedZone"), text(inputs, "name"), text(inputs, "type")];
  return `projects/${projectOf(inputs, context)}/managedZones/${zone}/rrsets/${name}/${kind}`;
}

export const dnsBehaviours: Record<string, Resource> = { [type]: owned(record) };
