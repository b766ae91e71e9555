/** EKS add-ons: EKS installs what they consist of on the cluster. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { objectsOf } from "./addonObjects";
import { missingCluster } from "./eksNodeGroup";
import { addonVersion, isAddon } from "./eksVersions";
import { eks, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, count, object, text, timestamp } from "./values";

/**
 * First level of each add-on's configuration: `aws eks describe-addon-configuration`, whose schemas allow nothing else.
 * Source: the schemas as users quote them, and https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
 */
const configurationKeys: Record<string, string[]> = {
  coredns: [
    ...["affinity", "autoScaling", "computeType", "corefile", "nodeSelector", "podAnnotations", "podDisruptionBudget"],
    ...["podLabels", "priorityClassName", "replicaCount", "resources", "tolerations", "topologySpreadConstraints"],
  ],
  "kube-proxy": ["affinity", "ipvs", "mode", "nodeSelector", "podAnnotations", "podLabels", "resources", "tolerations"],
  "vpc-cni": [
    ...["affinity", "branchENICooldown", "enableNetworkPolicy", "enableWindowsIpam", "enableWindowsPrefixDelegation"],
    ...[
      "eniConfig",
      "env",
      "init",
      "livenessProbeTimeoutSeconds",
      "minimumWindowsIPTarget",
      "nodeAgent",
      "nodeSelector",
    ],
    ...[
      "originalMatchLabels",
      "podAnnotations",
      "podLabels",
      "readinessProbeTimeoutSeconds",
      "resources",
      "tolerations",
    ],
    ...["warmWindowsIPTarget", "warmWindowsPrefixTarget"],
  ],
  "aws-ebs-csi-driver": [
    ...["a1CompatibilityDaemonSet", "additionalDaemonSets", "controller", "debugLogs", "defaultStorageClass", "fips"],
    ...["node", "nodeComponentOnly", "sidecars", "useOldCSIDriver", "volumeSnapshotClasses"],
  ],
  // https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/charts/aws-efs-csi-driver/values.yaml
  "aws-efs-csi-driver": ["controller", "node", "sidecars"],
  "eks-pod-identity-agent": [
    ...["affinity", "agent", "env", "nodeSelector", "podAnnotations", "podLabels", "priorityClassName", "resources"],
    ...["tolerations", "updateStrategy"],
  ],
};

/** Add-ons whose pods run on nodes like any other, and so never get ready without one. */
const needsNodes = ["coredns", "aws-ebs-csi-driver", "aws-efs-csi-driver"];

/** Service account of the pods that make volumes, and never get ready where they may not. */
const callsAws: Record<string, string> = {
  "aws-ebs-csi-driver": "ebs-csi-controller-sa",
  "aws-efs-csi-driver": "efs-csi-controller-sa",
};

const addon: Resource = {
  uniqueName(inputs) {
    const taken = eks("CreateAddon", "ResourceInUseException", "Addon already exists.", 409);
    return { scope: text(inputs, "clusterName"), name: text(inputs, "addonName"), taken };
  },
  refuse(inputs, context) {
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"));
    if (!cluster) return missingCluster("CreateAddon", text(inputs, "clusterName"));
    return settingsProblem("CreateAddon", inputs, cluster) ?? notReady(inputs, context);
  },
  async create(inputs, context) {
    const name = text(inputs, "addonName");
    const clusterName = text(inputs, "clusterName");
    const cluster = clusterOf(inputs, context);
    const version = versionOf(inputs, cluster);
    await context.clusters.apply(
      text(cluster.outputs, "arn"),
      installed({ ...inputs, addonVersion: version }, context),
    );
    return {
      id: `${clusterName}:${name}`,
      outputs: {
        addonVersion: version,
        arn: arn(context, "eks", `addon/${clusterName}/${name}/${context.hex(32)}`),
        configurationValues: text(inputs, "configurationValues"),
        createdAt: timestamp(),
        modifiedAt: timestamp(),
        namespaceConfig: inputs.namespaceConfig ?? { namespace: "kube-system" },
      },
    };
  },
  async update(_record, inputs, context) {
    const cluster = clusterOf(inputs, context);
    const problem = settingsProblem("UpdateAddon", inputs, cluster);
    if (problem) throw new Error(problem);
    const addonVersion = versionOf(inputs, cluster);
    await context.clusters.apply(text(cluster.outputs, "arn"), installed({ ...inputs, addonVersion }, context));
    return { addonVersion, configurationValues: text(inputs, "configurationValues"), modifiedAt: timestamp() };
  },
  async delete({ outputs }, context) {
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(outputs, "clusterName"));
    if (!cluster || outputs.preserve === true) return;
    await context.clusters.remove(text(cluster.outputs, "arn"), installed(outputs, context));
  },
};

function clusterOf(inputs: Properties, { inventory }: Context): CloudRecord {
  const cluster = inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"));
  if (!cluster) throw new Error(missingCluster("DescribeCluster", text(inputs, "clusterName")));
  return cluster;
}

function versionOf(inputs: Properties, cluster: CloudRecord): string {
  return (
    text(inputs, "addonVersion") || (addonVersion(text(inputs, "addonName"), text(cluster.outputs, "version")) ?? "")
  );
}

function installed(addonOutputs: Properties, context: Context) {
  return objectsOf(text(addonOutputs, "addonName"), {
    clusterName: text(addonOutputs, "clusterName"),
    region: context.region,
    version: text(addonOutputs, "addonVersion"),
    values: valuesOf(addonOutputs) ?? {},
  });
}

/** The add-on's configuration; undefined where it is no JSON object. */
function valuesOf(inputs: Properties): Properties | undefined {
  try {
    const values: unknown = JSON.parse(text(inputs, "configurationValues") || "{}");
    return typeof values === "object" && values !== null && !Array.isArray(values) ? (values as Properties) : undefined;
  } catch {
    return undefined;
  }
}

function settingsProblem(operation: string, inputs: Properties, cluster: CloudRecord): string | undefined {
  const name = text(inputs, "addonName");
  const kubernetes = text(cluster.outputs, "version");
  const wanted = text(inputs, "addonVersion");
  const invalid = (message: string) => eks(operation, "InvalidParameterException", message);
  const values = valuesOf(inputs);
  const stray = Object.keys(values ?? {}).find((key) => !(configurationKeys[name] ?? []).includes(key));
  const schema = "ConfigurationValue provided in request is not supported: Json schema validation failed with error";
  return first(
    !isAddon(name) && invalid(`Addon ${name} specified is not supported in ${kubernetes} kubernetes version`),
    wanted !== "" && wanted !== addonVersion(name, kubernetes) && invalid("Addon version specified is not supported"),
    !values &&
      invalid("ConfigurationValue provided in request is not supported: it is not a valid JSON or YAML object"),
    stray !== undefined &&
      invalid(
        `${schema}: [$.${stray}: is not defined in the schema and the schema does not allow additional properties]`,
      ),
  );
}

/** EKS waits for the add-on's pods, and in vain where they have no node or no rights. */
function notReady(inputs: Properties, context: Context): string | undefined {
  const clusterName = text(inputs, "clusterName");
  const name = text(inputs, "addonName");
  const account = callsAws[name];
  const nodes = context.inventory
    .list("aws:eks/nodeGroup:NodeGroup")
    .filter(({ outputs }) => outputs.clusterName === clusterName)
    .reduce((sum, { outputs }) => sum + (count(object(outputs, "scalingConfig"), "desiredSize") ?? 0), 0);
  const waiting = (state: string) =>
    `unexpected EKS Add-On (${clusterName}:${name}) state returned during creation: timeout while waiting for state to ` +
    `become 'ACTIVE' (last state: '${state}', timeout: 20m0s)`;
  return first(
    needsNodes.includes(name) && nodes === 0 && waiting("CREATING"),
    account !== undefined && !mayCallAws(inputs, account, context) && waiting("DEGRADED"),
  );
}

/** Whether the add-on's service account has a role. Roles of the nodes do not count: pods cannot reach them at one hop. */
function mayCallAws(inputs: Properties, serviceAccount: string, { inventory }: Context): boolean {
  const ofCluster = (type: string) =>
    inventory.list(type).filter(({ outputs }) => outputs.clusterName === inputs.clusterName);
  const agent = ofCluster("aws:eks/addon:Addon").some(({ outputs }) => outputs.addonName === "eks-pod-identity-agent");
  const associated = ofCluster("aws:eks/podIdentityAssociation:PodIdentityAssociation").some(
    ({ outputs }) => outputs.serviceAccount === serviceAccount,
  );
  return (
    (agent && associated) ||
    text(inputs, "serviceAccountRoleArn") !== "" ||
    inputs.podIdentityAssociations !== undefined
  );
}

export const eksAddonBehaviours: Record<string, Resource> = {
  "aws:eks/addon:Addon": regional(tagged(addon)),
};
