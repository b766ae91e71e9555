/** What can be asked of each cloud: between them, these configurations make the program set everything that it ever sets. */
import * as aws from "./aws";
import * as azure from "./azure";
import * as google from "./gcp/google";
import type { PlatformConfig } from "../../../components/config/types";

type Variants = Record<string, PlatformConfig>;

const maintenance = { days: ["Saturday", "Sunday"], start: "02:00", hours: 4 };
const principals = ["arn:aws:iam::123456789012:role/operations"];

const onAws: Variants = {
  dev: aws.dev(),
  prod: aws.prod(),
  "all that can be asked for": aws.prod({
    access: { ...aws.dev().access, operationsGroups: principals },
    network: { ...aws.prod().network, nat: "single" },
    storage: { shared: true },
    backup: { ...aws.prod().backup, lock: "governance", copyRegion: "eu-central-1" },
    maintenance,
  }),
  "Graviton machines": aws.dev({ nodes: { ...aws.dev().nodes, instanceType: "m7g.xlarge" } }),
  private: aws.dev({ access: { ...aws.dev().access, private: true } }),
  "existing network": aws.dev({
    network: {
      ...aws.dev().network,
      existing: { id: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], privateSubnets: ["subnet-3", "subnet-4"] },
    },
  }),
};

const onAzure: Variants = {
  dev: azure.dev(),
  prod: azure.prod(),
  "all that can be asked for": azure.prod({
    access: {
      ...azure.prod().access,
      adminGroups: [azure.admins],
      developerGroups: [azure.runner],
      operationsGroups: [azure.tenant],
    },
    network: { ...azure.prod().network, nat: "single", ddosProtection: true },
    nodes: { ...azure.prod().nodes, registries: azure.registries },
    backup: { ...azure.prod().backup, lock: "governance", copyRegion: "northeurope" },
    maintenance,
  }),
  "shared volumes": azure.dev({ storage: { shared: true } }),
  private: azure.dev({ access: { ...azure.dev().access, private: true, authorizedNetworks: [] } }),
  "existing network": azure.dev({ network: { ...azure.dev().network, existing: azure.existing("nat") } }),
  "existing network behind a firewall": azure.dev({
    network: { ...azure.dev().network, existing: azure.existing("routed") },
  }),
  "DDoS protection": azure.dev({ network: { ...azure.dev().network, ddosProtection: true } }),
  "a region without zones": azure.prod({ region: "westus", nodes: { ...azure.prod().nodes, zones: [] } }),
};

const onGoogle: Variants = {
  dev: google.dev(),
  prod: google.prod(),
  "all that can be asked for": google.prod({
    access: { ...google.dev().access, operationsGroups: ["operations@example.com"] },
    storage: { shared: true },
    backup: { ...google.prod().backup, lock: "governance", copyRegion: "europe-west3" },
    maintenance,
  }),
  "fewer nodes than zones": google.dev({ nodes: { ...google.dev().nodes, min: 1, max: 1 } }),
  private: google.dev({ access: { ...google.dev().access, private: true, authorizedNetworks: [] } }),
  "existing network": google.dev({ network: { ...google.dev().network, existing: google.existing } }),
};

export const variants = { aws: onAws, azure: onAzure, gcp: onGoogle };
