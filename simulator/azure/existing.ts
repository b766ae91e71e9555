/** A network that was there before any stack: what `network.existing` of a rehearsed stack names. */
import type { CloudRecord } from "../cloud/behaviour";
import { idPart } from "./ids";

export interface ExistingNetwork {
  /** `/subscriptions/…/virtualNetworks/…` */
  id: string;
  /** `…/virtualNetworks/…/subnets/…` */
  publicSubnets: string[];
  privateSubnets: string[];
}

/**
 * The network with its resource group, its subnets of /20 each, and a NAT gateway for the private ones, as AKS asks of them:
 * records for the store. Their URN is empty, as no stack made them: nobody takes them down. The gateway's address is its
 * owner's secret, so that it is never held against the ranges that may reach the API server.
 */
export function existingNetwork(existing: ExistingNetwork, location: string): CloudRecord[] {
  const group = existing.id.split("/").slice(0, 5).join("/");
  const gateway = `${group}/providers/Microsoft.Network/natGateways/existing`;
  const record = (type: string, id: string, outputs: Record<string, unknown>): CloudRecord => ({
    type: `azure-native:${type}`,
    id,
    urn: "",
    inputs: { resourceGroupName: idPart(id, "resourceGroups") },
    outputs: { name: id.split("/").at(-1), location, ...outputs },
  });
  const isPrivate = (id: string) => existing.privateSubnets.includes(id);
  return [
    record("resources:ResourceGroup", group, {}),
    record("network:VirtualNetwork", existing.id, { addressSpace: { addressPrefixes: ["10.128.0.0/16"] } }),
    record("network:NatGateway", gateway, { sku: { name: "Standard" }, publicIpAddresses: [] }),
    ...[...existing.publicSubnets, ...existing.privateSubnets].map((id, index) =>
      record("network:Subnet", id, {
        addressPrefix: `10.128.${index * 16}.0/20`,
        ...(isPrivate(id) && { natGateway: { id: gateway } }),
      }),
    ),
  ];
}
