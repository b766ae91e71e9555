/** Azure identities of pods, by Workload Identity: one that a single service account of a single namespace may take. */
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import * as pulumi from "@pulumi/pulumi";

import type { IdentityTrait } from "../../cluster";
import type { Caller, Place } from "./place";
import { assignRole, type RoleArgs } from "./roles";

/** Whom the tokens are for that Entra takes: https://learn.microsoft.com/azure/aks/workload-identity-deploy-cluster */
export const audience = "api://AzureADTokenExchange";

export interface WorkloadIdentityArgs {
  place: Place;
  caller: Pick<Caller, "subscriptionId">;
  /** The cluster's OIDC issuer. Only the credential follows the cluster; the rest does not wait for it. */
  issuerUrl: pulumi.Input<string>;
  namespace: string;
  serviceAccount: string;
  /** What the pods may do, by a name that tells several apart. */
  roles: Record<string, Pick<RoleArgs, "role" | "scope" | "condition">>;
}

/**
 * An identity, its roles, and the credential that ties it to the service account. Pods that start before are given tokens
 * that nothing accepts yet: whatever runs them depends on `ready`.
 */
export class WorkloadIdentity extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly tenantId: pulumi.Output<string>;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    controller: string,
    private readonly args: WorkloadIdentityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const full = `${name}-${controller}`;
    super("platform:azure:WorkloadIdentity", full, {}, opts);
    const { place, caller, issuerUrl, namespace, serviceAccount, roles } = args;
    const identity = new UserAssignedIdentity(full, { ...place }, { parent: this });
    this.clientId = identity.clientId;
    this.tenantId = identity.tenantId;
    const assignments = Object.entries(roles).map(([key, given]) =>
      assignRole(
        `${full}-${key}`,
        caller,
        { ...given, principalId: identity.principalId, principalType: "ServicePrincipal" },
        { parent: this },
      ),
    );
    const credential = new FederatedIdentityCredential(
      full,
      {
        resourceGroupName: place.resourceGroupName,
        resourceName: identity.name,
        issuer: issuerUrl,
        subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
        audiences: [audience],
      },
      { parent: this },
    );
    this.ready = [...assignments, credential];
    this.registerOutputs();
  }

  /** AKS' webhook reads the label on pods and the annotation on their service account, and mounts the token. */
  trait(): IdentityTrait {
    return {
      namespace: this.args.namespace,
      serviceAccount: this.args.serviceAccount,
      annotations: { "azure.workload.identity/client-id": this.clientId },
      podLabels: { "azure.workload.identity/use": "true" },
    };
  }
}
