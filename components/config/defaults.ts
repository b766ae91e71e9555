/** What a key is when it is left out, by environment. The documentation's columns come from here. */
import type { Environment } from "./types";

export interface Defaults {
  nodes: { vcpu: number; memoryGiB: number; min: number; max: number; spot: boolean };
  /** Zones taken of the region, where it has so many. */
  zoneCount: number;
  network: { cidr: string; nat: "single" | "zonal" };
  access: { private: boolean };
  gitops: { revision: string; path: string };
  monitoring: { retentionDays: number; storageGiB: number };
  argocd: { ha: boolean; shards: number };
  backup: { enabled: boolean; schedule: string; retentionDays: number; lock: "none" };
  protect: boolean;
}

const shared = {
  network: { cidr: "10.0.0.0/16" },
  access: { private: false },
  gitops: { revision: "main", path: "gitops/clusters/single-cluster" },
};

/** dev is cheap, prod survives the loss of a zone, staging is prod's shape with less of everything. */
export const defaults: Record<Environment, Defaults> = {
  dev: {
    ...shared,
    nodes: { vcpu: 2, memoryGiB: 8, min: 2, max: 4, spot: false },
    zoneCount: 2,
    network: { ...shared.network, nat: "single" },
    monitoring: { retentionDays: 30, storageGiB: 20 },
    argocd: { ha: false, shards: 1 },
    backup: { enabled: true, schedule: "0 2 * * *", retentionDays: 7, lock: "none" },
    protect: false,
  },
  staging: {
    ...shared,
    nodes: { vcpu: 4, memoryGiB: 16, min: 3, max: 6, spot: false },
    zoneCount: 3,
    network: { ...shared.network, nat: "single" },
    monitoring: { retentionDays: 30, storageGiB: 50 },
    argocd: { ha: false, shards: 1 },
    backup: { enabled: true, schedule: "0 2 * * *", retentionDays: 14, lock: "none" },
    protect: false,
  },
  prod: {
    ...shared,
    nodes: { vcpu: 8, memoryGiB: 32, min: 3, max: 9, spot: false },
    zoneCount: 3,
    network: { ...shared.network, nat: "zonal" },
    monitoring: { retentionDays: 30, storageGiB: 100 },
    argocd: { ha: true, shards: 1 },
    backup: { enabled: true, schedule: "0 2 * * *", retentionDays: 30, lock: "none" },
    protect: true,
  },
};
