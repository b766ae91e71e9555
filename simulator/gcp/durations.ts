/**
 * How long Google takes, in seconds, as the provider waits for it. From logs that users of Terraform's Google provider, on
 * which Pulumi's is built, have published; found by the lines quoted here.
 */
import type { Behaviour } from "../cloud/behaviour";

type Seconds = Behaviour["seconds"];

const times: Record<string, Seconds> = {
  "gcp:compute/network:Network": {
    create: 22,
    update: 12,
    delete: 11,
    source:
      "'google_compute_network.vpc: Creation complete after 22s', https://github.com/opea-project/GenAIInfra/pull/977 (21s and 22s in four logs); 'google_compute_network.vpc: Destruction complete after 11s'",
  },
  "gcp:compute/subnetwork:Subnetwork": {
    create: 23,
    update: 23,
    delete: 12,
    source:
      "'google_compute_subnetwork.subnet: Creation complete after 23s' (11s to 23s in five logs), 'google_compute_subnetwork.subnet: Destruction complete after 12s'",
  },
  "gcp:compute/router:Router": {
    create: 12,
    update: 12,
    delete: 12,
    source: "'google_compute_router.router: Creation complete after 12s' (12s to 22s in three logs)",
  },
  "gcp:compute/routerNat:RouterNat": {
    create: 12,
    update: 12,
    delete: 12,
    source: "'google_compute_router_nat.nat: Creation complete after 12s' (11s to 23s in five logs)",
  },
  "gcp:compute/firewall:Firewall": {
    create: 12,
    update: 12,
    delete: 12,
    source: "'google_compute_firewall.rules: Creation complete after 12s' (11s to 22s in four logs)",
  },
  "gcp:compute/address:Address": {
    create: 3,
    update: 3,
    delete: 3,
    source: "'google_compute_address.static_ip: Creation complete after 3s'",
  },
  "gcp:compute/globalAddress:GlobalAddress": {
    create: 17,
    update: 12,
    delete: 12,
    source: "'google_compute_global_address.private_ip_address: Creation complete after 17s'",
  },
  "gcp:compute/securityPolicy:SecurityPolicy": {
    create: 12,
    update: 12,
    delete: 12,
    source: "an estimate: no log with this figure was found; one operation of Compute Engine's, as a firewall rule",
  },
  "gcp:compute/sSLPolicy:SSLPolicy": {
    create: 12,
    update: 12,
    delete: 12,
    source: "an estimate: no log with this figure was found; one operation of Compute Engine's, as a firewall rule",
  },
  "gcp:container/cluster:Cluster": {
    create: 522,
    update: 300,
    delete: 220,
    source:
      "'google_container_cluster.cluster: Creation complete after 8m42s', regional, its first pool removed, https://github.com/kubernetes/k8s.io/pull/306 (2m36s to 9m22s in eight logs); 'google_container_cluster.primary: Destruction complete after 3m40s' (2m44s to 3m40s in three); an update is an estimate",
  },
  "gcp:container/nodePool:NodePool": {
    create: 128,
    update: 60,
    delete: 180,
    source:
      "'google_container_node_pool.pool-1: Creation complete after 2m8s', https://github.com/kubernetes/k8s.io/pull/306; updates and deletions are estimates",
  },
  "gcp:serviceaccount/account:Account": {
    create: 12,
    update: 2,
    delete: 2,
    source:
      "the provider sleeps ten seconds after three successful reads: google-beta/services/resourcemanager/resource_google_service_account.go",
  },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
    create: 11,
    update: 11,
    delete: 11,
    source: "an estimate: an operation that the provider asks about every ten seconds, as Compute Engine's",
  },
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    create: 11,
    update: 11,
    delete: 11,
    source: "an estimate: as the pool",
  },
  "gcp:projects/iAMMember:IAMMember": {
    create: 9,
    update: 9,
    delete: 9,
    source:
      "the provider gathers changes of a project's policy for three seconds, then reads, writes and reads: google-beta/transport/batcher.go; 15s and 18s for a dozen grants in https://github.com/terraform-google-modules/terraform-example-foundation/issues/1133",
  },
};

const fewCalls: Seconds = {
  create: 5,
  update: 5,
  delete: 5,
  source:
    "'google_billing_account_iam_member.billing_admin_user[\"net\"]: Creation complete after 4s', https://github.com/terraform-google-modules/terraform-example-foundation/issues/1133",
};

const apiCall: Seconds = {
  create: 2,
  update: 2,
  delete: 2,
  source: "an estimate: a call or two to an API that answers at once",
};

const grants = [
  "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "gcp:storage/bucketIAMMember:BucketIAMMember",
];

/** The durations of a type. */
export function secondsOf(type: string): Seconds {
  return times[type] ?? (grants.includes(type) ? fewCalls : apiCall);
}
