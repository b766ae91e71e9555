/** EKS clusters: the control plane is a real one, started and ended through the cluster host. */
import type { CloudRecord, ClusterRequest, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { objectsOf } from "./addonObjects";
import { overlaps, parseRange, privateRanges, contains } from "./cidr";
import { addonVersion, kubernetesVersions, minor, platformVersion } from "./eksVersions";
import { attachedTo } from "./iam";
import { findKey } from "./kms";
import { trusts } from "./policies";
import { eks, first } from "./refusals";
import { autoName, regional, type Resource, tagged } from "./resource";
import { findSubnets, zonesOfSubnets } from "./subnets";
import { arn, ec2Id, findBy, inRegion, object, text, texts, timestamp } from "./values";
import { missingSecurityGroup } from "./vpc";

/** https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const clustersInRegion = 100;

const invalid = (message: string) => eks("CreateCluster", "InvalidParameterException", message);

const cluster: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), bootstrapSelfManagedAddons: true }),
  uniqueName(inputs, context) {
    const name = text(inputs, "name");
    const taken = eks("CreateCluster", "ResourceInUseException", `Cluster already exists with name: ${name}`, 409);
    return { scope: context.region, name, taken };
  },
  refuse(inputs, context) {
    const name = text(inputs, "name");
    const version = text(inputs, "version");
    return first(
      !/^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/.test(name) &&
        invalid(
          `The cluster name "${name}" must match ^[0-9A-Za-z][A-Za-z0-9-_]* and have no more than 100 characters`,
        ),
      version !== "" && !kubernetesVersions.includes(version) && invalid("unsupported Kubernetes version"),
      roleProblem(text(inputs, "roleArn"), context),
      networkProblem(object(inputs, "vpcConfig"), context),
      endpointProblem(object(inputs, "vpcConfig")),
      serviceRangeProblem(inputs, context),
      keyProblem(inputs, context),
      inRegion(context, "aws:eks/cluster:Cluster").length >= clustersInRegion &&
        eks("CreateCluster", "ResourceLimitExceededException", `Cluster limit exceeded for account.`),
    );
  },
  async create(inputs, context) {
    const name = text(inputs, "name");
    const id = arn(context, "eks", `cluster/${name}`);
    const version = text(inputs, "version") || (kubernetesVersions.at(-1) ?? "");
    const serviceCidr = serviceRange(inputs, context);
    const hash = context.hex(32).toUpperCase();
    const endpointHost = `${hash}.gr7.${context.region}.eks.amazonaws.com`;
    const { certificateAuthority } = await context.clusters.start({
      id,
      name,
      cloud: "aws",
      region: context.region,
      version,
      endpointHost,
      serviceCidr,
    });
    if (inputs.bootstrapSelfManagedAddons !== false) await selfManagedAddons(id, name, version, context);
    const subnets = findSubnets("CreateCluster", texts(object(inputs, "vpcConfig"), "subnetIds"), context);
    const vpcId = typeof subnets === "string" ? "" : text(subnets[0]?.outputs ?? {}, "vpcId");
    return {
      id: name,
      outputs: {
        ...settings(inputs, version),
        arn: id,
        certificateAuthority: { data: certificateAuthority },
        clusterId: "",
        computeConfig: inputs.computeConfig ?? {},
        createdAt: timestamp(),
        endpoint: `https://${endpointHost}`,
        identities: [{ oidcs: [{ issuer: `https://oidc.eks.${context.region}.amazonaws.com/id/${hash}` }] }],
        kubernetesNetworkConfig: {
          elasticLoadBalancing: { enabled: false },
          ipFamily: text(object(inputs, "kubernetesNetworkConfig"), "ipFamily") || "ipv4",
          serviceIpv4Cidr: serviceCidr,
          serviceIpv6Cidr: "",
        },
        status: "ACTIVE",
        storageConfig: inputs.storageConfig ?? {},
        vpcConfig: vpcConfig(inputs, { vpcId, clusterSecurityGroupId: ec2Id(context, "sg") }),
      },
    };
  },
  async update(record, inputs, context) {
    const problem = updateProblem(record, inputs, context);
    if (problem) throw new Error(problem);
    const { vpcId, clusterSecurityGroupId } = object(record.outputs, "vpcConfig");
    const version = text(inputs, "version") || text(record.outputs, "version");
    // In place: objects, certificates and the endpoint stay, the programs behind it are started anew.
    if (version !== text(record.outputs, "version")) await context.clusters.start(request(record.outputs, version));
    return {
      ...settings(inputs, version),
      kubernetesNetworkConfig: record.outputs.kubernetesNetworkConfig,
      vpcConfig: vpcConfig(inputs, { vpcId, clusterSecurityGroupId }),
    };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    const groups = inventory.list("aws:eks/nodeGroup:NodeGroup").some((group) => group.outputs.clusterName === id);
    return first(
      groups && eks("DeleteCluster", "ResourceInUseException", "Cluster has nodegroups attached", 409),
      outputs.deletionProtection === true &&
        eks("DeleteCluster", "InvalidRequestException", `Cluster ${id} has deletion protection enabled`),
    );
  },
  delete: async ({ outputs }, { clusters }) => clusters.stop(text(outputs, "arn")),
};

/** Outputs that an update may change. */
function settings(inputs: Properties, version: string): Properties {
  return {
    accessConfig: {
      authenticationMode: "CONFIG_MAP",
      bootstrapClusterCreatorAdminPermissions: true,
      ...object(inputs, "accessConfig"),
    },
    controlPlaneScalingConfig: inputs.controlPlaneScalingConfig ?? { tier: "standard" },
    deletionProtection: inputs.deletionProtection ?? false,
    kubeApiServerConfig: inputs.kubeApiServerConfig ?? {},
    kubeControllerManagerConfig: inputs.kubeControllerManagerConfig ?? {},
    kubeSchedulerConfig: inputs.kubeSchedulerConfig ?? {},
    platformVersion: platformVersion(version),
    upgradePolicy: inputs.upgradePolicy ?? { supportType: "EXTENDED" },
    version,
  };
}

function vpcConfig(inputs: Properties, fixed: Properties): Properties {
  const config = object(inputs, "vpcConfig");
  const isPublic = config.endpointPublicAccess !== false;
  return {
    controlPlaneEgressMode: "VPC",
    ...config,
    ...fixed,
    endpointPrivateAccess: config.endpointPrivateAccess ?? false,
    endpointPublicAccess: isPublic,
    publicAccessCidrs: isPublic ? (config.publicAccessCidrs ?? ["0.0.0.0/0"]) : [],
  };
}

function roleProblem(roleArn: string, context: Context): string | undefined {
  const role = findBy(context, "aws:iam/role:Role", "arn", roleArn);
  if (!role || !trusts(role, "eks.amazonaws.com")) {
    return invalid(
      `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
    );
  }
  const policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
  const attached = attachedTo(role.id, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", context);
  return attached.some(({ outputs }) => outputs.policyArn === policy)
    ? undefined
    : invalid(
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it. " +
          `Please ensure the following policies [${policy}] are attached`,
      );
}

function networkProblem(config: Properties, context: Context): string | undefined {
  const subnets = findSubnets("CreateCluster", texts(config, "subnetIds"), context);
  if (typeof subnets === "string") return subnets;
  const vpcs = new Set(subnets.map(({ outputs }) => outputs.vpcId));
  return first(
    zonesOfSubnets(subnets).length < 2 && invalid("Subnets specified must be in at least two different AZs"),
    vpcs.size > 1 && invalid("Subnets specified must belong to the same VPC"),
    missingSecurityGroup("CreateCluster", texts(config, "securityGroupIds"), context),
  );
}

/** https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html */
function endpointProblem(config: Properties): string | undefined {
  const isPublic = config.endpointPublicAccess !== false;
  const unroutable = texts(config, "publicAccessCidrs").filter((cidr) => {
    const range = parseRange(cidr);
    return !range || (range.prefix > 0 && privateRanges.some((priv) => contains(priv, range)));
  });
  return first(
    !isPublic && config.endpointPrivateAccess !== true && invalid("Private and public endpoint access cannot be false"),
    unroutable.length > 0 &&
      invalid(`The following CIDRs are not allowed in publicAccessCidrs: [${unroutable.join(", ")}]`),
  );
}

/** Service addresses: private, /12 to /24, and apart from the VPC's (CreateCluster's documentation in botocore). */
function serviceRangeProblem(inputs: Properties, context: Context): string | undefined {
  const cidr = text(object(inputs, "kubernetesNetworkConfig"), "serviceIpv4Cidr");
  if (!cidr) return undefined;
  const range = parseRange(cidr);
  const vpc = vpcRange(inputs, context);
  return first(
    (!range || range.prefix < 12 || range.prefix > 24 || !privateRanges.some((priv) => contains(priv, range))) &&
      invalid(`serviceIpv4Cidr ${cidr} must be a /12 to /24 block within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`),
    range && vpc && overlaps(range, vpc) && invalid(`serviceIpv4Cidr ${cidr} overlaps with the VPC's CIDR block`),
  );
}

/** EKS takes 10.100.0.0/16, or 172.20.0.0/16 where the VPC is in the way: CreateCluster's documentation in botocore. */
function serviceRange(inputs: Properties, context: Context): string {
  const wanted = text(object(inputs, "kubernetesNetworkConfig"), "serviceIpv4Cidr");
  if (wanted) return wanted;
  const vpc = vpcRange(inputs, context);
  const usual = parseRange("10.0.0.0/8");
  return vpc && usual && overlaps(vpc, usual) ? "172.20.0.0/16" : "10.100.0.0/16";
}

function vpcRange(inputs: Properties, { inventory }: Context) {
  const subnet = inventory.get("aws:ec2/subnet:Subnet", texts(object(inputs, "vpcConfig"), "subnetIds")[0] ?? "");
  const vpc = inventory.get("aws:ec2/vpc:Vpc", text(subnet?.outputs ?? {}, "vpcId"));
  return parseRange(text(vpc?.outputs ?? {}, "cidrBlock"));
}

function keyProblem(inputs: Properties, context: Context): string | undefined {
  const key = text(object(object(inputs, "encryptionConfig"), "provider"), "keyArn");
  if (!key) return undefined;
  const record = findKey(key, context);
  return first(
    !record && invalid(`KMS key '${key}' does not exist`),
    record && record.outputs.customerMasterKeySpec !== "SYMMETRIC_DEFAULT" && invalid("KMS key must be symmetric"),
  );
}

/** What the control plane behind a cluster's outputs is asked to be. */
function request(outputs: Properties, version: string): ClusterRequest {
  return {
    id: text(outputs, "arn"),
    name: text(outputs, "name"),
    cloud: "aws",
    region: text(outputs, "region"),
    version,
    endpointHost: text(outputs, "endpoint").replace("https://", ""),
    serviceCidr: text(object(outputs, "kubernetesNetworkConfig"), "serviceIpv4Cidr"),
  };
}

/**
 * One minor version at a time, upwards, and no more than three ahead of any node
 * (https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html). Words: https://github.com/rancher/rancher/issues/43316
 * (downwards), https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2607 (several at once),
 * https://github.com/hashicorp/terraform-provider-aws/issues/19478 (node groups). That EKS takes an upgrade back within seven
 * days (https://github.com/hashicorp/terraform-provider-aws/issues/48751) is left out: the provider has no word for it.
 */
function updateProblem({ id, outputs }: CloudRecord, inputs: Properties, { inventory }: Context): string | undefined {
  const from = text(outputs, "version");
  const to = text(inputs, "version") || from;
  const step = minor(to) - minor(from);
  const refuse = (message: string) => eks("UpdateClusterVersion", "InvalidParameterException", message);
  const behind = inventory
    .list("aws:eks/nodeGroup:NodeGroup")
    .filter((group) => group.outputs.clusterName === id && minor(to) - minor(text(group.outputs, "version")) > 3)
    .map((group) => text(group.outputs, "nodeGroupName"));
  return first(
    !kubernetesVersions.includes(to) && refuse("unsupported Kubernetes version"),
    (step > 1 || step < 0) && refuse(`Unsupported Kubernetes minor version update from ${from} to ${to}`),
    behind.length > 0 &&
      refuse(
        `Nodegroups ${behind.join(", ")} must be updated to match cluster version ${from} before updating cluster version`,
      ),
    endpointProblem(object(inputs, "vpcConfig")),
  );
}

/** Without `bootstrapSelfManagedAddons: false`, a cluster is born with its network, proxy and DNS, managed by nobody. */
async function selfManagedAddons(
  id: string,
  name: string,
  version: string,
  { clusters, region }: Context,
): Promise<void> {
  for (const addon of ["vpc-cni", "kube-proxy", "coredns"]) {
    await clusters.apply(
      id,
      objectsOf(addon, { clusterName: name, region, version: addonVersion(addon, version) ?? "", values: {} }),
    );
  }
}

export const eksClusterBehaviours: Record<string, Resource> = {
  "aws:eks/cluster:Cluster": regional(tagged(cluster)),
};
