/** The domain's zone, and what controllers may do in it. */
import { DnsManagedZoneIamMember, getManagedZones } from "@pulumi/gcp/dns";
import type * as pulumi from "@pulumi/pulumi";

import type { Project } from "./project";
import { grantProject, type PodIdentity } from "./serviceaccounts";

/**
 * Name of the project's public zone for the domain. Zones are named freely, so all are looked through.
 *
 * @throws where there is none, or where they cannot be looked at
 */
export async function zoneOf(domain: string, project: Project, provider: pulumi.ProviderResource): Promise<string> {
  const { managedZones } = await getManagedZones({ project: project.id }, { provider }).catch((error: unknown) => {
    throw new Error(
      `domain: the DNS zones of the Google project "${project.id}" cannot be looked at: ` +
        `${error instanceof Error ? error.message : String(error)} (needed: dns.managedZones.list)`,
      { cause: error },
    );
  });
  const zone = managedZones.find(({ dnsName, visibility }) => dnsName === `${domain}.` && visibility === "public");
  if (zone?.name !== undefined) return zone.name;
  const known = managedZones.map(({ dnsName }) => dnsName.replace(/\.$/, "")).join(", ") || "none";
  throw new Error(
    `domain: "${domain}" has no public zone of its own in the Google project "${project.id}"; its zones are: ${known}`,
  );
}

/** Records of the platform's zone, no other's. */
export function grantZone(
  identity: PodIdentity,
  controller: string,
  { project, zone }: { project: Project; zone: string },
): pulumi.Resource {
  return new DnsManagedZoneIamMember(
    `${identity.prefix}-${controller}`,
    { project: project.id, managedZone: zone, role: "roles/dns.admin", member: identity.account.member },
    { parent: identity },
  );
}

/**
 * external-dns also asks which zones there are.
 * https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/gke/
 */
export function grantZoneList(identity: PodIdentity, controller: string, project: Project): pulumi.Resource {
  return grantProject(
    `${identity.prefix}-${controller}`,
    { project, role: "roles/dns.reader", account: identity.account },
    identity,
  );
}
