/** The zone of the platform's names, and who may write into it. */
import { getZoneOutput } from "@pulumi/azure-native/dns/getZone";
import * as pulumi from "@pulumi/pulumi";

import type { DnsTrait } from "../../cluster";
import type { Caller } from "./place";
import type { Role } from "./roles";

export interface Zone {
  domain: string;
  /** Resource group that the zone is in. */
  resourceGroup: string;
  id: pulumi.Output<string>;
}

/** The zone that exists already; `up` ends here where it does not. */
export function findZone(domain: string, resourceGroup: string, parent: pulumi.Resource): Zone {
  const { id } = getZoneOutput({ zoneName: domain, resourceGroupName: resourceGroup }, { parent });
  return { domain, resourceGroup, id };
}

/**
 * Records of this zone; external-dns also lists the zones of the resource group:
 * https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/azure/#assign-the-rights-for-the-managed-identity
 */
export function rolesOf(
  controller: "external-dns" | "cert-manager",
  { id, resourceGroup }: Zone,
  { subscriptionId }: Caller,
): Record<string, { role: Role; scope: pulumi.Input<string> }> {
  const zone = { role: "DNS Zone Contributor", scope: id } as const;
  const group = { role: "Reader", scope: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}` } as const;
  return controller === "external-dns" ? { zone, group } : { zone };
}

/** @param certManagerClientId of cert-manager's identity, which its issuer has to name */
export function dns(
  { domain, resourceGroup, id }: Zone,
  { subscriptionId, tenantId }: Caller,
  certManagerClientId: pulumi.Output<string>,
): DnsTrait {
  return {
    provider: "azure",
    zoneId: id,
    // https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/azure/#configuration-file; nothing in it is secret.
    configFile: {
      path: "/etc/kubernetes/azure.json",
      content: { tenantId, subscriptionId, resourceGroup, useWorkloadIdentityExtension: true },
    },
    // https://cert-manager.io/docs/configuration/acme/dns01/azuredns/#managed-identity-using-aad-workload-identity
    acmeSolver: {
      dns01: {
        azureDNS: {
          subscriptionID: subscriptionId,
          resourceGroupName: resourceGroup,
          hostedZoneName: domain,
          environment: "AzurePublicCloud",
          managedIdentity: { clientID: certManagerClientId },
        },
      },
    },
  };
}
