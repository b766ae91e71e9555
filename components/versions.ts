/**
 * Kubernetes versions that the clouds support, with the day on which each one's standard support ends. After it AWS and
 * Google charge for extended support or upgrade the cluster by themselves, and Azure stops helping.
 *
 * - AWS: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 * - Azure: https://learn.microsoft.com/azure/aks/supported-kubernetes-versions (a month: its last day)
 * - Google, regular channel: https://cloud.google.com/kubernetes-engine/docs/release-schedule
 */
import type { Cloud } from "./config/types";

/** The day on which the table below was last held against its sources. */
export const lookedUp = "2026-11-21";

/** Last day of standard support (ISO 8601), by cloud and minor version; versions that had ended before are left in. */
const standardSupport: Record<Exclude<Cloud, "local">, Record<string, string>> = {
  aws: {
    "1.32": "2026-03-23",
    "1.33": "2026-07-29",
    "1.34": "2026-12-02",
    "1.35": "2027-03-27",
    "1.36": "2027-08-02",
  },
  azure: {
    "1.32": "2026-03-31",
    "1.33": "2026-07-31",
    "1.34": "2026-11-30",
    "1.35": "2027-03-31",
    "1.36": "2027-06-30",
  },
  gcp: {
    "1.32": "2026-04-11",
    "1.33": "2026-08-03",
    "1.34": "2026-10-01",
    "1.35": "2027-04-11",
    "1.36": "2027-08-09",
  },
};

/** What the cloud does with a cluster whose version has ended; the sources above. */
export const afterSupport: Record<Exclude<Cloud, "local">, string> = {
  aws: "EKS charges several times the price in production and upgrades the others",
  azure: "AKS gives no support, and upgrades what falls three versions behind",
  gcp: "GKE upgrades it in a maintenance window",
};

/** What a stack that names no version gets: supported longest, on every cloud. */
export const defaultVersion = "1.36";

export interface SupportedVersion {
  /** `1.36` */
  version: string;
  /** Last day of standard support, ISO 8601. */
  until: string;
}

/**
 * Versions in standard support when the table was looked up, oldest first. The table's own date decides, not today's:
 * a stack that runs does not become invalid overnight.
 */
export function supportedVersions(cloud: Exclude<Cloud, "local">): SupportedVersion[] {
  return Object.entries(standardSupport[cloud])
    .filter(([, until]) => until >= lookedUp)
    .map(([version, until]) => ({ version, until }));
}

/** Last day of standard support; undefined for a version that is not in the table. */
export function supportEnds(cloud: Exclude<Cloud, "local">, version: string): string | undefined {
  return standardSupport[cloud][version];
}
