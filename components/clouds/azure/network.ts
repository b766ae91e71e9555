/** The cluster's network: one created for it, or one that exists already. */
import { getSubnetOutput } from "@pulumi/azure-native/network/getSubnet";
import { NatGateway } from "@pulumi/azure-native/network/natGateway";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress";
import { Subnet } from "@pulumi/azure-native/network/subnet";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork";
import * as pulumi from "@pulumi/pulumi";

import { planSubnets } from "../../cidr";
import { podRange } from "../../config/ranges";
import type { NetworkConfig } from "../../config/types";
import { type Place, unlessEmpty, type Zone } from "./place";

export interface NodeSubnet {
  /** Tells subnets apart in names: the zone, or the subnet's number in an existing network. */
  key: string;
  id: pulumi.Output<string>;
}

export interface Network {
  /** The n-th is for the nodes of the n-th zone; an existing network may have fewer, which are used in turn. */
  subnets: NodeSubnet[];
  /** How nodes reach the internet, in AKS' words. */
  outboundType: pulumi.Input<string>;
  /** Addresses that nodes are seen with from outside; empty where somebody else owns the network. */
  egress: pulumi.Output<string>[];
}

export interface VnetArgs {
  place: Place;
  cidr: string;
  /** One to three; the order decides which subnet is whose, so zones are only ever appended. */
  zones: Zone[];
  nat: NetworkConfig["nat"];
  protect: boolean;
}

/**
 * A virtual network with a subnet for the nodes of each zone. Load balancers stand outside of it, and pods have addresses
 * of their own, so there are no other subnets.
 */
export class VirtualNetworkOfNodes extends pulumi.ComponentResource implements Network {
  readonly subnets: NodeSubnet[];
  readonly outboundType = "userAssignedNATGateway";
  readonly egress: pulumi.Output<string>[];

  constructor(
    private readonly prefix: string,
    private readonly args: VnetArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:Network", prefix, {}, opts);
    const { cidr, zones, nat, protect } = args;
    const network = new VirtualNetwork(
      `${prefix}-vnet`,
      { ...args.place, addressSpace: { addressPrefixes: [cidr] } },
      { parent: this, protect },
    );
    const firewall = this.firewall();
    // A region without zones has nothing for a second gateway to survive.
    const zonal = nat === "zonal" && zones.every((zone) => zone.zones.length > 0);
    const gateways = zonal
      ? zones.map((zone) => this.gateway(`nat-${zone.key}`, zone.zones))
      : [this.gateway("nat", [])];
    this.egress = gateways.map(({ address }) => address);

    let previous: Subnet | undefined;
    this.subnets = zones.map(({ key }, index) => {
      const { gateway } = at(gateways, zonal ? index : 0);
      const subnet: Subnet = new Subnet(
        `${prefix}-nodes-${key}`,
        {
          resourceGroupName: args.place.resourceGroupName,
          virtualNetworkName: network.name,
          addressPrefix: at(planSubnets(cidr).private, index),
          networkSecurityGroup: { id: firewall.id },
          natGateway: { id: gateway.id },
          // Without the gateway there is no way out, where Azure would find one of its own.
          defaultOutboundAccess: false,
          // Backups travel without passing, and paying for, the NAT.
          serviceEndpoints: [{ service: "Microsoft.Storage" }],
        },
        // One after the other: Azure refuses a second change of a network while one is under way.
        { parent: this, dependsOn: previous ? [previous] : [] },
      );
      previous = subnet;
      return { key, id: subnet.id };
    });
    this.registerOutputs();
  }

  /**
   * Lets in what the load balancer is for. Everything else between nodes, pods and Azure's health probes passes by Azure's
   * own rules, except that pods' addresses are none of the network's:
   * https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay#network-security-groups
   */
  private firewall(): NetworkSecurityGroup {
    const inside = [this.args.cidr, podRange];
    const rule = { direction: "Inbound", access: "Allow", sourcePortRange: "*" };
    return new NetworkSecurityGroup(
      `${this.prefix}-nodes`,
      {
        ...this.args.place,
        securityRules: [
          {
            ...rule,
            name: "clients",
            priority: 100,
            protocol: "Tcp",
            sourceAddressPrefix: "Internet",
            // The load balancer leaves the outer address in place, so the nodes are not the destination.
            destinationAddressPrefix: "*",
            destinationPortRanges: ["80", "443"],
          },
          {
            ...rule,
            name: "nodes-and-pods",
            priority: 110,
            protocol: "*",
            sourceAddressPrefixes: inside,
            destinationAddressPrefixes: inside,
            destinationPortRange: "*",
          },
        ],
      },
      { parent: this },
    );
  }

  /** A gateway lives in one zone, which Azure picks where none is given: https://learn.microsoft.com/azure/nat-gateway/nat-availability-zones */
  private gateway(suffix: string, zones: string[]): { gateway: NatGateway; address: pulumi.Output<string> } {
    const { place } = this.args;
    const address = new PublicIPAddress(
      `${this.prefix}-${suffix}`,
      { ...place, sku: { name: "Standard" }, publicIPAllocationMethod: "Static", zones: unlessEmpty(zones) },
      { parent: this },
    );
    const gateway = new NatGateway(
      `${this.prefix}-${suffix}`,
      {
        ...place,
        sku: { name: "Standard" },
        publicIpAddresses: [{ id: address.id }],
        // Azure's own default; longer ones hold ports of connections that are long gone.
        idleTimeoutInMinutes: 4,
        zones: unlessEmpty(zones),
      },
      { parent: this },
    );
    return { gateway, address: address.ipAddress.apply((ip) => ip ?? "") };
  }
}

/**
 * A network that somebody else owns: it is read, never changed. The subnets need a NAT gateway, or a route table whose
 * default route leads to a firewall; with a list of authorized networks, the address that they go out with has to be in it.
 */
export function existingNetwork(existing: NonNullable<NetworkConfig["existing"]>, parent: pulumi.Resource): Network {
  const subnets = existing.privateSubnets.map((id, index) => ({ key: String(index + 1), id: pulumi.output(id) }));
  const [first = ""] = existing.privateSubnets;
  const outboundType = getSubnetOutput(subnetOf(first), { parent }).apply(({ natGateway }) =>
    natGateway === undefined ? "userDefinedRouting" : "userAssignedNATGateway",
  );
  return { subnets, outboundType, egress: [] };
}

/** The parts of `/subscriptions/…/resourceGroups/…/virtualNetworks/…/subnets/…`. */
function subnetOf(id: string) {
  const match = /\/resourceGroups\/([^/]+)\/.*\/virtualNetworks\/([^/]+)\/subnets\/([^/]+)$/i.exec(id);
  const [, resourceGroupName = "", virtualNetworkName = "", subnetName = ""] = match ?? [];
  return { resourceGroupName, virtualNetworkName, subnetName };
}

function at<T>(list: T[], index: number): T {
  const item = list[index];
  if (item === undefined) {
    throw new RangeError(`zone number ${index + 1} of ${list.length}: a network is divided for three zones at most`);
  }
  return item;
}
