import { beforeEach, describe, expect, it } from "vitest";
import { grantWorksAfter } from "../../../simulator/gcp/kms";
import { Account, cluster, ground, nodePool, region, type Ground } from "./account";

let account: Account;
let on: Ground;
const id = "projects/example-test/locations/europe-west1/clusters/platform";
beforeEach(async () => {
  account = new Account();
  on = await ground(account);
});

describe("clusters", () => {
  it("start a control plane and answer like GKE", async () => {
    const { outputs } = await cluster(account, on);
    expect(account.clusters.started.get(id)).toMatchObject({
      version: "1.35",
      serviceCidr: "10.8.0.0/20",
      cloud: "gcp",
      region,
    });
    expect(outputs).toMatchObject({
      masterAuth: { clusterCaCertificate: "Q0E=" },
      clusterIpv4Cidr: "10.4.0.0/14",
      servicesIpv4Cidr: "10.8.0.0/20",
      selfLink: `https://container.googleapis.com/v1/${id}`,
      privateClusterConfig: { privateEndpoint: "10.0.0.2", publicEndpoint: outputs.endpoint },
    });
    expect(outputs.endpoint).toMatch(/^198\.18\.\d+\.\d+$/);
    expect(outputs.masterVersion).toMatch(/^1\.35\.\d+-gke\.\d+$/);
  });

  it("answer at an address of the nodes' range where the endpoint is private, each at its own", async () => {
    const closed = {
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
      masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }] },
    };
    const first = await cluster(account, on, closed);
    expect(first.outputs.endpoint).toBe("10.0.0.2");
    expect(account.clusters.started.get(id)?.endpointHost).toBe("10.0.0.2");
    expect(first.outputs.privateClusterConfig).toMatchObject({ privateEndpoint: "10.0.0.2" });
    const ranges = [{ rangeName: "others", ipCidrRange: "10.12.0.0/20" }];
    const { outputs } = on.subnetwork;
    outputs.secondaryIpRanges = [...(outputs.secondaryIpRanges as object[]), ...ranges];
    const ipAllocationPolicy = { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "others" };
    const second = await cluster(account, on, { ...closed, name: "other", ipAllocationPolicy });
    expect(second.outputs.endpoint).toBe("10.0.0.3");
  });

  it("are born with Google's own classes, drivers, definitions and system pods, by their add-ons", async () => {
    const record = await cluster(account, on);
    const { objects } = account.clusters;
    expect(objects.get("StorageClass/standard-rwo")?.metadata.annotations).toEqual({
      "storageclass.kubernetes.io/is-default-class": "true",
    });
    expect(objects.get("StorageClass/standard")).toMatchObject({
      provisioner: "kubernetes.io/gce-pd",
      volumeBindingMode: "Immediate",
    });
    for (const key of [
      "CSIDriver/pd.csi.storage.gke.io",
      "Namespace/gmp-system",
      "CustomResourceDefinition/backendconfigs.cloud.google.com",
      "Deployment/kube-dns",
    ]) {
      expect([...objects.keys()]).toContain(key);
    }
    expect(objects.has("CSIDriver/filestore.csi.storage.gke.io")).toBe(false);
    objects.delete("StorageClass/standard-rwo");
    await account.update(record, {
      ...record.inputs,
      addonsConfig: { gcpFilestoreCsiDriverConfig: { enabled: true } },
    });
    expect(objects.has("StorageClass/standard-rwx")).toBe(true);
    // What was there before is its owner's.
    expect(objects.has("StorageClass/standard-rwo")).toBe(false);
  });

  it.each([
    [
      "another region's zones",
      { nodeLocations: ["europe-west4-a"] },
      'Location "europe-west4-a" is not a zone of the region "europe-west1"',
    ],
    ["a place that there is not", { location: "europe-west99" }, 'Location "europe-west99" does not exist.'],
    ["a version of another channel", { minMasterVersion: "1.32" }, 'No valid versions with the prefix "1.32" found.'],
    [
      "a patch that there is not",
      { minMasterVersion: "1.35.0-gke.1" },
      'Master version "1.35.0-gke.1" is unsupported.',
    ],
    ["a network that is not there", { network: "none" }, 'Project "example-test" has no network named "none".'],
    [
      "a range that is not there",
      { ipAllocationPolicy: { clusterSecondaryRangeName: "pod", servicesSecondaryRangeName: "services" } },
      'Pods secondary range "pod" in network "net", subnetwork "nodes" does not exist.',
    ],
    [
      "a private endpoint that nobody may use",
      { privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true } },
      "Master authorized networks must be enabled if private endpoint is enabled.",
    ],
    [
      "everybody at a private endpoint",
      {
        privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
        masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] },
      },
      'network "0.0.0.0/0" is not a reserved network, which is required for private endpoints.',
    ],
    [
      "Google's own addresses at a private endpoint",
      {
        privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
        masterAuthorizedNetworksConfig: {
          gcpPublicCidrsAccessEnabled: true,
          cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }],
        },
      },
      'gcp_public_cidrs_access_enabled" cannot be enabled if private endpoint is enabled.',
    ],
    [
      "a control plane in the nodes' range",
      { privateClusterConfig: { enablePrivateNodes: true, masterIpv4CidrBlock: "10.0.1.0/28" } },
      'conflicts with subnetwork "nodes"',
    ],
    [
      "a key that is not there",
      {
        databaseEncryption: {
          state: "ENCRYPTED",
          keyName: "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k",
        },
      },
      "was not found",
    ],
    [
      "another project's identities",
      { workloadIdentityConfig: { workloadPool: "other.svc.id.goog" } },
      'it must be "example-test.svc.id.goog"',
    ],
    [
      "Calico beside Cilium",
      { datapathProvider: "ADVANCED_DATAPATH", networkPolicy: { enabled: true } },
      "Enabling NetworkPolicy for clusters with DatapathProvider=ADVANCED_DATAPATH is not allowed.",
    ],
    ["no node to begin with", { initialNodeCount: 0 }, "Cluster.initial_node_count must be greater than zero."],
    [
      "a window that is too short",
      {
        maintenancePolicy: {
          recurringWindow: {
            startTime: "2026-01-01T03:00:00Z",
            endTime: "2026-01-01T06:00:00Z",
            recurrence: "FREQ=DAILY",
          },
        },
      },
      "at least 4 hours",
    ],
    [
      "windows that are too rare",
      {
        maintenancePolicy: {
          recurringWindow: {
            startTime: "2026-01-01T03:00:00Z",
            endTime: "2026-01-01T09:00:00Z",
            recurrence: "FREQ=WEEKLY;BYDAY=SA",
          },
        },
      },
      "without 48h maintenance availability",
    ],
    ["a name that is taken", { name: "platform" }, ""],
  ])("refuse %s", async (_, inputs, message) => {
    if (!message) {
      await cluster(account, on);
      await expect(cluster(account, on)).rejects.toThrow(`googleapi: Error 409: Already exists: ${id}., alreadyExists`);
      return;
    }
    await expect(cluster(account, on, inputs)).rejects.toThrow(message);
    expect(account.clusters.started.size).toBe(0);
  });

  it("use their key only once Google's own account may, and a while after", async () => {
    account.age = grantWorksAfter - 1;
    await expect(cluster(account, on)).rejects.toThrow(
      /Cloud KMS request failed for service account service-\d+@container-engine-robot\.iam\.gserviceaccount\.com: Permission 'cloudkms\.cryptoKeyVersions\.useToEncrypt' denied/,
    );
    account.age = grantWorksAfter;
    await cluster(account, on);
    const grant = account.records.find(({ type }) => type === "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");
    await account.delete(grant as never);
    await expect(cluster(account, on, { name: "second", ipAllocationPolicy: {} })).rejects.toThrow(
      "denied on resource",
    );
  });

  it("do not share a range of Services", async () => {
    await cluster(account, on);
    await expect(cluster(account, on, { name: "second" })).rejects.toThrow(
      'Services range "services" in network "net", subnetwork "nodes" is already used by another cluster.',
    );
  });

  it("move one minor version at a time, upwards, no more than two ahead of their nodes", async () => {
    const record = await cluster(account, on, { releaseChannel: { channel: "EXTENDED" }, minMasterVersion: "1.32" });
    await nodePool(account, on);
    const to = (minMasterVersion: string) => account.update(record, { ...record.inputs, minMasterVersion });
    await expect(to("1.34")).rejects.toThrow(
      'Master cannot be upgraded to "1.34": cannot upgrade the master more than a minor version at a time.',
    );
    await to("1.33");
    await to("1.34");
    await expect(to("1.35")).rejects.toThrow("node pools general would be too old");
    // The least that it shall have: nothing is taken back.
    await to("1.33");
    expect(account.clusters.started.get(id)?.version).toBe("1.34");
    expect(record.outputs.masterVersion).toMatch(/^1\.34\./);
  });

  it("stay while they are protected, and end their control plane", async () => {
    const record = await cluster(account, on, { deletionProtection: true });
    await expect(account.delete(record)).rejects.toThrow(
      "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
    );
    await account.update(record, { ...record.inputs, deletionProtection: false });
    await account.delete(record);
    expect(account.clusters.started.size).toBe(0);
  });
});

describe("node pools", () => {
  beforeEach(async () => {
    await cluster(account, on);
  });

  it("spread nodes over the cluster's zones, with Google's names, labels and ids", async () => {
    const record = await nodePool(account, on, {
      nodeConfig: {
        labels: { "platform/pool": "general" },
        spot: true,
        taints: [{ key: "platform/spot", value: "true", effect: "PREFER_NO_SCHEDULE" }],
      },
    });
    expect(record.id).toBe(`${id}/nodePools/general`);
    const nodes = account.clusters.pools.get("general") ?? [];
    expect(nodes.map(({ zone }) => zone)).toEqual(["europe-west1-b", "europe-west1-c", "europe-west1-d"]);
    expect(new Set(nodes.map(({ internalIP }) => internalIP)).size).toBe(3);
    for (const node of nodes) {
      expect(node.name).toMatch(/^gke-platform-general-[0-9a-f]{8}-[0-9a-z]{4}$/);
      expect(node.providerId).toBe(`gce://example-test/${node.zone}/${node.name}`);
      expect(node.internalIP).toMatch(/^10\.0\./);
      expect(node).toMatchObject({ vcpu: 4, memoryGiB: 16, maxPods: 110, kubernetesVersion: "1.35" });
      expect(node.labels).toMatchObject({
        "cloud.google.com/gke-nodepool": "general",
        "cloud.google.com/gke-spot": "true",
        "topology.gke.io/zone": node.zone,
        "platform/pool": "general",
      });
      expect(node.taints).toEqual([{ key: "platform/spot", value: "true", effect: "PreferNoSchedule" }]);
    }
  });

  it("keep to the autoscaler's bounds, and their machines when those change", async () => {
    const record = await nodePool(account, on, { autoscaling: { totalMinNodeCount: 4, totalMaxNodeCount: 5 } });
    const before = account.clusters.pools.get("general")?.map(({ name }) => name) ?? [];
    expect(before).toHaveLength(4);
    await account.update(record, { ...record.inputs, autoscaling: { totalMinNodeCount: 6, totalMaxNodeCount: 6 } });
    const after = account.clusters.pools.get("general")?.map(({ name }) => name) ?? [];
    expect(after).toHaveLength(6);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it.each([
    [
      "a cluster that is not there",
      { cluster: "none" },
      "error creating NodePool: googleapi: Error 404: Not found: projects/example-test/locations/europe-west1/clusters/none., notFound",
    ],
    [
      "two numbers of nodes",
      { nodeCount: 1 },
      "Cannot set both initial_node_count and node_count on node pool general",
    ],
    [
      "a machine that there is not",
      { nodeConfig: { machineType: "e2-standard-5" } },
      "Machine type with name 'e2-standard-5' does not exist",
    ],
    [
      "an account that is not there",
      { nodeConfig: { serviceAccount: "none@example-test.iam.gserviceaccount.com" } },
      'The user does not have access to service account "none@example-test.iam.gserviceaccount.com".',
    ],
    [
      "bounds the wrong way round",
      { autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 2 } },
      "totalMinNodeCount (3) must not be greater than totalMaxNodeCount (2).",
    ],
    [
      "both kinds of bounds",
      { autoscaling: { minNodeCount: 1, maxNodeCount: 2, totalMaxNodeCount: 2 } },
      "Only one of total limits",
    ],
    [
      "nodes that are newer than the cluster",
      { version: "1.36.3-gke.1640000" },
      "must not have a minor version greater than the master version",
    ],
    ["labels of Kubernetes' own", { nodeConfig: { labels: { "node.kubernetes.io/x": "1" } } }, "is reserved"],
    ["upgrades that cannot begin", { upgradeSettings: { maxSurge: 0, maxUnavailable: 0 } }, "must not both be zero"],
    [
      "more CPUs than the region gives",
      { nodeConfig: { machineType: "e2-standard-32" } },
      `Insufficient regional quota to satisfy request: resource "CPUS": request requires '96.0' and is short '24.0'. project has a quota of '72.0' with '72.0' available.`,
    ],
    [
      "more disk than the region gives",
      { nodeConfig: { diskSizeGb: 200, diskType: "pd-ssd" } },
      "resource \"SSD_TOTAL_GB\": request requires '600.0' and is short '100.0'.",
    ],
  ])("refuse %s", async (_, inputs, message) => {
    await expect(nodePool(account, on, inputs)).rejects.toThrow(message);
    expect(account.clusters.pools.size).toBe(0);
  });

  it("take from one quota together", async () => {
    await nodePool(account, on, { nodeConfig: { machineType: "e2-standard-16" } });
    await expect(
      nodePool(account, on, { name: "more", nodeConfig: { machineType: "e2-standard-16" } }),
    ).rejects.toThrow("with '24.0' available");
    await nodePool(account, on, { name: "spot", nodeConfig: { machineType: "e2-standard-16", spot: true } });
  });
});
