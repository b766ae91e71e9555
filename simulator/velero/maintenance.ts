/**
 * Velero's Jobs that tidy a repository of files up do so for real. What they run:
 * pkg/repository/maintenance/maintenance.go of Velero 1.18.3.
 */
import type { V1Pod } from "@kubernetes/client-node";
import type { Command } from "../programs";
import { writeKubeconfig } from "./pod";

/** @param velero path of Velero's program; without it nothing runs. */
export function repositoryMaintenance(velero: string | undefined): (pod: V1Pod) => Command | undefined {
  return ({ metadata, spec }) => {
    const container = spec?.containers.find(({ args }) => args?.[0] === "repo-maintenance");
    if (!container || velero === undefined) return undefined;
    return {
      name: metadata?.name ?? "",
      file: velero,
      arguments: container.args ?? [],
      prepare: (folder, _, access) => ({
        KUBECONFIG: writeKubeconfig(folder, access),
        VELERO_NAMESPACE: metadata?.namespace ?? "",
      }),
    };
  };
}
