/** The cluster's network, made for it: nodes, pods and Services each have a range of their own. */
import { Address, Network as VpcNetwork, Router, RouterNat, Subnetwork } from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";

import { googlePodRange, serviceRange } from "../../config/ranges";
import type { NetworkConfig } from "../../config/types";
import { named } from "./names";

/** A network that a cluster can be put into. */
export interface Network {
  /** `projects/…/global/networks/…` */
  id: pulumi.Output<string>;
  /** `projects/…/regions/…/subnetworks/…` */
  subnetwork: pulumi.Output<string>;
  /** Names of the subnetwork's secondary ranges. */
  podRange: string;
  serviceRange: string;
  /** Nodes reach registries other than Google's once these exist, and need them until they are gone. */
  waysOut: pulumi.Resource[];
}

export interface VpcArgs {
  region: string;
  cidr: string;
  zones: string[];
  nat: NetworkConfig["nat"];
  protect: boolean;
}

/**
 * A VPC with one subnetwork, which spans the region's zones, and a NAT. Nodes take the network's range; pods and
 * Services have ranges of a fixed size, since neither can be changed on a live cluster: a pod range of /14 has a /24 for
 * each of 1,024 nodes (https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing).
 */
export class PlatformNetwork extends pulumi.ComponentResource implements Network {
  readonly id: pulumi.Output<string>;
  readonly subnetwork: pulumi.Output<string>;
  readonly podRange = "pods";
  readonly serviceRange = "services";
  readonly waysOut: pulumi.Resource[];

  constructor(
    private readonly prefix: string,
    private readonly args: VpcArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:Network", prefix, {}, opts);
    const network = new VpcNetwork(
      named(prefix, "network"),
      { description: `Network of ${prefix}`, autoCreateSubnetworks: false, routingMode: "REGIONAL" },
      { parent: this, protect: args.protect },
    );
    this.id = network.id;
    const subnetwork = new Subnetwork(
      named(prefix, "nodes"),
      {
        description: `Nodes of ${prefix}`,
        network: network.id,
        region: args.region,
        ipCidrRange: args.cidr,
        secondaryIpRanges: [
          { rangeName: this.podRange, ipCidrRange: googlePodRange },
          { rangeName: this.serviceRange, ipCidrRange: serviceRange },
        ],
        // Nodes have no address of the internet's: this is their way to Google's APIs and registries, past the NAT.
        privateIpGoogleAccess: true,
        // Who talked to whom, in ten-minute records of half of the connections.
        logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.5, metadata: "INCLUDE_ALL_METADATA" },
      },
      { parent: this },
    );
    this.subnetwork = subnetwork.id;
    this.waysOut = [this.nat(network, subnetwork)];
    this.registerOutputs();
  }

  /**
   * Cloud NAT is no machine but a property of the network, and survives the loss of a zone by itself. What `zonal` buys is
   * an address for each zone, and with it more connections. The addresses are reserved: others can let them in.
   */
  private nat(network: VpcNetwork, subnetwork: Subnetwork): RouterNat {
    const { prefix, args } = this;
    const { region } = args;
    const count = args.nat === "zonal" ? args.zones.length : 1;
    const addresses = Array.from(
      { length: count },
      (_, index) =>
        new Address(
          named(prefix, `nat-${index + 1}`),
          { description: `Outgoing connections of ${prefix}`, region },
          { parent: this },
        ),
    );
    const router = new Router(
      named(prefix, "router"),
      { description: `Router of ${prefix}`, region, network: network.id },
      { parent: this },
    );
    return new RouterNat(
      named(prefix, "nat"),
      {
        region,
        router: router.name,
        natIpAllocateOption: "MANUAL_ONLY",
        natIps: addresses.map((address) => address.selfLink),
        sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
        subnetworks: [{ name: subnetwork.id, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
        // An address has 64,512 ports. Nodes begin with few, so that one address serves a thousand of them, and get more
        // as they need them: https://cloud.google.com/nat/docs/ports-and-addresses
        enableDynamicPortAllocation: true,
        minPortsPerVm: 64,
        maxPortsPerVm: 4096,
        enableEndpointIndependentMapping: false,
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
      },
      { parent: this },
    );
  }
}
