/** The network's range, and a network that exists already. */
import type { Bad } from "./bad";

export const network: Bad[] = [
  {
    name: "text in place of the group",
    values: { network: "10.0.0.0/16" },
    messages: ['network: "10.0.0.0/16" is no group of keys; write one, such as {"cidr":"10.20.0.0/16"}'],
  },
  {
    name: "no range",
    values: { network: { cidr: "10.0.0.0" } },
    messages: ['network.cidr: "10.0.0.0" is no IPv4 range: write it as an address and a prefix, such as 10.0.0.0/16'],
  },
  {
    name: "a range with bits behind its prefix",
    values: { network: { cidr: "10.0.1.0/16" } },
    messages: ['network.cidr: "10.0.1.0/16" has bits set behind its prefix: the range is written 10.0.0.0/16'],
  },
  {
    name: "a range of addresses that there are not",
    values: { network: { cidr: "10.0.0.256/16" } },
    messages: [
      'network.cidr: "10.0.0.256/16" is no IPv4 range: write it as an address and a prefix, such as 10.0.0.0/16',
    ],
  },
  {
    name: "too small a range",
    values: { network: { cidr: "10.0.0.0/24" } },
    messages: ['network.cidr: "10.0.0.0/24" is too small for a cluster; /16 to /20 are allowed'],
  },
  {
    name: "too large a range",
    values: { network: { cidr: "10.0.0.0/8" } },
    messages: ['network.cidr: "10.0.0.0/8" is too large for a network; /16 to /20 are allowed'],
  },
  {
    name: "a public range",
    values: { network: { cidr: "8.8.0.0/16" } },
    messages: [
      'network.cidr: "8.8.0.0/16" is no private range; it has to be inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10',
    ],
  },
  {
    name: "the services' range",
    values: { network: { cidr: "172.20.0.0/16" } },
    messages: [
      'network.cidr: "172.20.0.0/16" overlaps 172.20.0.0/16, which belongs to the cluster\'s services; take another, such as 10.0.0.0/16',
    ],
  },
  {
    name: "a part of the services' range",
    values: { network: { cidr: "172.20.16.0/20" } },
    messages: [
      'network.cidr: "172.20.16.0/20" overlaps 172.20.0.0/16, which belongs to the cluster\'s services; take another, such as 10.0.0.0/16',
    ],
  },
  {
    name: "a range that AKS keeps",
    values: { cloud: "azure", region: "westeurope", network: { cidr: "172.30.0.0/16" } },
    messages: [
      'network.cidr: "172.30.0.0/16" overlaps 172.30.0.0/16, which belongs to AKS itself; take another, such as 10.0.0.0/16',
    ],
  },
  {
    name: "the pods' range",
    values: { cloud: "gcp", region: "europe-west1", network: { cidr: "10.244.0.0/16" } },
    messages: [
      'network.cidr: "10.244.0.0/16" overlaps 10.244.0.0/14, which belongs to the cluster\'s pods; take another, such as 10.0.0.0/16',
    ],
  },
  {
    name: "a NAT of no known kind",
    values: { network: { nat: "none" } },
    messages: ['network.nat: "none" is not allowed; one of single, zonal'],
  },
  {
    name: "a network without subnets",
    values: { network: { existing: { id: "vpc-0a1b2c3d4e5f67890" } } },
    messages: [
      'network.existing.publicSubnets: missing; two or more on aws, none or more on azure, none on gcp, for example ["subnet-0a1b2c3d4e5f60001","subnet-0a1b2c3d4e5f60002"]',
      'network.existing.privateSubnets: missing; two or more on aws, one on gcp, for example ["subnet-0a1b2c3d4e5f60003","subnet-0a1b2c3d4e5f60004"]',
    ],
  },
  {
    name: "a network and a range",
    values: {
      network: {
        cidr: "10.1.0.0/16",
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: ['network.cidr: "10.1.0.0/16" has no effect beside network.existing; leave one of the two out'],
  },
  {
    name: "a network and a NAT",
    values: {
      network: {
        nat: "single",
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: ['network.nat: "single" has no effect beside network.existing; leave one of the two out'],
  },
  {
    name: "a network and zones",
    values: {
      nodes: { zones: ["eu-west-1a", "eu-west-1b"] },
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: [
      'nodes.zones: ["eu-west-1a","eu-west-1b"] has no effect beside network.existing, whose subnets have their zones; leave it out',
    ],
  },
  {
    name: "a network of another form",
    values: {
      network: {
        existing: {
          id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: [
      'network.existing.id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetwork... is no VPC id; write it like vpc-0a1b2c3d4e5f67890',
    ],
  },
  {
    name: "a VPC on Azure",
    values: {
      cloud: "azure",
      region: "westeurope",
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: [
      'network.existing.id: "vpc-0a1b2c3d4e5f67890" is no virtual network\'s resource id; write it like /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…',
      'network.existing.publicSubnets[0]: "subnet-0a1b2c3d4e5f60001" is no subnet\'s resource id; write it like …/virtualNetworks/…/subnets/…',
      'network.existing.publicSubnets[1]: "subnet-0a1b2c3d4e5f60002" is no subnet\'s resource id; write it like …/virtualNetworks/…/subnets/…',
      'network.existing.privateSubnets[0]: "subnet-0a1b2c3d4e5f60003" is no subnet\'s resource id; write it like …/virtualNetworks/…/subnets/…',
      'network.existing.privateSubnets[1]: "subnet-0a1b2c3d4e5f60004" is no subnet\'s resource id; write it like …/virtualNetworks/…/subnets/…',
    ],
  },
  {
    name: "one private subnet",
    values: {
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003"],
        },
      },
    },
    messages: [
      'network.existing.privateSubnets: ["subnet-0a1b2c3d4e5f60003"] is too few; EKS and its load balancer need two, in two zones',
    ],
  },
  {
    name: "no public subnet",
    values: {
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: [],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: ["network.existing.publicSubnets: [] is too few; EKS and its load balancer need two, in two zones"],
  },
  {
    name: "a subnet twice",
    values: {
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60001"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: ['network.existing.publicSubnets[1]: "subnet-0a1b2c3d4e5f60001" is named twice; name each subnet once'],
  },
  {
    name: "a subnet both public and private",
    values: {
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60003"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
        },
      },
    },
    messages: [
      'network.existing.publicSubnets[1]: "subnet-0a1b2c3d4e5f60003" is one of network.existing.privateSubnets too; a subnet is either public or private',
    ],
  },
  {
    name: "a misspelt key of the network",
    values: {
      network: {
        existing: {
          id: "vpc-0a1b2c3d4e5f67890",
          publicSubnets: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
          privateSubnets: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"],
          subnets: [],
        },
      },
    },
    messages: ["network.existing.subnets: unknown key; network.existing has id, publicSubnets, privateSubnets"],
  },
  {
    name: "more nodes than a small range has addresses for",
    values: { network: { cidr: "10.0.0.0/20" }, nodes: { max: 120 } },
    messages: [
      'network.cidr: "10.0.0.0/20" has 1019 addresses for the pods of a zone, and 60 nodes of 29 pods each (nodes.max, over 2 zones) need 1800; take a larger range, up to /16, or set nodes.max to 66 or less',
    ],
  },
  {
    name: "more nodes than the default range has addresses for",
    values: { environment: "prod", nodes: { max: 450, spot: true } },
    messages: [
      'network.cidr: "10.0.0.0/16" has 16379 addresses for the pods of a zone, and 300 nodes of 58 pods each (nodes.max, over 3 zones, and as many of spot capacity) need 17700; take a larger range, up to /16, or set nodes.max to 415 or less',
    ],
  },
];
