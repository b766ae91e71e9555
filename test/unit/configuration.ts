/**
 * Whole configurations, written out: what the defaults of dev and prod are on AWS, where only the required keys are given.
 * The test of the parser holds them against the program; other tests change what they are about.
 */
import type { PlatformConfig } from "../../components/config/types";

export const repository = "https://github.com/example/kubernetes-platform";

export const devDefaults: PlatformConfig = {
  cloud: "aws",
  environment: "dev",
  region: "eu-west-1",
  kubernetesVersion: "1.36",
  nodes: { vcpu: 2, memoryGiB: 8, min: 2, max: 4, zones: ["eu-west-1a", "eu-west-1b"], spot: false },
  network: { cidr: "10.0.0.0/16", nat: "single" },
  access: { private: false, authorizedNetworks: [], adminGroups: [], developerGroups: [], operationsGroups: [] },
  tls: { enabled: false },
  gitops: { repository, revision: "main", path: "gitops/clusters/single-cluster" },
  storage: { shared: false },
  monitoring: { retentionDays: 30, storageGiB: 20, receivers: [] },
  argocd: { ha: false, shards: 1 },
  backup: { enabled: true, schedule: "0 2 * * *", retentionDays: 7, lock: "none" },
  bootstrap: "automatic",
  tags: { environment: "dev", stack: "test", "managed-by": "pulumi" },
  protect: false,
};

export const prodDefaults: PlatformConfig = {
  ...devDefaults,
  environment: "prod",
  nodes: { vcpu: 8, memoryGiB: 32, min: 3, max: 9, zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"], spot: false },
  network: { ...devDefaults.network, nat: "zonal" },
  monitoring: { retentionDays: 30, storageGiB: 100, receivers: [] },
  argocd: { ha: true, shards: 1 },
  backup: { enabled: true, schedule: "0 2 * * *", retentionDays: 30, lock: "none" },
  tags: { environment: "prod", stack: "test", "managed-by": "pulumi" },
  protect: true,
};
