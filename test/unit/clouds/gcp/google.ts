/** Google as the tests see it: configurations, and answers in the shape of the cloud's own. */
import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../../../../components/cluster";
import { createCluster } from "../../../../components/clouds";
import type { PlatformConfig } from "../../../../components/config/types";
import { devDefaults, prodDefaults } from "../../configuration";
import { type Computed, type Invoke, record, type Recording } from "../record";

export const domain = "example.com";
export const project = "example-test";

const place = { cloud: "gcp", region: "europe-west1" } as const;
const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"];

export function dev(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    ...devDefaults,
    ...place,
    nodes: { ...devDefaults.nodes, zones: zones.slice(0, 2) },
    access: {
      ...devDefaults.access,
      authorizedNetworks: ["192.0.2.0/24"],
      adminGroups: ["admins@example.com"],
      developerGroups: ["developers@example.com"],
    },
    ...change,
  };
}

export function prod(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    ...prodDefaults,
    ...place,
    nodes: { ...prodDefaults.nodes, zones, spot: true },
    access: dev().access,
    domain,
    tls: { enabled: true },
    ...change,
  };
}

export const existing = {
  id: "projects/example-net/global/networks/shared",
  publicSubnets: [],
  privateSubnets: ["projects/example-net/regions/europe-west1/subnetworks/platform"],
};

export const computed: Computed = (type, name, inputs) => {
  switch (type) {
    case "gcp:container/cluster:Cluster":
      return {
        endpoint: "198.51.100.10",
        masterAuth: { clusterCaCertificate: "Q0E=", clientCertificate: "", clientKey: "" },
      };
    case "gcp:serviceaccount/account:Account": {
      const email = `${name}@${project}.iam.gserviceaccount.com`;
      return {
        email,
        member: `serviceAccount:${email}`,
        name: `projects/${project}/serviceAccounts/${email}`,
        uniqueId: "117",
      };
    }
    case "gcp:projects/iAMCustomRole:IAMCustomRole":
      return { name: `projects/${project}/roles/${String(inputs.roleId)}` };
    case "gcp:compute/globalAddress:GlobalAddress":
      return { name, address: "203.0.113.80" };
    default:
      return { name: inputs.name ?? name, selfLink: `https://www.googleapis.com/compute/v1/${name}` };
  }
};

export const invoke: Invoke = (token, inputs) => {
  switch (token) {
    case "gcp:organizations/getProject:getProject":
      return { ...inputs, number: "123456789012" };
    case "gcp:dns/getManagedZones:getManagedZones":
      return {
        managedZones: [
          { name: "inside", dnsName: "example.com.", visibility: "private" },
          { name: "example-com", dnsName: "example.com.", visibility: "public" },
        ],
      };
    case "gcp:compute/getSubnetwork:getSubnetwork":
      // The provider takes a whole address for a self link, or the parts of one.
      if (![inputs.project, inputs.region, inputs.name].every((part) => /^[a-z][a-z0-9-]*$/.test(String(part))))
        throw new Error(`unexpected subnetwork: ${JSON.stringify(inputs)}`);
      return {
        ...inputs,
        secondaryIpRanges: [
          { rangeName: "gke-pods", ipCidrRange: "10.64.0.0/19" },
          { rangeName: "gke-svc", ipCidrRange: "10.65.0.0/20" },
        ],
      };
    default:
      throw new Error(`unexpected call of ${token}`);
  }
};

/** Brings a cluster up against the mocks. */
export function up(
  config: PlatformConfig,
  name = "platform-test",
  answers: Invoke = invoke,
  inProject = project,
): Promise<{ recording: Recording; result: Cluster }> {
  return record(
    () => {
      pulumi.runtime.setConfig("gcp:project", inProject);
      return createCluster(name, config);
    },
    computed,
    answers,
  );
}

/** The two usual clusters, each brought up once, when it is first asked for: Pulumi's mocks serve one program at a time. */
export const usual = { dev: once(() => up(dev())), prod: once(() => up(prod())) };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

export const gke = (r: Recording) => r.one("gcp:container/cluster:Cluster", "platform-test");
export const pool = (r: Recording, name: string) => r.one("gcp:container/nodePool:NodePool", `platform-test-${name}`);
