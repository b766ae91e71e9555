/** Launch templates. */
import { ec2, first } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { missingSecurityGroup } from "./vpc";
import { arn, count, ec2Id, object, text, texts } from "./values";

const launchTemplate: Resource = {
  defaults: (inputs, context) => autoName(inputs, context),
  uniqueName(inputs, context) {
    const name = text(inputs, "name");
    const taken = ec2(
      "CreateLaunchTemplate",
      "InvalidLaunchTemplateName.AlreadyExistsException",
      "Launch template name already in use.",
    );
    return { scope: context.region, name, taken };
  },
  refuse(inputs, context) {
    const name = text(inputs, "name");
    return first(
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
      name !== "" &&
        !/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name) &&
        ec2(
          "CreateLaunchTemplate",
          "InvalidLaunchTemplateName.MalformedException",
          "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _",
        ),
      missingSecurityGroup("CreateLaunchTemplate", texts(inputs, "vpcSecurityGroupIds"), context),
    );
  },
  create(inputs, context) {
    const id = ec2Id(context, "lt");
    return {
      id,
      outputs: {
        arn: arn(context, "ec2", `launch-template/${id}`),
        latestVersion: 1,
        defaultVersion: 1,
        namePrefix: text(inputs, "namePrefix"),
        metadataOptions: metadata(object(inputs, "metadataOptions")),
      },
    };
  },
  update(record, inputs) {
    const latestVersion = (count(record.outputs, "latestVersion") ?? 1) + 1;
    const defaultVersion = inputs.updateDefaultVersion === true ? latestVersion : record.outputs.defaultVersion;
    return {
      latestVersion,
      defaultVersion: inputs.defaultVersion ?? defaultVersion,
      metadataOptions: metadata(object(inputs, "metadataOptions")),
    };
  },
};

function metadata(options: Record<string, unknown>): Record<string, unknown> {
  return {
    httpEndpoint: "",
    httpProtocolIpv6: "",
    httpPutResponseHopLimit: 0,
    httpTokens: "",
    instanceMetadataTags: "",
    ...options,
  };
}

export const launchTemplateBehaviours: Record<string, Resource> = {
  "aws:ec2/launchTemplate:LaunchTemplate": regional(tagged(launchTemplate)),
};
