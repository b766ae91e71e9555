/** A network that was there before any stack: what `network.existing` of a rehearsed stack names. */
import type { CloudRecord } from "../cloud/behaviour";
import { regionOf } from "./regions";
import { selfLink } from "./resource";

export interface ExistingNetwork {
  /** `projects/…/global/networks/…` */
  id: string;
  /** `projects/…/regions/…/subnetworks/…` */
  privateSubnets: string[];
}

/** Ranges of the first subnetwork; each further one has the next /16, /14 and /20. */
const [nodes, pods, services] = [128, 16, 112];

/**
 * The network and its subnetworks as records for the store, each with secondary ranges `pods` and `services`. Their URN is
 * empty, as no stack made them: nobody takes them down.
 */
export function existingNetwork(existing: ExistingNetwork): CloudRecord[] {
  const [, project = "", , , name = ""] = existing.id.split("/");
  const record = (type: string, id: string, outputs: Record<string, unknown>): CloudRecord => ({
    type,
    id,
    urn: "",
    inputs: {},
    outputs: { ...outputs, project: id.split("/")[1] ?? project, selfLink: selfLink(id) },
  });
  return [
    record("gcp:compute/network:Network", existing.id, { name, autoCreateSubnetworks: false }),
    ...existing.privateSubnets.map((id, index) => {
      const parts = id.split("/");
      return record("gcp:compute/subnetwork:Subnetwork", id, {
        name: parts.at(-1),
        region: regionOf(parts[3] ?? ""),
        network: selfLink(existing.id),
        ipCidrRange: `10.${nodes + index}.0.0/20`,
        privateIpGoogleAccess: true,
        secondaryIpRanges: [
          { rangeName: "pods", ipCidrRange: `10.${pods + 4 * index}.0.0/14` },
          { rangeName: "services", ipCidrRange: `10.${services}.${16 * index}.0/20` },
        ],
      });
    }),
  ];
}
