import { z } from "zod";
import { filled, ipv4Range, key } from "./key";

export const network = z.strictObject({
  cidr: key(ipv4Range().optional(), {
    description: "Private IPv4 range of the network that is made.",
    allowed: "/16 to /20 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
    example: "10.20.0.0/16",
  }),
  existing: key(
    z
      .strictObject({
        id: key(filled(), { description: "The cloud's own id of the network.", example: "vpc-0a1b2c3d4e5f67890" }),
        publicSubnets: key(z.array(filled()), {
          description: "Subnets for load balancers.",
          allowed: "two or more on aws, none or more on azure, none on gcp",
          example: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
        }),
        privateSubnets: key(z.array(filled()), {
          description: "Subnets for nodes, with a way out to the internet.",
          allowed: "two or more on aws, one on gcp",
          example: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        }),
      })
      .optional(),
    {
      description: "A network that exists already: nothing of it is created, changed or deleted.",
      default: "none: a network is made",
      example: {
        id: "vpc-0a1b2c3d4e5f67890",
        publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
        privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
      },
    },
  ),
  nat: key(z.enum(["single", "zonal"]).optional(), {
    description: "One NAT for the cluster, or one in each zone.",
    example: "zonal",
  }),
  ddosProtection: key(z.boolean().optional(), {
    description: "Azure's DDoS IP Protection of the ingress's address, which has a monthly price.",
    allowed: "on azure; the other clouds' load balancers are always protected",
    default: "false",
    example: true,
  }),
});
