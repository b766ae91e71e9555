/** The CustomResourceDefinitions that the platform's charts install, fetched only where a folder uses them. */
import { readFileSync } from "node:fs";
import { ensureCrds } from "../../tools";
import { groupOf, isManifest, type Manifest } from "../model";

/** Which chart defines a group. */
const charts: Record<string, string> = {
  "acme.cert-manager.io": "cert-manager",
  "argoproj.io": "argo-cd",
  "bitnami.com": "sealed-secrets",
  "cert-manager.io": "cert-manager",
  "elbv2.k8s.aws": "aws-load-balancer-controller",
  "externaldns.k8s.io": "external-dns",
  "gateway.k8s.aws": "aws-load-balancer-controller",
  "monitoring.coreos.com": "prometheus-operator-crds",
  "traefik.io": "traefik",
  "velero.io": "velero",
};

/** Whether the platform installs definitions of the group. */
export function isPlatformGroup(apiVersion: string): boolean {
  return groupOf(apiVersion) in charts;
}

export interface Definitions {
  definitions: Manifest[];
  /** What could not be had, and why; its objects are not checked. */
  missing: { charts: string[]; reason: string } | undefined;
}

/** By file: megabytes that take a while to read. */
const read = new Map<string, Manifest[]>();

/** @param apiVersions those in use. */
export async function platformDefinitions(apiVersions: string[], say: (line: string) => void): Promise<Definitions> {
  const wanted = [...new Set(apiVersions.flatMap((one) => charts[groupOf(one)] ?? []))].sort();
  try {
    const files = Object.values(await ensureCrds(say, wanted)).flat();
    return { definitions: files.flatMap(readDefinitions), missing: undefined };
  } catch (error) {
    return { definitions: [], missing: { charts: wanted, reason: (error as Error).message } };
  }
}

function readDefinitions(file: string): Manifest[] {
  const known = read.get(file) ?? (JSON.parse(readFileSync(file, "utf8")) as unknown[]).filter(isManifest);
  read.set(file, known);
  return known;
}
