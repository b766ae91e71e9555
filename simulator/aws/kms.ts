/** KMS keys and their aliases. */
import { randomUUID } from "node:crypto";
import type { CloudRecord, Context } from "../cloud/behaviour";
import { documentOf, list, policyProblem, statementsOf } from "./policies";
import { first, kms } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { arn, text } from "./values";

/** The policy that a key has where none is given: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function defaultPolicy(account: string): string {
  const statement = {
    Sid: "Enable IAM User Permissions",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({ Id: "key-default-1", Statement: [statement], Version: "2012-10-17" });
}

const key: Resource = {
  defaults: () => ({
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  }),
  refuse: (inputs, context) => keyPolicyProblem("CreateKey", documentOf(inputs, "policy"), context),
  create(inputs, context) {
    const id = randomUUID();
    return {
      id,
      outputs: {
        arn: arn(context, "kms", `key/${id}`),
        keyId: id,
        description: text(inputs, "description"),
        multiRegion: inputs.multiRegion ?? false,
        policy: documentOf(inputs, "policy") || defaultPolicy(context.account),
        rotationPeriodInDays: inputs.rotationPeriodInDays ?? (inputs.enableKeyRotation === true ? 365 : 0),
      },
    };
  },
  update(_record, inputs, context) {
    const problem = keyPolicyProblem("PutKeyPolicy", documentOf(inputs, "policy"), context);
    if (problem) throw new Error(problem);
    return { policy: documentOf(inputs, "policy") || defaultPolicy(context.account) };
  },
};

/** A key policy must be well formed, and leave somebody of the account able to change it. */
function keyPolicyProblem(operation: string, policy: string, { account }: Context): string | undefined {
  if (!policy) return undefined;
  const malformed = policyProblem(policy, "resource");
  const mayChange = (statementsOf(policy) ?? []).some(({ Effect, Principal, Action }) => {
    const ours = JSON.stringify(Principal ?? "").includes(account) || Principal === "*";
    return (
      Effect === "Allow" &&
      ours &&
      list(Action).some((action) => ["kms:*", "kms:Put*", "kms:PutKeyPolicy", "*"].includes(action))
    );
  });
  return first(
    malformed && kms(operation, "MalformedPolicyDocumentException", malformed),
    !mayChange &&
      kms(
        operation,
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
      ),
  );
}

const alias: Resource = {
  defaults(inputs, context) {
    const name = text(autoName(inputs, context, 238), "name");
    return name ? { name: `alias/${name}` } : {};
  },
  uniqueName(inputs, context) {
    const name = text(inputs, "name");
    const message = `An alias with the name ${arn(context, "kms", name)} already exists`;
    return { scope: context.region, name, taken: kms("CreateAlias", "AlreadyExistsException", message) };
  },
  refuse(inputs, context) {
    const name = text(inputs, "name");
    const target = text(inputs, "targetKeyId");
    return first(
      !/^alias\/[a-zA-Z0-9/_-]+$/.test(name) &&
        kms(
          "CreateAlias",
          "ValidationException",
          'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
        ),
      name.startsWith("alias/aws/") && kms("CreateAlias", "NotAuthorizedException", `Alias ${name} is reserved`),
      !findKey(target, context) &&
        kms("CreateAlias", "NotFoundException", `Key '${keyArn(target, context)}' does not exist`),
    );
  },
  create(inputs, context) {
    const name = text(inputs, "name");
    return {
      id: name,
      outputs: {
        arn: arn(context, "kms", name),
        targetKeyArn: keyArn(text(inputs, "targetKeyId"), context),
        namePrefix: text(inputs, "namePrefix"),
      },
    };
  },
  update: (_record, inputs, context) => ({ targetKeyArn: keyArn(text(inputs, "targetKeyId"), context) }),
};

/** A key by its id or ARN. */
export function findKey(idOrArn: string, { inventory }: Context): CloudRecord | undefined {
  return inventory.get("aws:kms/key:Key", idOrArn.split("/").pop() ?? "");
}

export function statementsOfKey(record: CloudRecord): NonNullable<ReturnType<typeof statementsOf>> {
  return statementsOf(text(record.outputs, "policy")) ?? [];
}

function keyArn(idOrArn: string, context: Context): string {
  return idOrArn.startsWith("arn:") ? idOrArn : arn(context, "kms", `key/${idOrArn}`);
}

export const kmsBehaviours: Record<string, Resource> = {
  "aws:kms/key:Key": regional(tagged(key)),
  "aws:kms/alias:Alias": regional(alias),
};
