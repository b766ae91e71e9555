/** IAM roles, and what is attached to them. IAM is the same in every region. */
import { ManagedPolicy } from "@pulumi/aws/types/enums/iam";
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { documentOf, policyProblem } from "./policies";
import { first, iam } from "./refusals";
import { autoName, type Resource, tagged } from "./resource";
import { count, text, timestamp } from "./values";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const limits = { roles: 1000, attachedPolicies: 10, trustPolicy: 2048, inlinePolicies: 10_240, policy: 6144 };

/** AWS' own policies that the SDK's list lacks: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const newerPolicies = [
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
].map((name) => `arn:aws:iam::aws:policy/${name}`);
const awsPolicies = new Set<string>([...Object.values(ManagedPolicy), ...newerPolicies]);

const role: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, 64),
    forceDetachPolicies: false,
    maxSessionDuration: 3600,
    path: "/",
  }),
  uniqueName: (inputs) => accountName(inputs, "CreateRole", "Role"),
  refuse(inputs, context) {
    const document = documentOf(inputs, "assumeRolePolicy");
    const malformed = policyProblem(document, "trust");
    return first(
      nameProblem("CreateRole", "roleName", text(inputs, "name"), 64),
      malformed && iam("CreateRole", "MalformedPolicyDocument", malformed),
      size(document) > limits.trustPolicy && exceeded("CreateRole", "ACLSizePerRole", limits.trustPolicy),
      (count(inputs, "maxSessionDuration") ?? 3600) < 3600 && invalidDuration(),
      (count(inputs, "maxSessionDuration") ?? 3600) > 43_200 && invalidDuration(),
      context.inventory.list("aws:iam/role:Role").length >= limits.roles &&
        exceeded("CreateRole", "RolesPerAccount", limits.roles),
    );
  },
  create(inputs, context) {
    const name = text(inputs, "name");
    return {
      id: name,
      outputs: {
        arn: globalArn(context, "role", inputs, name),
        assumeRolePolicy: documentOf(inputs, "assumeRolePolicy"),
        createDate: timestamp(),
        inlinePolicies: [],
        managedPolicyArns: [],
        namePrefix: text(inputs, "namePrefix"),
        uniqueId: uniqueId("AROA", context),
      },
    };
  },
  update(_record, inputs) {
    const malformed = policyProblem(documentOf(inputs, "assumeRolePolicy"), "trust");
    if (malformed) throw new Error(iam("UpdateAssumeRolePolicy", "MalformedPolicyDocument", malformed));
    return { assumeRolePolicy: documentOf(inputs, "assumeRolePolicy") };
  },
  refuseDelete({ id }, { inventory }) {
    const on = (type: string) => inventory.list(type).some(({ outputs }) => outputs.role === id);
    const conflict = (message: string) => iam("DeleteRole", "DeleteConflict", message, 409);
    return first(
      on("aws:iam/rolePolicyAttachment:RolePolicyAttachment") &&
        conflict("Cannot delete entity, must detach all policies first."),
      on("aws:iam/rolePolicy:RolePolicy") && conflict("Cannot delete entity, must delete policies first."),
      on("aws:iam/instanceProfile:InstanceProfile") &&
        conflict("Cannot delete entity, must remove roles from instance profile first."),
    );
  },
};

function invalidDuration(): string {
  return iam(
    "CreateRole",
    "ValidationError",
    "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200",
  );
}

const policy: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), path: "/" }),
  uniqueName: (inputs) => accountName(inputs, "CreatePolicy", "A policy called"),
  refuse(inputs) {
    const document = documentOf(inputs, "policy");
    const malformed = policyProblem(document, "identity");
    return first(
      nameProblem("CreatePolicy", "policyName", text(inputs, "name"), 128),
      malformed && iam("CreatePolicy", "MalformedPolicyDocument", malformed),
      size(document) > limits.policy && exceeded("CreatePolicy", "PolicySize", limits.policy, 409),
    );
  },
  create(inputs, context) {
    const arn = globalArn(context, "policy", inputs, text(inputs, "name"));
    return {
      id: arn,
      outputs: {
        arn,
        attachmentCount: 0,
        namePrefix: text(inputs, "namePrefix"),
        policy: documentOf(inputs, "policy"),
        policyId: uniqueId("ANPA", context),
      },
    };
  },
  update(_record, inputs) {
    const malformed = policyProblem(documentOf(inputs, "policy"), "identity");
    if (malformed) throw new Error(iam("CreatePolicyVersion", "MalformedPolicyDocument", malformed));
    return { policy: documentOf(inputs, "policy") };
  },
  refuseDelete({ id }, { inventory }) {
    const attached = inventory
      .list("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .some(({ outputs }) => outputs.policyArn === id);
    return attached
      ? iam("DeletePolicy", "DeleteConflict", "Cannot delete a policy attached to entities.", 409)
      : undefined;
  },
};

const rolePolicy: Resource = {
  defaults: (inputs, context) => autoName(inputs, context),
  refuse(inputs, context) {
    const document = documentOf(inputs, "policy");
    const malformed = policyProblem(document, "identity");
    const others = attachedTo(text(inputs, "role"), "aws:iam/rolePolicy:RolePolicy", context);
    const total = others.reduce((sum, { outputs }) => sum + size(text(outputs, "policy")), size(document));
    return first(
      missingRole("PutRolePolicy", text(inputs, "role"), context),
      nameProblem("PutRolePolicy", "policyName", text(inputs, "name"), 128),
      malformed && iam("PutRolePolicy", "MalformedPolicyDocument", malformed),
      total > limits.inlinePolicies &&
        iam(
          "PutRolePolicy",
          "LimitExceeded",
          `Maximum policy size of ${limits.inlinePolicies} bytes exceeded for role ${text(inputs, "role")}`,
          409,
        ),
    );
  },
  create: (inputs) => ({
    id: `${text(inputs, "role")}:${text(inputs, "name")}`,
    outputs: { policy: documentOf(inputs, "policy"), namePrefix: text(inputs, "namePrefix") },
  }),
  update(_record, inputs) {
    const malformed = policyProblem(documentOf(inputs, "policy"), "identity");
    if (malformed) throw new Error(iam("PutRolePolicy", "MalformedPolicyDocument", malformed));
    return { policy: documentOf(inputs, "policy") };
  },
};

const rolePolicyAttachment: Resource = {
  refuse(inputs, context) {
    const roleName = text(inputs, "role");
    const arn = text(inputs, "policyArn");
    const known = awsPolicies.has(arn) || context.inventory.get("aws:iam/policy:Policy", arn);
    const attached = attachedTo(roleName, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", context);
    return first(
      missingRole("AttachRolePolicy", roleName, context),
      !known && iam("AttachRolePolicy", "NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404),
      attached.length >= limits.attachedPolicies &&
        exceeded("AttachRolePolicy", "PoliciesPerRole", limits.attachedPolicies, 409),
    );
  },
  create: (inputs) => ({ id: `${text(inputs, "role")}/${text(inputs, "policyArn")}`, outputs: {} }),
};

const instanceProfile: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), path: "/" }),
  uniqueName: (inputs) => accountName(inputs, "CreateInstanceProfile", "Instance Profile"),
  refuse: (inputs, context) =>
    first(
      nameProblem("CreateInstanceProfile", "instanceProfileName", text(inputs, "name"), 128),
      text(inputs, "role") !== "" && missingRole("AddRoleToInstanceProfile", text(inputs, "role"), context),
    ),
  create(inputs, context) {
    const name = text(inputs, "name");
    return {
      id: name,
      outputs: {
        arn: globalArn(context, "instance-profile", inputs, name),
        createDate: timestamp(),
        namePrefix: text(inputs, "namePrefix"),
        uniqueId: uniqueId("AIPA", context),
      },
    };
  },
};

/** Name of IAM's entities: letters, digits and `+=,.@_-`: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
function nameProblem(operation: string, member: string, name: string, longest: number): string | undefined {
  const invalid = (constraint: string) =>
    iam(
      operation,
      "ValidationError",
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: ${constraint}`,
    );
  return first(
    name.length > longest && invalid(`Member must have length less than or equal to ${longest}`),
    !/^[\w+=,.@-]*$/.test(name) && invalid("Member must satisfy regular expression pattern: [\\w+=,.@-]+"),
  );
}

function accountName(inputs: Properties, operation: string, what: string) {
  const name = text(inputs, "name");
  const message = what.startsWith("A ")
    ? `${what} ${name} already exists. Duplicate names are not allowed.`
    : `${what} with name ${name} already exists.`;
  return { scope: "account", name, taken: iam(operation, "EntityAlreadyExists", message, 409) };
}

function missingRole(operation: string, name: string, { inventory }: Context): string | undefined {
  return inventory.get("aws:iam/role:Role", name)
    ? undefined
    : iam(operation, "NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
}

/** What of a type is attached to a role. */
export function attachedTo(roleName: string, type: string, { inventory }: Context): CloudRecord[] {
  return inventory.list(type).filter(({ outputs }) => outputs.role === roleName);
}

function exceeded(operation: string, quota: string, limit: number, status = 409): string {
  return iam(operation, "LimitExceeded", `Cannot exceed quota for ${quota}: ${limit}`, status);
}

/** Characters of a document that count: white space does not. */
function size(document: string): number {
  return document.replace(/\s/g, "").length;
}

export function globalArn({ account }: Context, kind: string, inputs: Properties, name: string): string {
  return `arn:aws:iam::${account}:${kind}${text(inputs, "path") || "/"}${name}`;
}

/** `AROA` and seventeen more capital letters and digits. */
export function uniqueId(prefix: string, context: Context): string {
  return prefix + context.hex(17).toUpperCase();
}

export const iamBehaviours: Record<string, Resource> = {
  "aws:iam/role:Role": tagged(role),
  "aws:iam/policy:Policy": tagged(policy),
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:iam/instanceProfile:InstanceProfile": tagged(instanceProfile),
};
