/** What only Google refuses. */
import type { Bad } from "./bad";

const place = { cloud: "gcp", region: "europe-west1" };
const subnetwork = (region: string) => `projects/example/regions/${region}/subnetworks/platform`;
const existing = (change: object) => ({
  network: {
    existing: {
      id: "projects/example/global/networks/shared",
      publicSubnets: [],
      privateSubnets: [subnetwork("europe-west1")],
      ...change,
    },
  },
});

export const google: Bad[] = [
  {
    name: "machines that take no Persistent Disk",
    values: { ...place, nodes: { instanceType: "n4-standard-4", vcpu: 4, memoryGiB: 16 } },
    messages: [
      'nodes.instanceType: "n4-standard-4" takes no Persistent Disk, which the cluster\'s storage classes are of; take another series, such as n2-standard-4',
    ],
  },
  {
    name: "Arm machines",
    values: { ...place, nodes: { instanceType: "t2a-standard-4", vcpu: 4, memoryGiB: 16 } },
    messages: [
      'nodes.instanceType: "t2a-standard-4" is an Arm machine, and GKE keeps the platform\'s pods off those; take another series, such as n2-standard-4',
    ],
  },
  {
    name: "groups of two domains",
    values: {
      ...place,
      access: { adminGroups: ["admins@example.com"], developerGroups: ["dev@example.com", "dev@example.net"] },
    },
    messages: [
      'access.developerGroups[1]: "dev@example.net" is of another domain than "admins@example.com", and a cluster knows the groups of one; take groups of one domain',
    ],
  },
  {
    name: "a subnetwork of another region",
    values: { ...place, ...existing({ privateSubnets: [subnetwork("europe-west3")] }) },
    messages: [
      'network.existing.privateSubnets[0]: "projects/example/regions/europe-west3/subnetworks/platform" is in europe-west3, and region is europe-west1; name one of europe-west1',
    ],
  },
  {
    name: "two subnetworks",
    values: {
      ...place,
      ...existing({ privateSubnets: [subnetwork("europe-west1"), `${subnetwork("europe-west1")}-2`] }),
    },
    messages: [
      'network.existing.privateSubnets[1]: "projects/example/regions/europe-west1/subnetworks/platform-2" is one too many; a cluster on gcp is in one subnetwork, which spans the region\'s zones',
    ],
  },
  {
    name: "no subnetwork",
    values: { ...place, ...existing({ privateSubnets: [] }) },
    messages: ["network.existing.privateSubnets: [] is too few; the cluster needs one"],
  },
  {
    name: "public subnetworks",
    values: { ...place, ...existing({ publicSubnets: [`${subnetwork("europe-west1")}-public`] }) },
    messages: [
      'network.existing.publicSubnets: ["projects/example/regions/europe-west1/subnetworks/platform-public"] has no effect on gcp, whose load balancer is in no subnetwork; write []',
    ],
  },
  {
    name: "shared volumes on a cluster of one's own",
    values: { cloud: "local", region: "kind", storage: { shared: true } },
    messages: ["storage.shared: true is not possible on local, which has its own classes; leave it out"],
  },
  {
    name: "shared volumes in an existing network",
    values: { ...place, storage: { shared: true }, ...existing({}) },
    messages: [
      "storage.shared: true is not possible beside network.existing: Filestore needs a connection of its own there; leave it out",
    ],
  },
  {
    name: "true in place of the group",
    values: { ...place, storage: true },
    messages: ['storage: true is no group of keys; write one, such as {"shared":true}'],
  },
  {
    name: "a certificate of Certificate Manager",
    values: {
      ...place,
      domain: "example.com",
      tls: { certificate: "projects/example/locations/global/certificates/platform" },
    },
    messages: [
      'tls.certificate: "projects/example/locations/global/certificates/platform" is no path of a global SSL certificate; write it like projects/example/global/sslCertificates/platform',
    ],
  },
  {
    name: "a stack's name that is too long for a cluster's",
    values: place,
    stack: "a-name-of-more-than-thirty-one-1",
    messages: [
      'stack: "a-name-of-more-than-thirty-one-1" makes no name of a cluster on gcp, which would be "platform-a-name-of-more-than-thirty-one-1"; a stack\'s name has up to 31 characters there, a-z, 0-9 and "-", the last a letter or digit: pulumi stack rename <name>',
    ],
  },
  {
    name: "a stack's name that Google keeps to itself",
    values: place,
    stack: "google",
    messages: [
      'stack: "google" makes no name of a cluster on gcp, which would be "platform-google"; a stack\'s name has up to 31 characters there, a-z, 0-9 and "-", the last a letter or digit, and no "google" in it: pulumi stack rename <name>',
    ],
  },
];
