/** Assignments of Azure's built-in roles. */
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import * as pulumi from "@pulumi/pulumi";

import type { Caller } from "./place";

/** Ids are the same in every tenant: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const roles = {
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
  "DNS Zone Contributor": "befefa01-2a29-4197-83a8-272ff33ce314",
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
} as const;

export type Role = keyof typeof roles;

export interface RoleArgs {
  role: Role;
  /** Resource id of what the role is for; everything inside of it is covered too. */
  scope: pulumi.Input<string>;
  principalId: pulumi.Input<string>;
  /**
   * Always said: Azure takes the id as it is then, where it would look for an identity that was made just now and not find
   * it yet, and refuses a wrong type. Managed identities are service principals; Pulumi's SDK makes a user of what names none.
   * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
   */
  principalType: "ServicePrincipal" | "User";
  /** When the role's rights on data hold, in Azure's own form; by default always. */
  condition?: string;
}

/**
 * Applications of Microsoft's own that people log in through: the Azure CLI (and azd) and Azure PowerShell.
 * https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
const logIns = ["04b07795-8ddb-461a-bbee-02f9e1bf7b46", "1950a258-227b-4e31-a9cf-717495945fc2"];

/** A person's tokens name the program that asked for them; a service principal and a managed identity are their own. */
export function principalTypeOf({ clientId }: Caller): RoleArgs["principalType"] {
  return logIns.includes(clientId) ? "User" : "ServicePrincipal";
}

/**
 * Assigns the role. The assignment's own name, a UUID, is left to Pulumi: one that was derived from role and principal
 * would stand in the way of a replacement, which is made before the old one goes.
 */
export function assignRole(
  name: string,
  caller: Pick<Caller, "subscriptionId">,
  { role, scope, principalId, principalType, condition }: RoleArgs,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment {
  return new RoleAssignment(
    name,
    {
      scope,
      principalId,
      roleDefinitionId: pulumi.output(scope).apply((id) => definitionId(role, id, caller)),
      principalType,
      ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
    },
    opts,
  );
}

/**
 * A built-in role is there in every subscription, and Azure answers with the one of the scope, which a registry or a
 * network of somebody else's may not share: https://github.com/Azure/azure-rest-api-specs/issues/10939
 */
function definitionId(role: Role, scope: string, caller: Pick<Caller, "subscriptionId">): string {
  const subscription = /^\/subscriptions\/([^/]+)\//i.exec(scope)?.[1] ?? caller.subscriptionId;
  return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`;
}
