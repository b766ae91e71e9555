/** Cloud, environment, region, version, and keys that there are not. */
import type { Bad } from "./bad";

export const place: Bad[] = [
  {
    name: "nothing at all",
    values: { cloud: undefined, environment: undefined, region: undefined, gitops: undefined },
    messages: [
      "cloud: missing; one of aws, azure, gcp, local",
      "environment: missing; one of dev, staging, prod",
      'region: missing; a region of the cloud, or on local a kubeconfig context, for example "eu-west-1"',
      'gitops.repository: missing; https://host/path, ssh://user@host/path or user@host:path, for example "https://github.com/example/kubernetes-platform"',
    ],
  },
  {
    name: "a cloud that there is not",
    values: { cloud: "amazon" },
    messages: ['cloud: "amazon" is not allowed; one of aws, azure, gcp, local'],
  },
  {
    name: "a misspelt cloud",
    values: { cloud: "asw" },
    messages: ['cloud: "asw" is not allowed; one of aws, azure, gcp, local; did you mean aws?'],
  },
  {
    name: "an environment that there is not",
    values: { environment: "production" },
    messages: ['environment: "production" is not allowed; one of dev, staging, prod'],
  },
  {
    name: "no region",
    values: { region: undefined },
    messages: ['region: missing; a region of the cloud, or on local a kubeconfig context, for example "eu-west-1"'],
  },
  {
    name: "a region of another cloud",
    values: { region: "westeurope" },
    messages: ['region: "westeurope" is a region of azure, and cloud is aws; the nearest of aws is eu-central-1'],
  },
  {
    name: "a region of AWS on Google",
    values: { cloud: "gcp", region: "eu-central-1" },
    messages: ['region: "eu-central-1" is a region of aws, and cloud is gcp; the nearest of gcp is europe-west3'],
  },
  {
    name: "a region of Google on Azure",
    values: { cloud: "azure", region: "europe-west3" },
    messages: [
      'region: "europe-west3" is a region of gcp, and cloud is azure; the nearest of azure is germanywestcentral',
    ],
  },
  {
    name: "a misspelt region",
    values: { region: "eu-west1" },
    messages: ['region: "eu-west1" is no region of aws; did you mean eu-west-1?'],
  },
  {
    name: "a region of nowhere",
    values: { cloud: "azure", region: "atlantis" },
    messages: [
      'region: "atlantis" is no region of azure; azure has australiacentral, australiaeast, australiasoutheast, austriaeast, belgiumcentral, brazilsouth, canadacentral, canadaeast, centralindia, centralus, eastasia, eastus, eastus2, francecentral, germanywestcentral, indonesiacentral, israelcentral, italynorth, japaneast, japanwest, koreacentral, mexicocentral, newzealandnorth, northcentralus, northeurope, norwayeast, polandcentral, qatarcentral, southafricanorth, southcentralus, southeastasia, southindia, spaincentral, swedencentral, switzerlandnorth, uaenorth, uksouth, ukwest, westcentralus, westeurope, westindia, westus, westus2, westus3',
    ],
  },
  {
    name: "a version that is out of support",
    values: { kubernetesVersion: "1.33" },
    messages: [
      'kubernetesVersion: "1.33" is out of standard support on aws since 2026-07-29; supported are 1.34 (until 2026-12-02), 1.35 (until 2027-03-27), 1.36 (until 2027-08-02)',
    ],
  },
  {
    name: "a version that another cloud still supports",
    values: { cloud: "gcp", region: "europe-west1", kubernetesVersion: "1.34" },
    messages: [
      'kubernetesVersion: "1.34" is out of standard support on gcp since 2026-10-01; supported are 1.35 (until 2027-04-11), 1.36 (until 2027-08-09)',
    ],
  },
  {
    name: "a version that is not out yet",
    values: { kubernetesVersion: "1.40" },
    messages: [
      'kubernetesVersion: "1.40" is not supported on aws; supported are 1.34 (until 2026-12-02), 1.35 (until 2027-03-27), 1.36 (until 2027-08-02)',
    ],
  },
  {
    name: "a patch release",
    values: { kubernetesVersion: "1.36.2" },
    messages: [
      'kubernetesVersion: "1.36.2" is no minor version; write it in quotes and without the patch release, such as "1.36"',
    ],
  },
  {
    name: "a version with a v",
    values: { kubernetesVersion: "v1.36" },
    messages: [
      'kubernetesVersion: "v1.36" is no minor version; write it in quotes and without the patch release, such as "1.36"',
    ],
  },
  {
    name: "a key that there is not",
    values: { enviroment: "dev" },
    messages: ["enviroment: unknown key; did you mean environment?"],
  },
  {
    name: "a key far from all others",
    values: { replicas: 3 },
    messages: [
      "replicas: unknown key; known are cloud, environment, region, kubernetesVersion, nodes, network, access, domain, dns, tls, gitops, storage, monitoring, argocd, backup, maintenance, bootstrap, migration, protect, tags",
    ],
  },
  {
    name: "a key of a group at the top",
    values: { instanceType: "m7i.large" },
    messages: ["instanceType: unknown key; did you mean nodes.instanceType?"],
  },
  {
    name: "a key with a dot in it",
    values: { "nodes.min": 3 },
    messages: [
      "nodes.min: unknown key: it is written as one name; set it as a path: pulumi config set --path nodes.min",
    ],
  },
  {
    name: "a protection that is neither on nor off",
    values: { protect: "sometimes" },
    messages: ['protect: "sometimes" is neither true nor false'],
  },
  {
    name: "a stack whose name is none of a cluster",
    values: {},
    stack: "Prod_EU",
    messages: [
      'stack: "Prod_EU" makes no name of a cluster on aws, which would be "platform-Prod_EU"; a stack\'s name has up to 34 characters there, a-z, 0-9 and "-", the last a letter or digit: pulumi stack rename <name>',
    ],
  },
  {
    name: "a stack whose name is too long",
    values: {},
    stack: "production-of-the-shop-in-ireland-1",
    messages: [
      'stack: "production-of-the-shop-in-ireland-1" makes no name of a cluster on aws, which would be "platform-production-of-the-shop-in-ireland-1"; a stack\'s name has up to 34 characters there, a-z, 0-9 and "-", the last a letter or digit: pulumi stack rename <name>',
    ],
  },
];
