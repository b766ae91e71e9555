/** What pods have mounted, and whether Jobs and pods are over. */
import type { V1Job, V1Pod, V1Volume } from "@kubernetes/client-node";

/** Names of the claims that a pod mounts; those of ephemeral volumes have the pod's name before theirs. */
export function claimsOf({ metadata, spec }: Pick<V1Pod, "metadata" | "spec">): string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }: V1Volume) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${metadata?.name}-${name}`] : [];
  });
}

/** Complete or failed. */
export function isOver({ status }: Pick<V1Job, "status">): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: holds }) => ["Complete", "Failed"].includes(type) && holds === "True",
  );
}
