/**
 * Which inputs the EKS component has, and which of them the rehearsal acts on. An input outside the component's schema,
 * and one that the rehearsal would have to ignore, are errors: the real component would do something else than what was
 * rehearsed.
 *
 * Source: the package schema of pulumi-eks 4.3.0 (provider/cmd/pulumi-resource-eks/schema.json); test/contract/eks.test.ts
 * compares these lists with it.
 */
import { isUnknown, Output } from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

/** Every input of `eks:index:Cluster`; true where its effects are rehearsed. */
export const clusterInputs: Record<string, boolean> = {
  accessEntries: true,
  authenticationMode: true,
  autoMode: false,
  bootstrapSelfManagedAddons: true,
  clusterSecurityGroup: true,
  clusterSecurityGroupTags: true,
  clusterTags: true,
  corednsAddonOptions: true,
  createInstanceRole: true,
  createOidcProvider: true,
  creationRoleProvider: false,
  deletionProtection: true,
  desiredCapacity: false,
  enableConfigMapMutable: true,
  enabledClusterLogTypes: true,
  encryptionConfigKeyArn: true,
  endpointPrivateAccess: true,
  endpointPublicAccess: true,
  fargate: false,
  gpu: false,
  instanceProfileName: false,
  instanceRole: true,
  instanceRoles: false,
  instanceType: false,
  ipFamily: true,
  kubeProxyAddonOptions: true,
  kubernetesServiceIpAddressRange: true,
  maxSize: false,
  minSize: false,
  name: true,
  nodeAmiId: false,
  nodeAssociatePublicIpAddress: false,
  nodeGroupOptions: false,
  nodePublicKey: false,
  nodeRootVolumeEncrypted: false,
  nodeRootVolumeSize: false,
  nodeSecurityGroupTags: true,
  nodeSubnetIds: false,
  nodeUserData: false,
  privateSubnetIds: true,
  providerCredentialOpts: true,
  proxy: false,
  publicAccessCidrs: true,
  publicSubnetIds: true,
  roleMappings: false,
  serviceRole: true,
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  storageClasses: false,
  subnetIds: true,
  tags: true,
  upgradePolicy: true,
  useDefaultVpcCni: true,
  userMappings: false,
  version: true,
  vpcCniOptions: true,
  vpcId: true,
};

const addonOptions = [
  "configurationValues",
  "enabled",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "version",
];

/** The properties of the inputs that are objects. */
export const nestedInputs: Record<string, string[]> = {
  corednsAddonOptions: addonOptions,
  kubeProxyAddonOptions: addonOptions,
  providerCredentialOpts: ["profileName", "roleArn"],
  vpcCniOptions: [
    "addonVersion",
    "cniConfigureRpfilter",
    "cniCustomNetworkCfg",
    "cniExternalSnat",
    "configurationValues",
    "customNetworkConfig",
    "disableTcpEarlyDemux",
    "enableNetworkPolicy",
    "enablePodEni",
    "enablePrefixDelegation",
    "eniConfigLabelDef",
    "eniMtu",
    "externalSnat",
    "logFile",
    "logLevel",
    "nodePortSupport",
    "resolveConflictsOnCreate",
    "resolveConflictsOnUpdate",
    "securityContextPrivileged",
    "serviceAccountRoleArn",
    "vethPrefix",
    "warmEniTarget",
    "warmIpTarget",
    "warmPrefixTarget",
  ],
};

/** The properties of one of `accessEntries`, and of one of its `accessPolicies`. */
export const accessEntryInputs = ["accessPolicies", "kubernetesGroups", "principalArn", "tags", "type", "username"];
export const accessPolicyInputs = ["accessScope", "policyArn"];

/** Values outside these enumerations are errors. Source: the schema's types of the same names. */
export const enumerations: Record<string, string[]> = {
  ResolveConflictsOnCreate: ["NONE", "OVERWRITE"],
  ResolveConflictsOnUpdate: ["NONE", "OVERWRITE", "PRESERVE"],
  AccessEntryType: ["STANDARD", "FARGATE_LINUX", "EC2_LINUX", "EC2_WINDOWS", "EC2"],
};

/** Inputs that decide which children exist: the component must know them at once (`plain` in its schema). */
const plain = [
  "accessEntries",
  "authenticationMode",
  "corednsAddonOptions",
  "createInstanceRole",
  "kubeProxyAddonOptions",
  "skipDefaultNodeGroup",
  "skipDefaultSecurityGroups",
  "useDefaultVpcCni",
  "vpcCniOptions",
];

/** Everything wrong with the inputs of an `eks:index:Cluster`, one line each; empty where nothing is. */
export function clusterProblems(inputs: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(inputs)) {
    if (value === undefined || value === null) continue;
    const rehearsed = clusterInputs[key];
    if (rehearsed === undefined) problems.push(unknownProperty(key, key, Object.keys(clusterInputs)));
    else if (!rehearsed) problems.push(`${key}: the component has this input, but its effects are not rehearsed`);
    else if (plain.includes(key) && (Output.isInstance(value) || isUnknown(value))) {
      problems.push(`${key}: must be a plain value, not an output`);
    } else if (nestedInputs[key]) problems.push(...propertyProblems(key, value, nestedInputs[key]));
  }
  for (const [name, entry] of Object.entries(record(inputs.accessEntries))) {
    const path = `accessEntries.${name}`;
    problems.push(...propertyProblems(path, entry, accessEntryInputs));
    problems.push(...valueProblems(`${path}.type`, record(entry).type, "AccessEntryType"));
    for (const [policy, association] of Object.entries(record(record(entry).accessPolicies))) {
      problems.push(...propertyProblems(`${path}.accessPolicies.${policy}`, association, accessPolicyInputs));
    }
  }
  for (const key of ["corednsAddonOptions", "kubeProxyAddonOptions", "vpcCniOptions"]) {
    const { resolveConflictsOnCreate, resolveConflictsOnUpdate } = record(inputs[key]);
    problems.push(
      ...valueProblems(`${key}.resolveConflictsOnCreate`, resolveConflictsOnCreate, "ResolveConflictsOnCreate"),
    );
    problems.push(
      ...valueProblems(`${key}.resolveConflictsOnUpdate`, resolveConflictsOnUpdate, "ResolveConflictsOnUpdate"),
    );
  }
  if (inputs.authenticationMode !== "API") {
    const written = JSON.stringify(inputs.authenticationMode) ?? "not set";
    problems.push(`authenticationMode: ${written}, but only "API" is rehearsed (others need the ConfigMap aws-auth)`);
  }
  if (inputs.skipDefaultNodeGroup !== true) {
    problems.push("skipDefaultNodeGroup: must be true, since the component's own node group is not rehearsed");
  }
  if (inputs.vpcId === undefined) problems.push("vpcId: must be set, since the account's default VPC is not rehearsed");
  return problems;
}

function propertyProblems(path: string, value: unknown, known: string[]): string[] {
  if (Output.isInstance(value)) return [];
  return Object.keys(record(value))
    .filter((key) => !known.includes(key))
    .map((key) => unknownProperty(`${path}.${key}`, key, known));
}

function valueProblems(path: string, value: unknown, enumeration: string): string[] {
  const allowed = enumerations[enumeration] ?? [];
  if (value === undefined || typeof value !== "string" || allowed.includes(value)) return [];
  return [`${path}: "${value}" is not one of ${allowed.join(", ")}`];
}

function unknownProperty(path: string, key: string, known: string[]): string {
  const nearest = closest(key, known);
  const hint = distance(key, nearest) <= 3 ? `; did you mean ${nearest}?` : "";
  return `${path}: the component has no such input${hint}`;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Output.isInstance(value)
    ? (value as Record<string, unknown>)
    : {};
}
