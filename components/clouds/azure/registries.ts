/** Container registries that the nodes may pull images from. */
import type { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";

import type { Caller } from "./place";
import { assignRole } from "./roles";

/**
 * Lets the kubelets' identity, which AKS makes with the cluster, pull from each registry: what `az aks update --attach-acr`
 * does. https://learn.microsoft.com/azure/aks/cluster-container-registry-integration
 *
 * @param registries resource ids, each once; their names are unique in all of Azure
 */
export function letNodesPull(
  prefix: string,
  registries: string[],
  cluster: ManagedCluster,
  caller: Caller,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment[] {
  const principalId = cluster.identityProfile.apply((profile) => {
    const objectId = profile?.["kubeletidentity"]?.objectId;
    if (objectId === undefined) throw new Error("Azure names no identity of the cluster's kubelets");
    return objectId;
  });
  return registries.map((scope) =>
    assignRole(
      `${prefix}-pull-${scope.split("/").at(-1)?.toLowerCase()}`,
      caller,
      { role: "AcrPull", scope, principalId, principalType: "ServicePrincipal" },
      opts,
    ),
  );
}
