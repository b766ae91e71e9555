/** GKE clusters: the control plane is a real one, started and ended through the cluster host. */
import { address, parseRange } from "../cloud/cidr";
import type { CloudRecord, ClusterRequest, Context, KubernetesManifest } from "../cloud/behaviour";
import { object, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { publicAddress } from "./addresses";
import { clusterProblem, updateProblem } from "./clusterChecks";
import { networkOf, podRange, serviceRange, subnetworkOf } from "./clusterNetwork";
import { googleError } from "./refusals";
import { regionOf, zonesOf } from "./regions";
import { autoName, labelled, owned, projectOf, type Resource } from "./resource";
import { systemObjects } from "./systemObjects";
import { minor, minorVersion, resolveVersion } from "./versions";

const cluster: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, { longest: 40 }),
    deletionProtection: true,
    disableL4LbFirewallReconciliation: false,
    enableCiliumClusterwideNetworkPolicy: false,
    enableFqdnNetworkPolicy: false,
    enableKubernetesAlpha: false,
    enableLegacyAbac: false,
    enableMultiNetworking: false,
    enableShieldedNodes: true,
    network: "default",
  }),
  uniqueName(inputs, context) {
    const id = idOf(inputs, context);
    return { scope: "project", name: id, taken: googleError(409, `Already exists: ${id}.`, "alreadyExists") };
  },
  refuse: clusterProblem,
  lock: (inputs, context) => ({ key: idOf(inputs, context), shared: false }),
  async create(inputs, context) {
    const id = idOf(inputs, context);
    const location = locationOf(inputs, context);
    const subnetwork = subnetworkOf(inputs, context);
    const publicEndpoint = publicAddress(context);
    const privateEndpoint = privateAddress(subnetwork, context);
    // The one that is asked for at birth: https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    const isPrivate = object(inputs, "privateClusterConfig").enablePrivateEndpoint === true;
    const endpointHost = isPrivate ? privateEndpoint : publicEndpoint;
    const version = resolveVersion(text(inputs, "minMasterVersion"), channelOf(inputs)) ?? "";
    const services = serviceRange(inputs, context);
    const { certificateAuthority } = await context.clusters.start({
      id,
      name: text(inputs, "name"),
      cloud: "gcp",
      region: regionOf(location),
      version: minorVersion(version),
      endpointHost,
      serviceCidr: services,
    });
    await context.clusters.apply(id, systemObjects({ ...inputs, ...settings(inputs) }));
    return {
      id,
      outputs: {
        ...settings(inputs),
        clusterIpv4Cidr: podRange(inputs, context),
        defaultMaxPodsPerNode: inputs.defaultMaxPodsPerNode ?? 110,
        emulatedVersion: "",
        endpoint: endpointHost,
        ipAllocationPolicy: allocation(inputs, context),
        labelFingerprint: context.hex(8),
        location,
        masterAuth: {
          clientCertificate: "",
          clientCertificateConfig: { issueClientCertificate: false },
          clientKey: "",
          clusterCaCertificate: certificateAuthority,
        },
        masterVersion: version,
        network: networkOf(inputs, context)?.id ?? text(inputs, "network"),
        networkingMode: inputs.networkingMode ?? "VPC_NATIVE",
        nodeConfig: object(inputs, "nodeConfig"),
        nodeLocations: locationsOf(inputs, location),
        // What the provider reads when the cluster is made: the first pool is gone by then, the others are not there yet.
        nodePools: [],
        nodeVersion: version,
        operation: "",
        privateClusterConfig: privateConfig(inputs, { endpoint: publicEndpoint, privateEndpoint }),
        selfLink: `https://container.googleapis.com/v1/${id}`,
        servicesIpv4Cidr: services,
        subnetwork: subnetwork?.id ?? text(inputs, "subnetwork"),
        tpuIpv4CidrBlock: "",
      },
    };
  },
  async update(record, inputs, context) {
    const problem = updateProblem(record, inputs, context);
    if (problem) throw new Error(problem);
    const { outputs } = record;
    const wanted = resolveVersion(text(inputs, "minMasterVersion"), channelOf(inputs));
    const current = text(outputs, "masterVersion");
    // The least that it shall have: what Google has upgraded it to meanwhile is not taken back.
    const version = wanted !== undefined && minor(wanted) > minor(current) ? wanted : current;
    // In place: objects, certificates and the endpoint stay, the programs behind it are started anew.
    if (version !== current) await context.clusters.start(request(record, minorVersion(version)));
    await context.clusters.apply(record.id, addedObjects(outputs, { ...inputs, ...settings(inputs) }));
    const { publicEndpoint, privateEndpoint } = object(outputs, "privateClusterConfig");
    return {
      ...settings(inputs),
      ipAllocationPolicy: outputs.ipAllocationPolicy,
      masterAuth: outputs.masterAuth,
      masterVersion: version,
      network: outputs.network,
      nodeLocations: locationsOf(inputs, text(outputs, "location")),
      privateClusterConfig: privateConfig(inputs, { endpoint: publicEndpoint, privateEndpoint }),
      subnetwork: outputs.subnetwork,
    };
  },
  // terraform-provider-google-beta google-beta/services/container/resource_container_cluster.go
  refuseDelete: ({ outputs }) =>
    outputs.deletionProtection === true
      ? "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion."
      : undefined,
  delete: async ({ id }, { clusters }) => clusters.stop(id),
};

/** Through Private Service Connect, an address of the nodes' range: the first that is no gateway's and no other cluster's. */
function privateAddress(subnetwork: CloudRecord | undefined, context: Context): string {
  const nodes = parseRange(text(subnetwork?.outputs ?? {}, "ipCidrRange"));
  if (!nodes) return "";
  const neighbours = context.inventory
    .list("gcp:container/cluster:Cluster")
    .map(({ outputs }) => text(object(outputs, "privateClusterConfig"), "privateEndpoint"));
  let index = 2;
  while (neighbours.includes(address(nodes, index))) index++;
  return address(nodes, index);
}

/** What an add-on brings that was off before; what is there already stays as its owner has made it. */
function addedObjects(before: Properties, after: Properties): KubernetesManifest[] {
  const keyOf = ({ kind, metadata }: KubernetesManifest) => `${kind} ${metadata.name}`;
  const known = new Set(systemObjects(before).map(keyOf));
  return systemObjects(after).filter((object) => !known.has(keyOf(object)));
}

/** Outputs that an update may change, with the API's defaults. */
function settings(inputs: Properties): Properties {
  const given = (name: string, value: unknown): Properties => ({ [name]: inputs[name] ?? value });
  return {
    addonsConfig: {
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      gcpFilestoreCsiDriverConfig: { enabled: false },
      horizontalPodAutoscaling: { disabled: false },
      httpLoadBalancing: { disabled: false },
      networkPolicyConfig: { disabled: true },
      ...object(inputs, "addonsConfig"),
    },
    ...given("anonymousAuthenticationConfig", { mode: "ENABLED" }),
    ...given("authenticatorGroupsConfig", { securityGroup: "" }),
    ...given("autopilotClusterPolicyConfig", {}),
    ...given("autopilotPrivilegedAdmissions", []),
    ...given("clusterAutoscaling", { enabled: false, autoscalingProfile: "BALANCED" }),
    ...given("clusterTelemetry", { type: "ENABLED" }),
    ...given("confidentialNodes", { enabled: false }),
    ...given("controlPlaneEndpointsConfig", {}),
    ...given("costManagementConfig", { enabled: false }),
    databaseEncryption: { keyName: "", state: "DECRYPTED", ...object(inputs, "databaseEncryption") },
    ...given("datapathProvider", "LEGACY_DATAPATH"),
    ...given("defaultSnatStatus", { disabled: false }),
    ...given("enableIntranodeVisibility", inputs.datapathProvider === "ADVANCED_DATAPATH"),
    ...given("enableL4IlbSubsetting", false),
    ...given("enableTpu", false),
    ...given("enterpriseConfig", { clusterTier: "STANDARD", desiredTier: "STANDARD" }),
    ...given("gatewayApiConfig", { channel: "CHANNEL_DISABLED" }),
    ...given("gkeAutoUpgradeConfig", { patchMode: "" }),
    ...given("identityServiceConfig", { enabled: false }),
    ...given("loggingConfig", { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] }),
    ...given("loggingService", "logging.googleapis.com/kubernetes"),
    ...given("managedMachineLearningDiagnosticsConfig", { enabled: false }),
    ...given("managedOpentelemetryConfig", { scope: "NONE" }),
    ...given("masterAuthorizedNetworksConfig", { cidrBlocks: [] }),
    ...given("meshCertificates", { enableCertificates: false }),
    ...given("monitoringConfig", { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: true } }),
    ...given("monitoringService", "monitoring.googleapis.com/kubernetes"),
    ...given("nodeCreationConfig", { nodeCreationMode: "VIA_KUBELET" }),
    ...given("nodePoolAutoConfig", {}),
    ...given("nodePoolDefaults", {}),
    ...given("notificationConfig", { pubsub: { enabled: false } }),
    ...given("podAutoscaling", { hpaProfile: "HPA_PROFILE_UNSPECIFIED" }),
    ...given("privateIpv6GoogleAccess", ""),
    ...given("protectConfig", {}),
    ...given("rbacBindingConfig", {
      enableInsecureBindingSystemAuthenticated: true,
      enableInsecureBindingSystemUnauthenticated: true,
    }),
    ...given("releaseChannel", { channel: "REGULAR" }),
    ...given("secretManagerConfig", { enabled: false }),
    ...given("securityPostureConfig", { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_MODE_UNSPECIFIED" }),
    ...given("serviceExternalIpsConfig", { enabled: false }),
    ...given("tpuConfig", {}),
    ...given("verticalPodAutoscaling", { enabled: false }),
    ...given("workloadAltsConfig", { enableAlts: false }),
    ...given("workloadIdentityConfig", { workloadPool: "" }),
  };
}

function allocation(inputs: Properties, context: Context): Properties {
  return {
    stackType: "IPV4",
    ...object(inputs, "ipAllocationPolicy"),
    clusterIpv4CidrBlock: podRange(inputs, context),
    servicesIpv4CidrBlock: serviceRange(inputs, context),
  };
}

function privateConfig(
  inputs: Properties,
  { endpoint, privateEndpoint }: { endpoint: unknown; privateEndpoint: unknown },
): Properties {
  return {
    enablePrivateEndpoint: false,
    enablePrivateNodes: false,
    masterGlobalAccessConfig: { enabled: false },
    masterIpv4CidrBlock: "",
    peeringName: "",
    ...object(inputs, "privateClusterConfig"),
    privateEndpoint,
    publicEndpoint: endpoint,
  };
}

/** Zones of the nodes, without the cluster's own where it lives in one. */
function locationsOf(inputs: Properties, location: string): string[] {
  const given = texts(inputs, "nodeLocations");
  if (given.length > 0) return given;
  return zonesOf(location).slice(0, 3);
}

export function channelOf(inputs: Properties): string {
  return text(object(inputs, "releaseChannel"), "channel") || "REGULAR";
}

export function locationOf(inputs: Properties, context: Context): string {
  return text(inputs, "location") || text(context.config, "zone") || context.region;
}

function idOf(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/locations/${locationOf(inputs, context)}/clusters/${text(inputs, "name")}`;
}

/** What the control plane behind a cluster's outputs is asked to be. */
function request({ id, outputs }: CloudRecord, version: string): ClusterRequest {
  return {
    id,
    name: text(outputs, "name"),
    cloud: "gcp",
    region: regionOf(text(outputs, "location")),
    version,
    endpointHost: text(outputs, "endpoint"),
    serviceCidr: text(outputs, "servicesIpv4Cidr"),
  };
}

export const clusterBehaviours: Record<string, Resource> = {
  "gcp:container/cluster:Cluster": owned(labelled(cluster, "resourceLabels")),
};
