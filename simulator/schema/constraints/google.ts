/** Which message of which Google API the inputs of each resource type go into. */
import type { MessageMapping } from "./discovery";

/** Version of the package that the documents are taken from. */
export const apiClient = "2.202.0";

const compute = (message: string, members?: MessageMapping["members"]): MessageMapping => ({
  document: "compute.v1",
  message,
  ...(members && { members }),
});

/** The provider lists what the API wraps in a message of its own. */
const components = {
  "loggingConfig.enableComponents": "LoggingComponentConfig.enableComponents",
  "monitoringConfig.enableComponents": "MonitoringComponentConfig.enableComponents",
};

export const mappings: Record<string, MessageMapping> = {
  "gcp:compute/address:Address": compute("Address"),
  "gcp:compute/firewall:Firewall": compute("Firewall", {
    allows: "Firewall.allowed",
    denies: "Firewall.denied",
  }),
  "gcp:compute/globalAddress:GlobalAddress": compute("Address"),
  "gcp:compute/network:Network": compute("Network", { routingMode: "NetworkRoutingConfig.routingMode" }),
  "gcp:compute/router:Router": compute("Router"),
  "gcp:compute/routerNat:RouterNat": compute("RouterNat"),
  "gcp:compute/sSLPolicy:SSLPolicy": compute("SslPolicy"),
  "gcp:compute/securityPolicy:SecurityPolicy": compute("SecurityPolicy", {
    // The provider knows keys that the stable API does not list.
    "rules.rateLimitOptions.enforceOnKey": null,
    "rules.rateLimitOptions.enforceOnKeyConfigs": null,
  }),
  "gcp:compute/subnetwork:Subnetwork": compute("Subnetwork"),
  "gcp:container/cluster:Cluster": {
    document: "container.v1",
    message: "Cluster",
    members: {
      ...components,
      datapathProvider: "NetworkConfig.datapathProvider",
      dnsConfig: "NetworkConfig.dnsConfig",
      gatewayApiConfig: "NetworkConfig.gatewayApiConfig",
      inTransitEncryptionConfig: "NetworkConfig.inTransitEncryptionConfig",
      nodeConfig: "NodePool.config",
      "nodePools.nodeConfig": "NodePool.config",
      privateIpv6GoogleAccess: "NetworkConfig.privateIpv6GoogleAccess",
    },
  },
  "gcp:container/nodePool:NodePool": {
    document: "container.v1",
    message: "NodePool",
    members: { nodeConfig: "NodePool.config" },
  },
  "gcp:dns/recordSet:RecordSet": { document: "dns.v1", message: "ResourceRecordSet" },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": { document: "iam.v1", message: "WorkloadIdentityPool" },
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    document: "iam.v1",
    message: "WorkloadIdentityPoolProvider",
  },
  "gcp:kms/cryptoKey:CryptoKey": { document: "cloudkms.v1", message: "CryptoKey" },
  "gcp:projects/iAMCustomRole:IAMCustomRole": { document: "iam.v1", message: "Role" },
  "gcp:storage/bucket:Bucket": { document: "storage.v1", message: "Bucket" },
};
