/**
 * What a cluster tells the gitops repo about itself: a contract, carried by the labels and annotations of the Secret that
 * Argo CD knows the cluster by. ApplicationSets select clusters by the labels and fill in what the annotations say.
 */
import * as pulumi from "@pulumi/pulumi";

import { ingressClassName } from "./addresses";
import type { Cluster, Traits } from "./cluster";
import type { PlatformConfig } from "./config/types";
import { volumeClass } from "./storage";

/** Raised when a key changes its name or meaning; a new key does not raise it. */
export const contractVersion = "1";

/** Name that Argo CD gives the cluster it runs on, and the destination that Applications write. */
export const inCluster = { name: "in-cluster", server: "https://kubernetes.default.svc" } as const;

/** Valid label values: at most 63 characters, letters, digits, `-`, `_` and `.`. */
export interface MetadataLabels {
  "platform/contract": string;
  "platform/cloud": PlatformConfig["cloud"];
  "platform/environment": PlatformConfig["environment"];
  /** On `local` the context's name, with `-` for what a label cannot hold. */
  "platform/region": string;
}

export interface MetadataAnnotations {
  "platform/cluster": pulumi.Input<string>;
  /** Class of volumes that applications claim where they name none. */
  "platform/storage-class": string;
  "platform/ingress-class": string;
  /** Empty without a domain. */
  "platform/domain": string;
  /** JSON: controller → `{namespace, serviceAccount, annotations, podLabels}` of its cloud identity. */
  "platform/identities": pulumi.Input<string>;
  /** Address and revision that this stack reads Git from, as `gitops.repository` and `gitops.revision` say. */
  "platform/repository": string;
  "platform/revision": string;
  /** Folder of the repository that holds `apps/` and `clusters/`; `.` where that is its root. */
  "platform/folder": string;
}

export function metadataLabels({ cloud, environment, region }: PlatformConfig): MetadataLabels {
  return {
    "platform/contract": contractVersion,
    "platform/cloud": cloud,
    "platform/environment": environment,
    "platform/region": labelValue(region),
  };
}

export function metadataAnnotations(
  { domain, gitops }: PlatformConfig,
  { name, traits }: Pick<Cluster, "name" | "traits">,
): MetadataAnnotations {
  return {
    "platform/cluster": name,
    "platform/storage-class": volumeClass(traits),
    "platform/ingress-class": ingressClassName(traits),
    "platform/domain": domain ?? "",
    "platform/identities": pulumi.jsonStringify(identities(traits)),
    "platform/repository": gitops.repository,
    "platform/revision": gitops.revision,
    "platform/folder": folderOf(gitops.path),
  };
}

/** The folder that holds `clusters/<cluster>`: `gitops` of `gitops/clusters/dev`, `.` of `clusters/dev`. */
export function folderOf(path: string): string {
  const above = path.split("/").filter(Boolean).slice(0, -2);
  return above.length === 0 ? "." : above.join("/");
}

/** Sorted, so that the same identities are always the same text. */
function identities(traits: Traits): pulumi.Inputs {
  return Object.fromEntries(Object.entries(traits.identities).sort(([a], [b]) => a.localeCompare(b)));
}

function labelValue(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 63)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
