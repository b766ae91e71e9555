/** What AKS refuses of a cluster before it makes anything of it. */
import type { Context } from "../cloud/behaviour";
import { contains, parseRange } from "../cloud/cidr";
import { first, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { mayDo } from "./authorization";
import { mayUseKey, vaultOfKey } from "./keyvault";
import { prefixOf } from "./network";
import { disjoint } from "./pools";
import { azure, badRequest, invalid, notFound } from "./refusals";
import { find } from "./resource";
import { isOffered, minorNumber, needsLongTermSupport } from "./versions";

/** The subnets of all pools that stacks have made. */
export function subnetsOfPools(pools: Properties[], context: Context) {
  return pools.flatMap((pool) => find("azure-native:network:Subnet", text(pool, "vnetSubnetID"), context) ?? []);
}

/** https://learn.microsoft.com/azure/aks/supported-kubernetes-versions, and the words of errors that users report */
export function versionProblem(name: string, version: string, inputs: Properties): string | undefined {
  const isLongTerm =
    text(inputs, "supportPlan") === "AKSLongTermSupport" && text(object(inputs, "sku"), "tier") === "Premium";
  return first(
    !isOffered(version) &&
      azure(
        400,
        "K8sVersionNotSupported",
        `Managed cluster ${name} is on version ${version} which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list`,
      ),
    needsLongTermSupport(version) &&
      !isLongTerm &&
      azure(
        400,
        "K8sVersionNotSupported",
        `Managed cluster ${name} is on version ${version}, which is only available for Long-Term Support (LTS). If you intend to onboard to LTS, please ensure the cluster is in Premium tier and LTS support plan. Otherwise, use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list`,
      ),
  );
}

/** One minor version at a time, upwards: https://learn.microsoft.com/azure/aks/upgrade-cluster */
export function upgradeProblem(from: string, to: string): string | undefined {
  const step = minorNumber(to) - minorNumber(from);
  return step > 1 || step < 0
    ? azure(
        400,
        "OperationNotAllowed",
        `Upgrading Kubernetes version ${from} to ${to} is not allowed. Available upgrades: one minor version at a time. Please see https://aka.ms/aks-supported-k8s-ver for version details.`,
      )
    : undefined;
}

/** Names, ranges and ways out: https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay */
export function networkProblem(inputs: Properties, context: Context): string | undefined {
  const profile = object(inputs, "networkProfile");
  const subnets = subnetsOfPools(objects(inputs, "agentPoolProfiles"), context);
  const serviceCidr = text(profile, "serviceCidr") || "10.0.0.0/16";
  const podCidr = text(profile, "podCidr") || "10.244.0.0/16";
  const dns = parseRange(`${text(profile, "dnsServiceIP") || "10.0.0.10"}/32`);
  const service = parseRange(serviceCidr);
  const isOverlay = text(profile, "networkPluginMode") === "overlay";
  const isCilium = text(profile, "networkDataplane") === "cilium";
  const conflict = (cidr: string) => subnets.find(({ outputs }) => !disjoint(cidr, prefixOf(outputs)));
  const [inServices, inPods] = [conflict(serviceCidr), isOverlay ? conflict(podCidr) : undefined];
  return first(
    isOverlay &&
      text(profile, "networkPlugin") !== "azure" &&
      invalid("networkPluginMode overlay can be used only with networkPlugin azure."),
    text(profile, "networkPolicy") === "cilium" &&
      !isCilium &&
      invalid("Cilium network policy requires networkDataplane to be cilium."),
    isCilium &&
      !["cilium", ""].includes(text(profile, "networkPolicy")) &&
      invalid("networkDataplane cilium requires the network policy cilium."),
    (!service || service.prefix < 12) &&
      invalid(`The service CIDR ${serviceCidr} is not valid: it must be smaller than /12.`),
    service &&
      (!dns || !contains(service, dns)) &&
      azure(
        400,
        "InvalidDnsServiceIP",
        `The DNS service IP ${text(profile, "dnsServiceIP")} is not within the service CIDR ${serviceCidr}.`,
      ),
    service &&
      dns &&
      dns.first === service.first + 1 &&
      azure(
        400,
        "InvalidDnsServiceIP",
        "The first address of the service CIDR is the API server's, and cannot be the DNS service IP.",
      ),
    inServices &&
      azure(
        400,
        "ServiceCidrOverlapExistingSubnetsCidr",
        `The specified service CIDR ${serviceCidr} is conflicted with an existing subnet CIDR ${prefixOf(inServices.outputs)}.`,
      ),
    inPods &&
      azure(
        400,
        "PodCidrOverlapExistingSubnetsCidr",
        `The specified pod CIDR ${podCidr} is conflicted with an existing subnet CIDR ${prefixOf(inPods.outputs)}.`,
      ),
    !disjoint(serviceCidr, podCidr) &&
      invalid(`The service CIDR ${serviceCidr} overlaps with the pod CIDR ${podCidr}.`),
    outboundProblem(text(profile, "outboundType"), subnets),
    text(inputs, "dnsPrefix") === "" &&
      text(inputs, "fqdnSubdomain") === "" &&
      invalid("Required parameter dnsPrefix is missing (null)."),
    text(inputs, "dnsPrefix") !== "" &&
      !/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/.test(text(inputs, "dnsPrefix")) &&
      invalid(
        `The value of parameter dnsPrefix is invalid. Error details: DNS prefix '${text(inputs, "dnsPrefix")}' is invalid. DNS prefix must contain between 1 and 54 characters, begin and end with a letter or digit, and have letters, digits and hyphens only.`,
      ),
  );
}

/** https://learn.microsoft.com/azure/aks/nat-gateway, egress-outboundtype */
function outboundProblem(outboundType: string, subnets: ReturnType<typeof subnetsOfPools>): string | undefined {
  if (outboundType !== "userAssignedNATGateway") return undefined;
  const without = subnets.find(({ outputs }) => text(object(outputs, "natGateway"), "id") === "");
  return without
    ? badRequest(`outboundType userAssignedNATGateway needs a NAT gateway on the subnet ${without.id}.`)
    : undefined;
}

/** Private or open, and to whom: https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges, private-clusters */
export function accessProblem(inputs: Properties, context: Context): string | undefined {
  const profile = object(inputs, "apiServerAccessProfile");
  const aad = object(inputs, "aadProfile");
  const ranges = texts(profile, "authorizedIPRanges");
  return first(
    profile.enablePrivateCluster === true &&
      ranges.length > 0 &&
      badRequest("Authorized IP ranges cannot be set for a private cluster."),
    inputs.disableLocalAccounts === true &&
      aad.managed !== true &&
      badRequest("Local accounts can be disabled only for clusters that are integrated with Microsoft Entra ID."),
    aad.enableAzureRBAC === true &&
      inputs.enableRBAC === false &&
      badRequest("Azure RBAC needs Kubernetes RBAC to be enabled."),
    object(object(inputs, "securityProfile"), "workloadIdentity").enabled === true &&
      object(inputs, "oidcIssuerProfile").enabled !== true &&
      badRequest("Workload identity requires the OIDC issuer to be enabled."),
    ranges.length > 0 && unreachable(inputs, ranges, context),
  );
}

/** Nodes that leave by a NAT gateway ask the API server from its address, which nobody but the user lets in. */
function unreachable(inputs: Properties, ranges: string[], context: Context): string | undefined {
  const profile = object(inputs, "networkProfile");
  if (text(profile, "outboundType") !== "userAssignedNATGateway") return undefined;
  const allowed = ranges.flatMap((range) => parseRange(range.includes("/") ? range : `${range}/32`) ?? []);
  const addresses = subnetsOfPools(objects(inputs, "agentPoolProfiles"), context).flatMap(({ outputs }) => {
    const gateway = find("azure-native:network:NatGateway", text(object(outputs, "natGateway"), "id"), context);
    return objects(gateway?.outputs ?? {}, "publicIpAddresses").map((each) =>
      text(find("azure-native:network:PublicIPAddress", text(each, "id"), context)?.outputs ?? {}, "ipAddress"),
    );
  });
  const outside = addresses.find((address) => {
    const own = parseRange(`${address}/32`);
    return own && !allowed.some((range) => contains(range, own));
  });
  return outside
    ? azure(
        400,
        "K8SAPIServerConnFailVMExtensionError",
        "Unable to establish connection from agents to Kubernetes API server, please see https://aka.ms/aks-required-ports-and-addresses for more information. Details: VMSSAgentPoolReconciler retry failed",
      )
    : undefined;
}

/** The cluster's own identity, and what it has to be allowed: https://learn.microsoft.com/azure/aks/concepts-identity */
export function identityProblem(inputs: Properties, context: Context): string | undefined {
  const identity = object(inputs, "identity");
  const ids = identityIds(identity);
  const identities = ids.map((id) => find("azure-native:managedidentity:UserAssignedIdentity", id, context));
  const missing = ids.find((_, index) => !identities[index]);
  if (text(identity, "type") !== "UserAssigned") return kmsProblem(inputs, undefined, context);
  if (ids.length !== 1) return invalid("A cluster has exactly one user-assigned identity.");
  if (missing) return notFound(missing);
  const principalId = text(identities[0]?.outputs ?? {}, "principalId");
  const action = "Microsoft.Network/virtualNetworks/subnets/join/action";
  const forbidden = subnetsOfPools(objects(inputs, "agentPoolProfiles"), context).find(
    ({ id }) => !mayDo(action, id, principalId, context),
  );
  return first(
    forbidden &&
      azure(
        403,
        "LinkedAuthorizationFailed",
        `The client with object id '${principalId}' has permission to perform action 'Microsoft.ContainerService/managedClusters/write'; however, it does not have permission to perform action '${action}' on the linked scope(s) '${forbidden.id}' or the linked scope(s) are invalid.`,
      ),
    kubeletProblem(inputs, principalId, context),
    kmsProblem(inputs, principalId, context),
  );
}

/** As a map of ids, or as the list that Pulumi takes. */
export function identityIds(identity: Properties): string[] {
  const given = identity.userAssignedIdentities;
  return Array.isArray(given) ? given.map(String) : Object.keys(object(identity, "userAssignedIdentities"));
}

/** https://learn.microsoft.com/azure/aks/pre-created-kubelet-managed-identity */
function kubeletProblem(inputs: Properties, principalId: string, context: Context): string | undefined {
  const id = text(object(object(inputs, "identityProfile"), "kubeletidentity"), "resourceId");
  const action = "Microsoft.ManagedIdentity/userAssignedIdentities/any/assign/action";
  return id !== "" && !mayDo(action, id, principalId, context)
    ? azure(
        400,
        "CustomKubeletIdentityMissingPermissionError",
        `The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' role to assign kubelet identity. You can run 'az role assignment create --assignee <control-plane-identity-principal-id> --role 'Managed Identity Operator' --scope <kubelet-identity-resource-id>' to grant the permission. See https://learn.microsoft.com/en-us/azure/aks/use-managed-identity#add-role-assignment`,
      )
    : undefined;
}

/**
 * https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption. Words: https://github.com/Azure/AKS/issues/3575 (without
 * permission), https://github.com/MicrosoftDocs/azure-docs/issues/93886 (no access named),
 * https://github.com/Azure/telescope/pull/1121 and https://github.com/Azure/terraform-azurerm-aks/pull/599 (private).
 */
function kmsProblem(inputs: Properties, principalId: string | undefined, context: Context): string | undefined {
  const kms = object(object(inputs, "securityProfile"), "azureKeyVaultKms");
  if (kms.enabled !== true) return undefined;
  const keyId = text(kms, "keyId");
  const vault = vaultOfKey(keyId, context);
  const access = text(kms, "keyVaultNetworkAccess");
  const integrated = object(inputs, "apiServerAccessProfile").enableVnetIntegration === true;
  const barred =
    principalId && vault && ["encrypt", "decrypt"].find((each) => !mayUseKey(each, vault, principalId, context));
  return first(
    principalId === undefined && badRequest("Azure Key Vault KMS does not support a system-assigned managed identity."),
    access === "" && badRequest("KeyVault network access is unspecified for Azure Key Vault KMS."),
    access === "Private" &&
      text(kms, "keyVaultResourceId") === "" &&
      badRequest("KeyVault resource ID is empty when KeyVault network access is Private."),
    access === "Private" &&
      !integrated &&
      badRequest("Vnet integration should be enabled when KeyVault network access is Private."),
    !/^https:\/\/[^/]+\/keys\/[^/]+\/[0-9a-f]{32}$/.test(keyId) &&
      invalid(
        `The value of parameter securityProfile.azureKeyVaultKms.keyId is invalid: '${keyId}' names no version of a key.`,
      ),
    !vault && invalid(`The key ${keyId} of securityProfile.azureKeyVaultKms does not exist.`),
    access === "Public" &&
      vault &&
      text(object(vault.outputs, "properties"), "publicNetworkAccess") === "Disabled" &&
      invalid(`The key vault ${vault.id} is not reached from public networks, as keyVaultNetworkAccess says.`),
    barred !== undefined &&
      barred !== "" &&
      azure(
        400,
        "AzureKeyVaultKmsValidateIdentityPermissionCustomerError",
        `The identity does not have keys encrypt/decrypt permission on key vault "${new URL(keyId).origin}"`,
      ),
  );
}
