/** Sizes, numbers and places of nodes. */
import type { Bad } from "./bad";

export const nodes: Bad[] = [
  {
    name: "text in place of the group",
    values: { nodes: "three" },
    messages: ['nodes: "three" is no group of keys; write one, such as {"vcpu":4,"memoryGiB":16,"min":3,"max":6}'],
  },
  {
    name: "a list in place of the group",
    values: { nodes: [3] },
    messages: ['nodes: [3] is no group of keys; write one, such as {"vcpu":4,"memoryGiB":16,"min":3,"max":6}'],
  },
  {
    name: "a misspelt key",
    values: { nodes: { mni: 3 } },
    messages: ["nodes.mni: unknown key; did you mean nodes.min?"],
  },
  {
    name: "a key far from the others",
    values: { nodes: { diskSize: 100 } },
    messages: [
      "nodes.diskSize: unknown key; nodes has vcpu, memoryGiB, min, max, zones, spot, instanceType, registries",
    ],
  },
  {
    name: "text in place of a number",
    values: { nodes: { min: "three" } },
    messages: ['nodes.min: "three" is no whole number; write one, such as 3'],
  },
  {
    name: "a number in quotes",
    values: { nodes: { max: "9" } },
    messages: ['nodes.max: "9" is text; write it without quotes'],
  },
  {
    name: "a broken number",
    values: { nodes: { max: 4.5 } },
    messages: ["nodes.max: 4.5 is no whole number; write one, such as 9"],
  },
  { name: "no nodes", values: { nodes: { min: 0 } }, messages: ["nodes.min: 0 is out of range; 1 to 450 are allowed"] },
  {
    name: "too many nodes",
    values: { nodes: { max: 1000 } },
    messages: ["nodes.max: 1000 is out of range; 1 to 450 are allowed"],
  },
  {
    name: "fewer at most than at least",
    values: { nodes: { min: 5, max: 3 } },
    messages: ["nodes.min: 5 is more than nodes.max (3); raise nodes.max to 5 or more"],
  },
  {
    name: "fewer at most than the default at least",
    values: { environment: "prod", nodes: { max: 2 }, argocd: { ha: false } },
    messages: [
      "nodes.min: 3, the default of prod, is more than nodes.max (2); set nodes.min to 2 or less, or raise nodes.max",
    ],
  },
  {
    name: "more at least than the default at most",
    values: { nodes: { min: 10 } },
    messages: ["nodes.min: 10 is more than nodes.max (4, the default of dev); raise nodes.max to 10 or more"],
  },
  {
    name: "CPUs that no size has",
    values: { nodes: { vcpu: 3, memoryGiB: 8 } },
    messages: ["nodes.vcpu: 3 is not offered; there are 2, 4, 8, 16, 32 vCPU, or set nodes.instanceType"],
  },
  {
    name: "memory that no size of these CPUs has",
    values: { nodes: { vcpu: 4, memoryGiB: 12 } },
    messages: ["nodes.vcpu: 4 is not offered with nodes.memoryGiB 12; with 4 vCPU there are 8, 16, 32 GiB"],
  },
  {
    name: "CPUs that do not go with the default memory",
    values: { nodes: { vcpu: 16 } },
    messages: [
      "nodes.vcpu: 16 is not offered with nodes.memoryGiB 8, the default of dev; with 16 vCPU there are 32, 64, 128 GiB",
    ],
  },
  {
    name: "memory as text with its unit",
    values: { nodes: { memoryGiB: "8Gi" } },
    messages: ['nodes.memoryGiB: "8Gi" is no whole number; write one, such as 16'],
  },
  {
    name: "one zone",
    values: { nodes: { zones: ["eu-west-1a"] } },
    messages: ['nodes.zones: ["eu-west-1a"] is one zone, and EKS and its load balancer need two; name another'],
  },
  {
    name: "no zone",
    values: { nodes: { zones: [] } },
    messages: ["nodes.zones: [] is empty; name one to three zones, or leave the key out"],
  },
  {
    name: "four zones",
    values: { region: "us-west-2", nodes: { zones: ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"] } },
    messages: [
      'nodes.zones: ["us-west-2a","us-west-2b","us-west-2c","us-west-2d"] has more than three zones; one to three are allowed',
    ],
  },
  {
    name: "a zone that the region lacks",
    values: { region: "ap-northeast-1", nodes: { zones: ["ap-northeast-1a", "ap-northeast-1b"] } },
    messages: [
      'nodes.zones[1]: "ap-northeast-1b" is no zone of ap-northeast-1; it has ap-northeast-1a, ap-northeast-1c, ap-northeast-1d',
    ],
  },
  {
    name: "a zone twice",
    values: { nodes: { zones: ["eu-west-1a", "eu-west-1a"] } },
    messages: ['nodes.zones[1]: "eu-west-1a" is named twice; name each zone once'],
  },
  {
    name: "a zone of a region without zones",
    values: { cloud: "azure", region: "westus", nodes: { zones: ["1"] } },
    messages: ['nodes.zones[0]: "1" is no zone of westus, which has none; leave nodes.zones out'],
  },
  {
    name: "a zone as a number",
    values: { cloud: "azure", region: "westeurope", nodes: { zones: [1, 2] } },
    messages: ["nodes.zones[0]: 1 is no text; put it in quotes", "nodes.zones[1]: 2 is no text; put it in quotes"],
  },
  {
    name: "text in place of true or false",
    values: { nodes: { spot: "yes" } },
    messages: ['nodes.spot: "yes" is neither true nor false'],
  },
  {
    name: "an instance type of another cloud",
    values: { nodes: { instanceType: "Standard_D4s_v5" } },
    messages: ['nodes.instanceType: "Standard_D4s_v5" is no instance type of aws; write it like m7i.xlarge'],
  },
  {
    name: "an instance type that is not known, without its size",
    values: { nodes: { instanceType: "m8g.xlarge" } },
    messages: [
      'nodes.instanceType: "m8g.xlarge" is no type whose size is known here; set nodes.vcpu and nodes.memoryGiB to what it has',
    ],
  },
  {
    name: "an instance type and another size",
    values: { nodes: { instanceType: "m7i.xlarge", vcpu: 8 } },
    messages: [
      'nodes.instanceType: "m7i.xlarge" has 4 vCPU and 16 GiB, and nodes.vcpu or nodes.memoryGiB says otherwise; leave both out',
    ],
  },
  {
    name: "an instance type of AWS on Google",
    values: { cloud: "gcp", region: "europe-west1", nodes: { instanceType: "m7i.xlarge" } },
    messages: ['nodes.instanceType: "m7i.xlarge" is no instance type of gcp; write it like e2-standard-4'],
  },
  {
    name: "nodes too small for the agents on each of them",
    values: { nodes: { instanceType: "t3.small", vcpu: 2, memoryGiB: 2 } },
    messages: ["nodes: 2 vCPU and 2 GiB are too little for a node; take 2 vCPU and 4 GiB or more"],
  },
  {
    name: "one node that takes fewer pods than the platform has",
    values: { nodes: { vcpu: 2, memoryGiB: 8, min: 1, max: 1 }, domain: "example.com" },
    messages: [
      "nodes: one node of m7i.large takes 29 pods, and the platform has 25 and 6 more on every node; raise nodes.max or take larger nodes",
    ],
  },
  {
    name: "one node too small for the platform",
    values: { nodes: { instanceType: "t3.medium", vcpu: 2, memoryGiB: 4, min: 1, max: 1 } },
    messages: [
      "nodes: one node of 2 vCPU and 4 GiB does not hold the platform's own pods, which ask for 1.5 vCPU and 5 GiB; raise nodes.max or take larger nodes",
    ],
  },
];
