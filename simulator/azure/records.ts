/**
 * Records of Azure DNS, in a zone that was there before any stack. Each type of a name is a resource of its own, and a change
 * of one is all there is: nothing brings one and takes another away at once.
 */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { count, first, object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { idOf, sameId } from "./ids";
import { azure, badRequest } from "./refusals";
import { arm, type Resource } from "./resource";

const type = "azure-native:dns:RecordSet";

const record = arm(type, {
  api: "2023-07-01-preview",
  belowOthers: true,
  refuse: (inputs, context) => problem(inputs, context),
  outputs: (inputs, context) => ({
    etag: context.hex(8),
    fqdn: `${[relative(inputs), text(inputs, "zoneName")].filter((part) => part !== "@").join(".")}.`,
    provisioningState: "Succeeded",
    targetResource: {},
    type: `Microsoft.Network/dnszones/${text(inputs, "recordType")}`,
    ...(inputs.aRecords === undefined ? {} : { aRecords: inputs.aRecords }),
  }),
  update(one, inputs, context) {
    const refused = problem(inputs, context, one);
    if (refused) throw new Error(refused);
    return { etag: context.hex(8) };
  },
});

/**
 * Rules: https://learn.microsoft.com/azure/dns/dns-zones-records; words of the conflicts:
 * https://github.com/rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto/issues/26 and https://github.com/MicrosoftDocs/azure-docs/issues/85496.
 */
function problem(inputs: Properties, context: Context, self?: CloudRecord): string | undefined {
  const kind = text(inputs, "recordType");
  const others = beside(inputs, context).filter(({ id }) => !sameId(id, self?.id ?? ""));
  const conflict = (message: string) => azure(409, "Conflict", message);
  return first(
    values(inputs, kind),
    kind === "CNAME" &&
      relative(inputs) === "@" &&
      badRequest("The CNAME record type is not supported at the zone apex."),
    kind === "CNAME" &&
      others.some(({ inputs: other }) => other.recordType !== "CNAME") &&
      conflict(
        "The CNAME record could not be created because another record with the same name already exists in this zone.",
      ),
    kind !== "CNAME" &&
      others.some(({ inputs: other }) => other.recordType === "CNAME") &&
      conflict(
        "The record could not be created because a CNAME record with the same name already exists in this zone.",
      ),
  );
}

/** A record set is of one type, has a time to live, and what that type is made of. */
function values(inputs: Properties, kind: string): string | undefined {
  const ttl = count(inputs, "ttl");
  const addresses = objects(inputs, "aRecords").map((one) => text(one, "ipv4Address"));
  const wrong = addresses.find((address) => !/^\d{1,3}(\.\d{1,3}){3}$/.test(address));
  return first(
    kind !== "A" && kind !== "CNAME" && `the simulated Azure knows records of the types A and CNAME only, not ${kind}`,
    (ttl === undefined || ttl < 1 || ttl > 2_147_483_647) &&
      badRequest(`The TTL '${String(ttl)}' is not between 1 and 2147483647.`),
    kind === "A" && addresses.length === 0 && badRequest("The record set of type 'A' cannot be empty."),
    wrong !== undefined && badRequest(`The IPv4 address '${wrong}' is invalid.`),
    kind === "CNAME" &&
      text(object(inputs, "cnameRecord"), "cname") === "" &&
      badRequest("The record set of type 'CNAME' cannot be empty."),
    (kind === "A" ? inputs.cnameRecord : inputs.aRecords) !== undefined &&
      badRequest(`The record set of type '${kind}' has records of another type.`),
  );
}

/** The record sets of the same name in the same zone. */
function beside(inputs: Properties, context: Context): CloudRecord[] {
  const at = (one: Properties) => idOf(type, { ...one, recordType: "" }, context);
  return context.inventory.list(type).filter((other) => sameId(at(other.inputs), at(inputs)));
}

function relative(inputs: Properties): string {
  return text(inputs, "relativeRecordSetName");
}

export const recordBehaviours: Record<string, Resource> = { [type]: record };
