/** The address that clients reach the cluster by. The load balancer itself is made by AKS, for Traefik's Service. */
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress";
import * as pulumi from "@pulumi/pulumi";

import type { IngressTrait } from "../../cluster";
import { findRegion } from "../../regions";
import { type Place, unlessEmpty } from "./place";

export interface AddressArgs {
  place: Place;
  /** Azure's DDoS IP Protection of this address, at a price for each month. */
  ddosProtection: boolean;
  protect: boolean;
}

/** A fixed address in all zones of the region. */
export class IngressAddress extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  private readonly address: PublicIPAddress;

  constructor(
    prefix: string,
    private readonly args: AddressArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:IngressAddress", prefix, {}, opts);
    const { place, ddosProtection, protect } = args;
    this.address = new PublicIPAddress(
      `${prefix}-ingress`,
      {
        ...place,
        sku: { name: "Standard" },
        publicIPAllocationMethod: "Static",
        zones: unlessEmpty(findRegion("azure", place.location)?.zones ?? []),
        ddosSettings: { protectionMode: ddosProtection ? "Enabled" : "VirtualNetworkInherited" },
      },
      { parent: this, protect },
    );
    this.id = this.address.id;
    this.registerOutputs();
  }

  /**
   * The Service names the address and its resource group:
   * https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations. TLS ends at Traefik, and
   * clients' own addresses reach it: nothing in front of it rewrites them, so no header is believed.
   */
  trait(): IngressTrait {
    return {
      service: {
        type: "LoadBalancer",
        annotations: {
          "service.beta.kubernetes.io/azure-pip-name": this.address.name,
          "service.beta.kubernetes.io/azure-load-balancer-resource-group": this.args.place.resourceGroupName,
        },
      },
      tlsAt: "ingress",
      trustedIPs: [],
      attachments: [],
      existing: false,
      kind: "Azure Load Balancer",
    };
  }
}
