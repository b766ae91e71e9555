/** What only Azure refuses, and what only Azure has. */
import type { Bad } from "./bad";

const onAzure = { cloud: "azure", region: "westeurope" };
const network = "/subscriptions/1/resourceGroups/shared/providers/Microsoft.Network/virtualNetworks/hub";

const registry = "/subscriptions/1/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/images";

export const azure: Bad[] = [
  {
    name: "more nodes than the pods' range has room for",
    values: { ...onAzure, nodes: { max: 181 } },
    messages: [
      "nodes.max: 181 is too many; the pods' range 10.244.0.0/16 has room for 256 nodes, those of the system and those that stand in during an upgrade included: set nodes.max to 180 or less",
    ],
  },
  {
    name: "more nodes than the pods' range has room for, with spot nodes",
    values: { ...onAzure, nodes: { max: 104, spot: true } },
    messages: [
      "nodes.max: 104 is too many with as many spot nodes beside them; the pods' range 10.244.0.0/16 has room for 256 nodes, those of the system and those that stand in during an upgrade included: set nodes.max to 103 or less",
    ],
  },
  {
    name: "a certificate where none can be used",
    values: {
      ...onAzure,
      domain: "example.com",
      tls: { certificate: "https://platform.vault.azure.net/certificates/platform" },
    },
    messages: [
      'tls.certificate: "https://platform.vault.azure.net/certificates/platform" cannot be used on azure, where TLS ends inside of the cluster and cert-manager gets the certificates; leave it out',
    ],
  },
  {
    name: "a subnet of another network",
    values: {
      ...onAzure,
      network: {
        existing: {
          id: network,
          publicSubnets: [],
          privateSubnets: [`${network}/subnets/nodes`, `${network.replace("hub", "spoke")}/subnets/nodes`],
        },
      },
    },
    messages: [
      'network.existing.privateSubnets[1]: "/subscriptions/1/resourceGroups/shared/providers/Microsoft.Network/virtualNe... is no subnet of network.existing.id; all nodes of a cluster are in one network',
    ],
  },
  {
    name: "no subnet for nodes",
    values: { ...onAzure, network: { existing: { id: network, publicSubnets: [], privateSubnets: [] } } },
    messages: ["network.existing.privateSubnets: [] is too few; the cluster needs one"],
  },
  {
    name: "tags that Azure takes for one",
    values: { ...onAzure, tags: { Team: "a", team: "b", Environment: "c" } },
    messages: [
      "tags.Team: is the same tag as team on azure, whatever its letters; leave one of the two out",
      "tags.team: is the same tag as Team on azure, whatever its letters; leave one of the two out",
      "tags.Environment: is the same tag as environment on azure, whatever its letters; leave one of the two out",
    ],
  },
  {
    name: "DDoS protection where it is always on",
    values: { network: { ddosProtection: true } },
    messages: ["network.ddosProtection: has no effect on aws, whose load balancers are always protected; leave it out"],
  },
  {
    name: "a zone's resource group on another cloud",
    values: { domain: "example.com", dns: { resourceGroup: "dns" } },
    messages: ['dns.resourceGroup: "dns" has no effect on aws, which finds a zone by its name; leave it out'],
  },
  {
    name: "a zone's resource group without a domain",
    values: { ...onAzure, dns: { resourceGroup: "dns" } },
    messages: ['dns.resourceGroup: "dns" is where the domain\'s zone is, and there is no domain; set domain'],
  },
  {
    name: "no name of a resource group",
    values: { ...onAzure, domain: "example.com", tls: { email: "a@example.com" }, dns: { resourceGroup: "dns." } },
    messages: [
      'dns.resourceGroup: "dns." is no name of a resource group; allowed are 1 to 90 letters, digits and _().-, the last no full stop',
    ],
  },
  {
    name: "a stack whose cluster's name is too long",
    values: onAzure,
    stack: "s".repeat(42),
    messages: [
      `stack: "${"s".repeat(42)}" makes no name of a cluster on azure, which would be "platform-${"s".repeat(42)}"; a stack's name has up to 41 characters there, a-z, 0-9 and "-", the last a letter or digit: pulumi stack rename <name>`,
    ],
  },
  {
    name: "registries that are none, or there twice",
    values: { ...onAzure, nodes: { registries: ["example.azurecr.io", registry, registry.toUpperCase()] } },
    messages: [
      'nodes.registries[0]: "example.azurecr.io" is no container registry\'s resource id; write it like /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…',
      `nodes.registries[2]: "${registry.toUpperCase().slice(0, 76)}... is named twice; name each registry once`,
    ],
  },
  {
    name: "registries where nodes may pull anyway",
    values: { nodes: { registries: [registry] } },
    messages: [
      `nodes.registries[0]: "${registry.slice(0, 76)}... has no effect on aws, whose nodes may pull from all registries of their own account; leave it out`,
    ],
  },
];
