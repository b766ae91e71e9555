/** EFS: file systems, and the addresses that they are mounted by. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { efs, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, ec2Id, inRegion, map, text, texts } from "./values";

const fileSystemType = "aws:efs/fileSystem:FileSystem";
const mountTargetType = "aws:efs/mountTarget:MountTarget";

/** https://docs.aws.amazon.com/efs/latest/ug/limits.html */
const limits = { fileSystemsInRegion: 1000, securityGroups: 5 };

const fileSystem: Resource = {
  defaults: () => ({ throughputMode: "bursting" }),
  uniqueName(inputs, context) {
    const name = text(inputs, "creationToken");
    const message = `File system already exists with creation token ${name}`;
    return name === ""
      ? undefined
      : { scope: context.region, name, taken: efs("CreateFileSystem", "FileSystemAlreadyExists", message, 409) };
  },
  refuse(inputs, context) {
    return first(
      text(inputs, "kmsKeyId") !== "" &&
        inputs.encrypted !== true &&
        "encrypted must be set to true when kms_key_id is specified",
      inputs.performanceMode === "maxIO" &&
        inputs.throughputMode === "elastic" &&
        efs("CreateFileSystem", "BadRequest", "Performance mode maxIO is not supported with elastic throughput"),
      inRegion(context, fileSystemType).length >= limits.fileSystemsInRegion &&
        efs("CreateFileSystem", "FileSystemLimitExceeded", "The maximum number of file systems has been reached", 403),
    );
  },
  create(inputs, context) {
    const id = `fs-0${context.hex(16)}`;
    const encrypted = inputs.encrypted === true;
    return {
      id,
      outputs: {
        arn: arn(context, "elasticfilesystem", `file-system/${id}`),
        availabilityZoneId: "",
        availabilityZoneName: text(inputs, "availabilityZoneName"),
        creationToken: text(inputs, "creationToken") || `terraform-${context.hex(26)}`,
        dnsName: `${id}.efs.${context.region}.amazonaws.com`,
        encrypted,
        // The key that AWS keeps for EFS in every account, where none is named.
        kmsKeyId: text(inputs, "kmsKeyId") || (encrypted ? arn(context, "kms", `key/${context.hex(8)}-efs`) : ""),
        name: map(inputs, "tags").Name ?? "",
        numberOfMountTargets: 0,
        ownerId: context.account,
        performanceMode: inputs.performanceMode ?? "generalPurpose",
        protection: inputs.protection ?? { replicationOverwrite: "ENABLED" },
        // What an empty file system is shown with.
        sizeInBytes: [{ value: 6144, valueInIa: 0, valueInStandard: 6144 }],
      },
    };
  },
  refuseDelete({ id }, { inventory }) {
    return targetsOf(id, inventory.list(mountTargetType)).length > 0
      ? efs("DeleteFileSystem", "FileSystemInUse", `file system ${id} has mount targets created in it.`, 409)
      : undefined;
  },
};

function targetsOf(fileSystemId: string, targets: CloudRecord[]): CloudRecord[] {
  return targets.filter(({ outputs }) => outputs.fileSystemId === fileSystemId);
}

const mountTarget: Resource = {
  refuse(inputs, context) {
    const { inventory } = context;
    const id = text(inputs, "fileSystemId");
    const subnet = inventory.get("aws:ec2/subnet:Subnet", text(inputs, "subnetId"));
    if (!inventory.get(fileSystemType, id)) {
      return efs("CreateMountTarget", "FileSystemNotFound", `File system '${id}' does not exist.`, 404);
    }
    if (!subnet) {
      return efs("CreateMountTarget", "SubnetNotFound", `The subnet ID '${text(inputs, "subnetId")}' does not exist`);
    }
    const others = targetsOf(id, inventory.list(mountTargetType));
    const vpcOf = (target: CloudRecord) =>
      inventory.get("aws:ec2/subnet:Subnet", text(target.outputs, "subnetId"))?.outputs.vpcId;
    return first(
      groupProblem(inputs, subnet, context),
      others.some((other) => other.outputs.availabilityZoneName === subnet.outputs.availabilityZone) &&
        efs("CreateMountTarget", "MountTargetConflict", "mount target already exists in this AZ", 409),
      others.some((other) => vpcOf(other) !== subnet.outputs.vpcId) &&
        efs(
          "CreateMountTarget",
          "MountTargetConflict",
          "requested subnet for new mount target is not in the same VPC as existing mount targets",
          409,
        ),
    );
  },
  create(inputs, context) {
    const fileSystemId = text(inputs, "fileSystemId");
    const subnet = context.inventory.get("aws:ec2/subnet:Subnet", text(inputs, "subnetId"))?.outputs ?? {};
    const zone = text(subnet, "availabilityZone");
    const host = `${fileSystemId}.efs.${context.region}.amazonaws.com`;
    const address = text(subnet, "cidrBlock").replace(/\d+\/\d+$/, "100");
    return {
      id: `fsmt-0${context.hex(16)}`,
      outputs: {
        availabilityZoneId: text(subnet, "availabilityZoneId"),
        availabilityZoneName: zone,
        dnsName: host,
        fileSystemArn: arn(context, "elasticfilesystem", `file-system/${fileSystemId}`),
        ipAddress: text(inputs, "ipAddress") || address,
        mountTargetDnsName: `${zone}.${host}`,
        networkInterfaceId: ec2Id(context, "eni"),
        ownerId: context.account,
        securityGroups: texts(inputs, "securityGroups"),
      },
    };
  },
};

function groupProblem(inputs: Properties, subnet: CloudRecord, { inventory }: Context): string | undefined {
  const ids = texts(inputs, "securityGroups");
  const groups = ids.map((id) => inventory.get("aws:ec2/securityGroup:SecurityGroup", id));
  const missing = ids.find((_, index) => !groups[index]);
  const foreign = groups.some((group) => group && group.outputs.vpcId !== subnet.outputs.vpcId);
  return first(
    missing !== undefined &&
      efs("CreateMountTarget", "SecurityGroupNotFound", `One or more security groups do not exist: ${missing}`),
    foreign &&
      efs("CreateMountTarget", "SecurityGroupNotFound", "One or more security groups are not in the subnet's VPC"),
    ids.length > limits.securityGroups &&
      efs(
        "CreateMountTarget",
        "SecurityGroupLimitExceeded",
        "The maximum number of security groups per interface has been reached",
      ),
  );
}

export const efsBehaviours: Record<string, Resource> = {
  [fileSystemType]: regional(tagged(fileSystem)),
  [mountTargetType]: regional(mountTarget),
};
