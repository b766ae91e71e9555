/** Copies of one account's blobs in another: https://learn.microsoft.com/azure/storage/blobs/object-replication-overview */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { first, object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { idPart, sameId, uuid } from "./ids";
import { badRequest, notFound } from "./refusals";
import { arm, find, type Resource } from "./resource";

export const replicationType = "azure-native:storage:ObjectReplicationPolicy";

/** An account copies to two others at most, and is the copy of two at most. */
const policiesOfAccount = 2;

const policy = arm(replicationType, {
  api: "2024-01-01",
  refuse: (inputs, context) => problemOf(inputs, context),
  outputs: (inputs, context) => ({
    policyId: text(inputs, "objectReplicationPolicyId"),
    enabledTime: new Date().toISOString(),
    rules: objects(inputs, "rules").map((rule) => ({ ruleId: uuid(context), ...rule })),
  }),
  update(record, inputs, context) {
    const problem = problemOf(inputs, context, record);
    if (problem) throw new Error(problem);
    const before = objects(record.outputs, "rules");
    const known = (rule: Properties) => before.find((each) => pairOf(each) === pairOf(rule))?.ruleId ?? uuid(context);
    return { rules: objects(inputs, "rules").map((rule) => ({ ruleId: known(rule), ...rule })) };
  },
});

/** Azure makes up the id of what is asked for as `default`, and Pulumi takes the resource's id from the answer. */
export const objectReplicationPolicy: Resource = {
  ...policy,
  create(inputs, context) {
    const isNew = text(inputs, "objectReplicationPolicyId") === "default";
    return policy.create(isNew ? { ...inputs, objectReplicationPolicyId: uuid(context) } : inputs, context);
  },
};

/** What of a blob service a policy of its account relies on. */
export function replicationNeeds(accountId: string, service: Properties, context: Context): string | undefined {
  const policies = policiesOf(accountId, context);
  const isSource = policies.some(({ outputs }) => sameId(text(outputs, "sourceAccount"), accountId));
  return first(
    policies.length > 0 &&
      service.isVersioningEnabled !== true &&
      badRequest("Blob versioning cannot be disabled while an object replication policy exists on the account."),
    isSource &&
      object(service, "changeFeed").enabled !== true &&
      badRequest("Change feed cannot be disabled while the account is the source of an object replication policy."),
  );
}

export function blobServiceOf(accountId: string, { inventory }: Context): CloudRecord | undefined {
  return inventory
    .list("azure-native:storage:BlobServiceProperties")
    .find(({ id }) => sameId(id, `${accountId}/blobServices/default`));
}

function policiesOf(accountId: string, { inventory }: Context): CloudRecord[] {
  return inventory
    .list(replicationType)
    .filter(({ id }) => id.toLowerCase().startsWith(`${accountId.toLowerCase()}/objectreplicationpolicies/`));
}

function pairOf(rule: Properties): string {
  return `${text(rule, "sourceContainer")} ${text(rule, "destinationContainer")}`;
}

/** @param itself the policy where it is there already */
function problemOf(inputs: Properties, context: Context, itself?: CloudRecord): string | undefined {
  const accountType = "azure-native:storage:StorageAccount";
  const ids = [text(inputs, "sourceAccount"), text(inputs, "destinationAccount")];
  const [source, destination] = ids.map((id) => find(accountType, id, context));
  // The program's accounts refuse other tenants, and then Azure asks for whole ids.
  const short = ids.find((id) => !id.startsWith("/subscriptions/"));
  if (short !== undefined) return badRequest(`'${short}' has to be the full resource id of a storage account.`);
  if (!source || !destination) return notFound(ids[source ? 1 : 0] ?? "");
  const name = text(inputs, "accountName");
  const isDestination = sameId(name, idPart(destination.id, "storageAccounts"));
  const home = isDestination ? destination : source;
  const others = policiesOf(home.id, context).filter(({ id }) => id !== itself?.id);
  return first(
    !isDestination && !sameId(name, idPart(source.id, "storageAccounts"))
      ? badRequest(`The account ${name} is neither source nor destination of the policy.`)
      : undefined,
    others.length >= policiesOfAccount && badRequest(`An account has ${policiesOfAccount} policies at most.`),
    others.some(({ outputs }) => ids.every((id) => Object.values(outputs).includes(id))) &&
      badRequest("There is a policy for these two accounts already."),
    isDestination ? undefined : sourceProblem(inputs, destination.id, context),
    ...[source, destination].map((each) => accountProblem(each, each === source, inputs, context)),
  );
}

/** The policy is made in the destination first, and has the same ids in the source. */
function sourceProblem(inputs: Properties, destinationId: string, context: Context): string | undefined {
  const policyId = text(inputs, "objectReplicationPolicyId");
  const other = policiesOf(destinationId, context).find(({ outputs }) => text(outputs, "policyId") === policyId);
  const known = objects(other?.outputs ?? {}, "rules").map((rule) => `${text(rule, "ruleId")} ${pairOf(rule)}`);
  return first(
    // https://github.com/Azure/azure-quickstart-templates/issues/8775
    policyId === "default" && badRequest("The value 'default' is not allowed for property policyId."),
    !other && badRequest(`The destination account has no object replication policy '${policyId}'.`),
    objects(inputs, "rules").some((rule) => !known.includes(`${text(rule, "ruleId")} ${pairOf(rule)}`)) &&
      badRequest("The rules of the policy are not those of the destination account's."),
  );
}

function accountProblem(
  { id }: CloudRecord,
  isSource: boolean,
  inputs: Properties,
  context: Context,
): string | undefined {
  const service = blobServiceOf(id, context)?.outputs ?? {};
  const rules = objects(inputs, "rules");
  const containers = rules.map((rule) => text(rule, isSource ? "sourceContainer" : "destinationContainer"));
  const containerId = (name: string) => `${id}/blobServices/default/containers/${name}`;
  const absent = containers.find((name) => !find("azure-native:storage:BlobContainer", containerId(name), context));
  return first(
    service.isVersioningEnabled !== true && badRequest(`Blob versioning is not enabled for the account ${id}.`),
    isSource &&
      object(service, "changeFeed").enabled !== true &&
      badRequest(`Change feed is not enabled for the source account ${id}.`),
    (rules.length === 0 || rules.length > 10) && badRequest("A policy has 1 to 10 rules."),
    absent !== undefined && notFound(containerId(absent)),
    new Set(containers).size < containers.length && badRequest("A container can be in one rule only."),
  );
}
