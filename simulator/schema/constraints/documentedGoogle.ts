/**
 * Bounds that Google tells in words only, or that the provider puts on an input before Google sees it. Each names its
 * source; `provider` is github.com/hashicorp/terraform-provider-google-beta, at the revision that `data/gcp.rules.json` has.
 */
import type { Constraint } from "../model";
import type { Bounds } from "./write";

const between = (source: string, min: number, max: number): Constraint => ({ source, integer: true, min, max });
const oneOf = (source: string, ...values: string[]): Constraint => ({ source, values });
const each = (items: Constraint, maxLength?: number): Constraint => ({
  source: items.source,
  ...(maxLength === undefined ? {} : { maxLength }),
  items,
});

/** RFC 1035, as Compute Engine wants its names. */
const computeName: Constraint = {
  source: "provider verify.ValidateGCEName",
  pattern: "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$",
};
const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const address = `${octet}(?:\\.${octet}){3}`;
const range: Constraint = {
  source: "provider verify.ValidateIpCidrRange",
  pattern: `^${address}/(?:[0-9]|[12]\\d|3[0-2])$`,
};
const kmsName: Constraint = {
  source: "cloudkms keyRings.create, cryptoKeys.create (documentation)",
  pattern: "^[a-zA-Z0-9_-]{1,63}$",
};
const member: Constraint = {
  source: "provider tpgiamresource ValidateIAMMember; iam Binding.members (documentation)",
  pattern:
    "^(?:allUsers|allAuthenticatedUsers|(?:user|serviceAccount|group|domain|principal|principalSet|deleted|projectOwner|projectEditor|projectViewer):.+)$",
};
const role: Constraint = {
  source: "iam Binding.role (documentation)",
  pattern: "^(?:roles/|(?:projects|organizations)/[^/]+/roles/).+$",
};
/** Of pools of workload identities, and of the providers in them. */
const workloadPoolId: Constraint = {
  source: "provider ValidateWorkloadIdentityPoolId, ValidateWorkloadIdentityPoolProviderId",
  pattern: "^(?!gcp-)[0-9a-z-]+$",
  minLength: 4,
  maxLength: 32,
};
const workloadPoolTexts: Bounds = {
  description: { source: "iam WorkloadIdentityPool.description (documentation)", maxLength: 256 },
  displayName: { source: "iam WorkloadIdentityPool.displayName (documentation)", maxLength: 32 },
};
const deletionPolicy = oneOf("provider tpgresource.DeletionPolicySchemaEntry", "DELETE", "ABANDON", "PREVENT");
const iamMember: Bounds = { member, role };
const ports = each({ source: "compute Firewall.allowed[].ports (documentation)", pattern: "^\\d{1,5}(?:-\\d{1,5})?$" });
const firewallProtocol: Constraint = {
  source: "compute Firewall.allowed[].IPProtocol (documentation)",
  pattern: "^(?:tcp|udp|icmp|esp|ah|ipip|sctp|all|\\d{1,3})$",
};
const seconds = (source: string): Constraint => ({ source, pattern: "^\\d+(?:\\.\\d{1,9})?s$" });
const interval: Constraint = {
  source: "compute SecurityPolicyRuleRateLimitOptionsThreshold.intervalSec; Cloud Armor, rate limiting overview",
  values: [10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700, 3600],
};
const securityAction: Constraint = {
  source: "compute SecurityPolicyRule.action (documentation)",
  pattern: "^(?:allow|deny\\((?:403|404|502)\\)|rate_based_ban|throttle|redirect|fairshare)$",
};
const nodeConfig: Bounds = {
  diskSizeGb: { source: "provider node_config.go", integer: true, min: 10 },
  diskType: oneOf(
    "container NodeConfig.diskType (documentation)",
    "pd-standard",
    "pd-balanced",
    "pd-ssd",
    "hyperdisk-balanced",
  ),
  imageType: {
    source: "Google Kubernetes Engine, available node images",
    pattern:
      "^(?:(?:COS|UBUNTU|WINDOWS_LTSC|WINDOWS_SAC)_CONTAINERD|(?:cos|ubuntu|windows_ltsc|windows_sac)_containerd)$",
  },
  labels: {
    source: "Kubernetes labels; container NodeConfig.labels (documentation)",
    keys: {
      source: "Kubernetes label keys",
      pattern: "^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-\\w.]{0,61}[A-Za-z0-9])?$",
    },
    items: { source: "Kubernetes label values", pattern: "^(?:[A-Za-z0-9](?:[-\\w.]{0,61}[A-Za-z0-9])?)?$" },
  },
};
const taint: Bounds = { effect: oneOf("provider node_config.go", "NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE") };
const autoscaling: Bounds = Object.fromEntries(
  ["minNodeCount", "maxNodeCount", "totalMinNodeCount", "totalMaxNodeCount"].map((name) => [
    name,
    { source: "provider resource_container_node_pool.go", integer: true, min: 0 },
  ]),
);

/** Of everything that has labels, the provider's `defaultLabels` too. */
export const labels: Constraint = {
  source: "Resource Manager, requirements for labels",
  maxLength: 64,
  keys: { source: "Resource Manager, label keys", pattern: "^[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}$" },
  items: { source: "Resource Manager, label values", pattern: "^[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}$" },
};

/** Google's project ids: 6 to 30 small letters, digits and hyphens. */
export const projectId: Constraint = {
  source: "Resource Manager, project ids",
  pattern: "^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$",
};

export const documented: { resources: Record<string, Bounds>; objects: Record<string, Bounds> } = {
  resources: {
    "gcp:compute/address:Address": { deletionPolicy, name: computeName },
    "gcp:compute/firewall:Firewall": {
      deletionPolicy,
      destinationRanges: each(range),
      name: computeName,
      priority: between("provider resource_compute_firewall.go", 0, 65535),
      sourceRanges: each(range),
      sourceTags: each(computeName),
      targetTags: each(computeName),
    },
    "gcp:compute/globalAddress:GlobalAddress": { deletionPolicy, name: computeName },
    "gcp:compute/network:Network": {
      deletionPolicy,
      mtu: between("compute Network.mtu (documentation)", 1300, 8896),
      name: computeName,
    },
    "gcp:compute/router:Router": { deletionPolicy, name: computeName },
    "gcp:compute/routerNat:RouterNat": {
      deletionPolicy,
      name: {
        source: "provider verify.ValidateRFC1035Name(2, 63)",
        pattern: "^[a-z](?:[-a-z0-9]*[a-z0-9])?$",
        minLength: 2,
        maxLength: 63,
      },
    },
    "gcp:compute/sSLPolicy:SSLPolicy": { deletionPolicy, name: computeName },
    "gcp:compute/securityPolicy:SecurityPolicy": {
      deletionPolicy,
      description: { source: "compute SecurityPolicy.description (documentation)", maxLength: 2048 },
      name: computeName,
      type: oneOf(
        "provider resource_compute_security_policy.go",
        "CLOUD_ARMOR",
        "CLOUD_ARMOR_EDGE",
        "CLOUD_ARMOR_INTERNAL_SERVICE",
      ),
    },
    "gcp:compute/subnetwork:Subnetwork": { deletionPolicy, ipCidrRange: range, name: computeName },
    "gcp:container/cluster:Cluster": {
      clusterIpv4Cidr: range,
      datapathProvider: oneOf(
        "provider resource_container_cluster.go",
        "DATAPATH_PROVIDER_UNSPECIFIED",
        "LEGACY_DATAPATH",
        "ADVANCED_DATAPATH",
      ),
      defaultMaxPodsPerNode: between("Google Kubernetes Engine, quotas: pods on a node", 8, 256),
      deletionPolicy,
      loggingService: oneOf(
        "provider resource_container_cluster.go",
        "logging.googleapis.com",
        "logging.googleapis.com/kubernetes",
        "none",
      ),
      monitoringService: oneOf(
        "provider resource_container_cluster.go",
        "monitoring.googleapis.com",
        "monitoring.googleapis.com/kubernetes",
        "none",
      ),
      name: {
        source: "provider resource_container_cluster.go",
        pattern: "^[a-z](?:[-a-z0-9]*[a-z0-9])?$",
        maxLength: 40,
      },
      networkingMode: oneOf("provider resource_container_cluster.go", "VPC_NATIVE", "ROUTES"),
    },
    "gcp:container/nodePool:NodePool": {
      deletionPolicy,
      initialNodeCount: { source: "provider resource_container_node_pool.go", integer: true, min: 0 },
      maxPodsPerNode: between("Google Kubernetes Engine, quotas: pods on a node", 8, 256),
      name: {
        source: "container NodePool.name (documentation); Compute Engine's names of instance groups",
        pattern: "^[a-z](?:[-a-z0-9]*[a-z0-9])?$",
        maxLength: 40,
      },
      nodeCount: { source: "provider resource_container_node_pool.go", integer: true, min: 0 },
    },
    "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": iamMember,
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
      ...workloadPoolTexts,
      deletionPolicy,
      workloadIdentityPoolId: workloadPoolId,
    },
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
      ...workloadPoolTexts,
      attributeCondition: {
        source: "iam WorkloadIdentityPoolProvider.attributeCondition (documentation)",
        maxLength: 4096,
      },
      attributeMapping: {
        source: "iam WorkloadIdentityPoolProvider.attributeMapping (documentation)",
        maxLength: 52,
        keys: { source: "the same", pattern: "^(?:google\\.(?:subject|groups)|attribute\\.[a-z0-9_]{1,100})$" },
        items: { source: "the same", maxLength: 2048 },
      },
      deletionPolicy,
      workloadIdentityPoolId: workloadPoolId,
      workloadIdentityPoolProviderId: workloadPoolId,
    },
    "gcp:kms/cryptoKey:CryptoKey": {
      deletionPolicy,
      destroyScheduledDuration: seconds("cloudkms CryptoKey.destroyScheduledDuration (documentation)"),
      name: kmsName,
      rotationPeriod: seconds("provider validateKmsCryptoKeyRotationPeriod"),
    },
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": iamMember,
    "gcp:kms/keyRing:KeyRing": { name: kmsName },
    "gcp:projects/iAMCustomRole:IAMCustomRole": {
      deletionPolicy,
      description: { source: "iam Role.description (documentation)", maxLength: 300 },
      permissions: each({ source: "iam Role.includedPermissions", pattern: "^[a-z][\\w-]*(?:\\.[\\w-]+)+$" }, 3000),
      roleId: { source: "provider verify.IAMCustomRoleIDRegex", pattern: "^[a-zA-Z0-9_.]{3,64}$" },
      title: { source: "iam Role.title (documentation)", minLength: 1, maxLength: 100 },
    },
    "gcp:projects/iAMMember:IAMMember": iamMember,
    "gcp:serviceaccount/account:Account": {
      accountId: {
        source: "provider verify.ValidateRFC1035Name(6, 30)",
        pattern: "^[a-z](?:[-a-z0-9]*[a-z0-9])$",
        minLength: 6,
        maxLength: 30,
      },
      deletionPolicy,
      description: { source: "provider resource_google_service_account.go", maxLength: 256 },
      displayName: { source: "iam ServiceAccount.displayName (documentation)", maxLength: 100 },
    },
    "gcp:serviceaccount/iAMMember:IAMMember": iamMember,
    "gcp:storage/bucket:Bucket": {
      deletionPolicy,
      name: {
        source: "Cloud Storage, bucket naming guidelines",
        pattern: `^(?!goog)(?!.*google)(?!.*g00gle)(?!.*\\.\\.)(?!${address}$)[a-z0-9][-_.a-z0-9]*[a-z0-9]$`,
        minLength: 3,
        maxLength: 222,
      },
      publicAccessPrevention: oneOf("storage Bucket.iamConfiguration (documentation)", "enforced", "inherited"),
      storageClass: oneOf(
        "storage Bucket.storageClass (documentation)",
        ...[
          "STANDARD",
          "NEARLINE",
          "COLDLINE",
          "ARCHIVE",
          "MULTI_REGIONAL",
          "REGIONAL",
          "DURABLE_REDUCED_AVAILABILITY",
        ],
      ),
    },
    "gcp:storage/bucketIAMMember:BucketIAMMember": iamMember,
  },
  objects: {
    "compute.FirewallAllow": { ports, protocol: firewallProtocol },
    "compute.FirewallDeny": { ports, protocol: firewallProtocol },
    "compute.FirewallLogConfig": {
      metadata: oneOf("provider resource_compute_firewall.go", "EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA"),
    },
    "iam.WorkloadIdentityPoolProviderOidc": {
      allowedAudiences: {
        source: "iam Oidc.allowedAudiences (documentation)",
        maxLength: 10,
        items: { source: "the same", maxLength: 256 },
      },
    },
    "compute.RouterNatLogConfig": {
      filter: oneOf("provider resource_compute_router_nat.go", "ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"),
    },
    "compute.SecurityPolicyRule": {
      action: securityAction,
      description: { source: "compute SecurityPolicyRule.description (documentation)", maxLength: 64 },
      priority: between("compute SecurityPolicyRule.priority (documentation)", 0, 2147483647),
    },
    "compute.SecurityPolicyRuleMatch": {
      versionedExpr: oneOf("provider resource_compute_security_policy.go", "SRC_IPS_V1"),
    },
    "compute.SecurityPolicyRuleMatchConfig": {
      srcIpRanges: { source: "provider resource_compute_security_policy.go", maxLength: 10 },
    },
    "compute.SecurityPolicyRuleMatchExpr": {
      expression: { source: "Cloud Armor, quotas and limits: characters of an expression", maxLength: 2048 },
    },
    "compute.SecurityPolicyRuleRateLimitOptions": {
      conformAction: oneOf("provider resource_compute_security_policy.go", "allow"),
      enforceOnKey: oneOf(
        "provider resource_compute_security_policy.go",
        ...["ALL", "IP", "HTTP_HEADER", "XFF_IP", "HTTP_COOKIE", "HTTP_PATH", "SNI", "REGION_CODE"],
        ...["TLS_JA3_FINGERPRINT", "TLS_JA4_FINGERPRINT", "USER_IP"],
      ),
      exceedAction: oneOf(
        "provider resource_compute_security_policy.go",
        ...["redirect", "deny(403)", "deny(404)", "deny(429)", "deny(502)"],
      ),
    },
    "compute.SecurityPolicyRuleRateLimitOptionsBanThreshold": { intervalSec: interval },
    "compute.SecurityPolicyRuleRateLimitOptionsRateLimitThreshold": {
      count: between("compute SecurityPolicyRuleRateLimitOptionsThreshold.count", 1, 10_000_000),
      intervalSec: interval,
    },
    "compute.SubnetworkSecondaryIpRange": { ipCidrRange: range, rangeName: computeName },
    "container.ClusterGatewayApiConfig": {
      channel: oneOf(
        "provider resource_container_cluster.go",
        ...["CHANNEL_DISABLED", "CHANNEL_EXPERIMENTAL", "CHANNEL_STANDARD"],
      ),
    },
    "container.ClusterMasterAuthorizedNetworksConfigCidrBlock": { cidrBlock: range },
    "container.ClusterNodeConfig": nodeConfig,
    "container.ClusterNodeConfigTaint": taint,
    "container.ClusterPrivateClusterConfig": {
      masterIpv4CidrBlock: {
        source: "provider resource_container_cluster.go: a /28",
        pattern: `^(?:${address}/28)?$`,
      },
    },
    "container.NodePoolAutoscaling": autoscaling,
    "container.NodePoolNodeConfig": nodeConfig,
    "container.NodePoolNodeConfigTaint": taint,
    "container.NodePoolUpgradeSettings": {
      strategy: oneOf("provider resource_container_node_pool.go", "SURGE", "BLUE_GREEN"),
    },
    "storage.BucketLifecycleRuleAction": {
      type: oneOf(
        "storage Bucket.lifecycle.rule[].action.type (documentation)",
        ...["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"],
      ),
    },
    "storage.BucketSoftDeletePolicy": {
      retentionDurationSeconds: {
        source: "Cloud Storage, soft delete: 0, or 7 to 90 days",
        integer: true,
        min: 0,
        max: 90 * 24 * 3600,
      },
    },
  },
};
