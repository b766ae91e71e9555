/** AKS clusters: the control plane is a real one, started and ended through the cluster host. */
import type { CloudRecord, ClusterRequest, Context } from "../cloud/behaviour";
import { first, object, objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { subscriptionId, tenantId } from "./account";
import { clusterLock, placeOf, poolOutputs, poolsOf, setNodes } from "./agentPool";
import {
  accessProblem,
  identityIds,
  identityProblem,
  networkProblem,
  upgradeProblem,
  versionProblem,
} from "./clusterChecks";
import { derivedUuid, idOf, uuid } from "./ids";
import { changeProblem, networksProblem, notAllowed, poolProblem } from "./pools";
import { quotaProblem } from "./quota";
import { badRequest, invalid } from "./refusals";
import { normalized } from "./regions";
import { arm, find, removeBelow, type Resource } from "./resource";
import { systemObjects } from "./systemObjects";
import { defaultVersion, minorNumber, minorOf, patchOf } from "./versions";

const type = "azure-native:containerservice:ManagedCluster";

/** https://learn.microsoft.com/azure/aks/quotas-skus-regions */
const clustersInRegion = 100;

const managedCluster = arm(type, {
  api: "2025-09-01",
  located: true,
  refuse(inputs, context) {
    const name = text(inputs, "resourceName");
    const location = normalized(text(inputs, "location"));
    const pools = objects(inputs, "agentPoolProfiles");
    const place = placeOf({ outputs: { ...inputs, location, kubernetesVersion: versionOf(inputs) } });
    const inRegion = context.inventory.list(type).filter(({ outputs }) => text(outputs, "location") === location);
    return first(
      inRegion.length >= clustersInRegion &&
        badRequest(`The limit of ${clustersInRegion} clusters in ${location} is reached.`),
      versionProblem(name, versionOf(inputs), inputs),
      pools.length === 0 && invalid("Required parameter agentPoolProfiles is missing (null)."),
      !pools.some((pool) => text(pool, "mode") === "System") &&
        invalid("There has to be at least one system agent pool."),
      ...pools.map((pool) => poolProblem(text(pool, "name"), pool, place, context)),
      networksProblem(pools.map((pool) => text(pool, "vnetSubnetID"))),
      groupProblem(inputs, context),
      networkProblem(inputs, context),
      accessProblem(inputs, context),
      identityProblem(inputs, context),
      quotaProblem(pools, location, context),
    );
  },
  async outputs(inputs, context, id) {
    const location = normalized(text(inputs, "location"));
    const outputs = clusterOutputs(inputs, location, context);
    await context.clusters.start(requestOf(id, { ...inputs, ...outputs, location }));
    const cluster: CloudRecord = { type, id, urn: "", inputs, outputs: { ...inputs, ...outputs, location } };
    const pools = objects(inputs, "agentPoolProfiles").map((pool) => poolOutputs(pool, cluster));
    await context.clusters.apply(id, systemObjects({ ...cluster.outputs, agentPoolProfiles: pools }));
    for (const pool of pools) await setNodes(text(pool, "name"), pool, cluster, context);
    return { ...outputs, agentPoolProfiles: pools };
  },
  async update(record, inputs, context) {
    const problem = updateProblem(record, inputs, context);
    if (problem) throw new Error(problem);
    const version = text(inputs, "kubernetesVersion") || text(record.outputs, "kubernetesVersion");
    const outputs = { ...record.outputs, ...inputs, ...settings(inputs, version) };
    // In place: objects, certificates and the endpoint stay, the programs behind it are started anew.
    if (minorOf(version) !== minorOf(text(record.outputs, "kubernetesVersion"))) {
      await context.clusters.start(requestOf(record.id, { ...record.outputs, ...outputs }));
    }
    const before = objects(record.outputs, "agentPoolProfiles");
    const pools = objects(inputs, "agentPoolProfiles").map((pool) =>
      poolOutputs(
        pool,
        { outputs },
        before.find((each) => each.name === pool.name),
      ),
    );
    const cluster = { ...record, outputs };
    for (const pool of pools) await setNodes(text(pool, "name"), pool, cluster, context);
    return {
      ...settings(inputs, version),
      agentPoolProfiles: pools,
      networkProfile: { ...object(record.outputs, "networkProfile"), ...object(inputs, "networkProfile") },
      oidcIssuerProfile: { ...object(record.outputs, "oidcIssuerProfile"), ...object(inputs, "oidcIssuerProfile") },
      identity: identityOf(inputs, context),
    };
  },
  async delete({ id }, context) {
    await context.clusters.stop(id);
    await removeBelow(id, context);
  },
  lock: (inputs, context) => clusterLock(idOf(type, inputs, context), false),
});

function versionOf(inputs: Properties): string {
  return text(inputs, "kubernetesVersion") || defaultVersion;
}

/** Of the nodes' machines, disks and addresses: one that nobody else has. */
function nodeGroup(inputs: Properties, location: string): string {
  const [group, name] = [text(inputs, "resourceGroupName"), text(inputs, "resourceName")];
  return text(inputs, "nodeResourceGroup") || `MC_${group}_${name}_${location}`.slice(0, 80);
}

function groupProblem(inputs: Properties, context: Context): string | undefined {
  const name = nodeGroup(inputs, normalized(text(inputs, "location"))).toLowerCase();
  const taken =
    context.inventory.list(type).some(({ outputs }) => text(outputs, "nodeResourceGroup").toLowerCase() === name) ||
    context.inventory
      .list("azure-native:resources:ResourceGroup")
      .some((group) => text(group.inputs, "resourceGroupName").toLowerCase() === name);
  return taken ? badRequest(`The node resource group '${name}' exists already: AKS makes one of its own.`) : undefined;
}

/** As recorded in pulumi-azure-native's test data (TestProviderUpgrade/upgrade-aks-api-version and its neighbours). */
function clusterOutputs(inputs: Properties, location: string, context: Context): Properties {
  const name = text(inputs, "resourceName");
  const prefix = `${text(inputs, "dnsPrefix") || text(inputs, "fqdnSubdomain")}-${context.hex(8)}`;
  const profile = object(inputs, "networkProfile");
  const isPrivate = object(inputs, "apiServerAccessProfile").enablePrivateCluster === true;
  const isOpen = object(inputs, "apiServerAccessProfile").enablePrivateClusterPublicFQDN === true;
  const group = nodeGroup(inputs, location);
  const serviceCidr = text(profile, "serviceCidr") || "10.0.0.0/16";
  const isOverlay = text(profile, "networkPluginMode") === "overlay";
  const podCidr = isOverlay ? text(profile, "podCidr") || "10.244.0.0/16" : undefined;
  const seed = `${text(inputs, "resourceGroupName")}/${name}/${prefix}`;
  return {
    ...settings(inputs, versionOf(inputs)),
    azurePortalFQDN: `${prefix}.portal.hcp.${location}.azmk8s.io`,
    eTag: uuid(context),
    fqdn: isPrivate && !isOpen ? undefined : `${prefix}.hcp.${location}.azmk8s.io`,
    identity: identityOf(inputs, context),
    identityProfile: {
      kubeletidentity: {
        clientId: derivedUuid(`${seed}/kubelet/client`),
        objectId: derivedUuid(`${seed}/kubelet/object`),
        resourceId: `/subscriptions/${subscriptionId}/resourcegroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}-agentpool`,
        ...object(object(inputs, "identityProfile"), "kubeletidentity"),
      },
    },
    maxAgentPools: 100,
    networkProfile: {
      dnsServiceIP: "10.0.0.10",
      ipFamilies: ["IPv4"],
      loadBalancerSku: "standard",
      networkDataplane: "azure",
      outboundType: "loadBalancer",
      ...profile,
      ...(podCidr && { podCidr, podCidrs: [podCidr] }),
      serviceCidr,
      serviceCidrs: [serviceCidr],
    },
    nodeResourceGroup: group,
    oidcIssuerProfile: {
      enabled: false,
      ...object(inputs, "oidcIssuerProfile"),
      ...(object(inputs, "oidcIssuerProfile").enabled === true && {
        issuerURL: `https://${location}.oic.prod-aks.azure.com/${tenantId}/${derivedUuid(`${seed}/issuer`)}/`,
      }),
    },
    powerState: { code: "Running" },
    privateFQDN: isPrivate
      ? `${prefix}.${derivedUuid(`${seed}/private`)}.privatelink.${location}.azmk8s.io`
      : undefined,
    provisioningState: "Succeeded",
    resourceUID: derivedUuid(`${seed}/uid`).replace(/-/g, "").slice(0, 24),
    servicePrincipalProfile: { clientId: "msi" },
  };
}

/** Outputs that an update may change. */
function settings(inputs: Properties, version: string): Properties {
  return {
    autoUpgradeProfile: inputs.autoUpgradeProfile ?? { nodeOSUpgradeChannel: "NodeImage" },
    currentKubernetesVersion: patchOf(version),
    disableLocalAccounts: inputs.disableLocalAccounts ?? false,
    enableRBAC: inputs.enableRBAC ?? true,
    kubernetesVersion: version,
    securityProfile: inputs.securityProfile ?? {},
    sku: inputs.sku ?? { name: "Base", tier: "Free" },
    storageProfile: inputs.storageProfile ?? {
      diskCSIDriver: { enabled: true },
      fileCSIDriver: { enabled: true },
      snapshotController: { enabled: true },
    },
    supportPlan: inputs.supportPlan ?? "KubernetesOfficial",
    workloadAutoScalerProfile: inputs.workloadAutoScalerProfile ?? {},
  };
}

function identityOf(inputs: Properties, context: Context): Properties {
  const identity = object(inputs, "identity");
  const assigned = identityIds(identity).map((id) => {
    const { clientId, principalId } =
      find("azure-native:managedidentity:UserAssignedIdentity", id, context)?.outputs ?? {};
    return [id, { clientId, principalId }] as const;
  });
  if (assigned.length > 0) return { type: "UserAssigned", userAssignedIdentities: Object.fromEntries(assigned) };
  const seed = `${text(inputs, "resourceGroupName")}/${text(inputs, "resourceName")}/identity`;
  return { type: text(identity, "type"), principalId: derivedUuid(seed), tenantId };
}

/** What the control plane behind a cluster's outputs is asked to be. */
export function requestOf(id: string, outputs: Properties): ClusterRequest {
  return {
    id,
    name: text(outputs, "resourceName"),
    cloud: "azure",
    region: text(outputs, "location"),
    version: minorOf(text(outputs, "kubernetesVersion")),
    endpointHost: endpointOf(outputs),
    serviceCidr: text(object(outputs, "networkProfile"), "serviceCidr"),
  };
}

/** The name that is found from outside the nodes' network; of a private cluster without such a name, the one inside of it. */
export function endpointOf(outputs: Properties): string {
  return text(outputs, "fqdn") || text(outputs, "privateFQDN");
}

function updateProblem(record: CloudRecord, inputs: Properties, context: Context): string | undefined {
  const { outputs } = record;
  const from = text(outputs, "kubernetesVersion");
  const to = text(inputs, "kubernetesVersion") || from;
  const before = objects(outputs, "agentPoolProfiles");
  const after = objects(inputs, "agentPoolProfiles");
  const added = after.find((pool) => !before.some((each) => each.name === pool.name));
  const gone = before.find((pool) => !after.some((each) => each.name === pool.name));
  const behind = poolsOf(record.id, context).find(
    (pool) => minorNumber(to) - minorNumber(text(pool.outputs, "orchestratorVersion")) > 3,
  );
  const place = placeOf({ outputs: { ...outputs, ...inputs, kubernetesVersion: to, location: outputs.location } });
  const wasPrivate = object(outputs, "apiServerAccessProfile").enablePrivateCluster === true;
  return first(
    versionProblem(text(outputs, "name"), to, inputs),
    upgradeProblem(from, to),
    behind && badRequest(`Node pool ${text(behind.outputs, "name")} is more than three minor versions behind ${to}.`),
    // https://github.com/pulumi/pulumi-azure-native/issues/579
    added &&
      badRequest(
        "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations. For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api",
      ),
    gone && badRequest(`Agent pool ${text(gone, "name")} is missing: pools are deleted by operations of their own.`),
    ...after.map((pool) => changeProblem(before.find((each) => each.name === pool.name) ?? {}, pool)),
    ...after.map((pool) => poolProblem(text(pool, "name"), pool, place, context)),
    wasPrivate !== (object(inputs, "apiServerAccessProfile").enablePrivateCluster === true) &&
      notAllowed("apiServerAccessProfile.enablePrivateCluster"),
    object(outputs, "oidcIssuerProfile").enabled === true &&
      object(inputs, "oidcIssuerProfile").enabled !== true &&
      badRequest("OIDC issuer feature cannot be disabled."),
    accessProblem(inputs, context),
    identityProblem(inputs, context),
  );
}

export const managedClusterBehaviours: Record<string, Resource> = { [type]: managedCluster };
