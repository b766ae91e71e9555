/** CloudWatch log groups. */
import { findKey, statementsOfKey } from "./kms";
import { servicesOf } from "./policies";
import { first, logs } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { arn, text } from "./values";

const logGroup: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), retentionInDays: 0, skipDestroy: false }),
  uniqueName(inputs, context) {
    const taken = logs("CreateLogGroup", "ResourceAlreadyExistsException", "The specified log group already exists");
    return { scope: context.region, name: text(inputs, "name"), taken };
  },
  refuse(inputs, context) {
    const name = text(inputs, "name");
    const keyArn = text(inputs, "kmsKeyId");
    const key = findKey(keyArn, context);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    const allowed =
      key &&
      statementsOfKey(key).some(({ Principal }) => servicesOf(Principal).some((service) => /^logs\./.test(service)));
    const group = arn(context, "logs", `log-group:${name}`);
    return first(
      !/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name) &&
        logs(
          "CreateLogGroup",
          "InvalidParameterException",
          `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
        ),
      keyArn !== "" &&
        !allowed &&
        logs(
          "CreateLogGroup",
          "AccessDeniedException",
          `The specified KMS key does not exist or is not allowed to be used with Arn '${group}'`,
        ),
    );
  },
  create(inputs, context) {
    const name = text(inputs, "name");
    return {
      id: name,
      outputs: {
        arn: arn(context, "logs", `log-group:${name}`),
        deletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
        logGroupClass: inputs.logGroupClass ?? "STANDARD",
        namePrefix: text(inputs, "namePrefix"),
      },
    };
  },
  refuseDelete({ outputs }) {
    return outputs.deletionProtectionEnabled === true
      ? logs(
          "DeleteLogGroup",
          "ValidationException",
          `Log group ${text(outputs, "name")} has deletion protection enabled`,
        )
      : undefined;
  },
};

export const logBehaviours: Record<string, Resource> = {
  "aws:cloudwatch/logGroup:LogGroup": regional(tagged(logGroup)),
};
