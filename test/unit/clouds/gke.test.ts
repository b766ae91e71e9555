import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { dev, gke, pool, project, up, usual } from "./gcp/google";
import { type Recording, valueOf } from "./record";

const members = (r: Recording) =>
  r.ofType("gcp:projects/iAMMember:IAMMember").map(({ inputs }) => `${String(inputs.role)} ${String(inputs.member)}`);

describe("dev", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.dev());
  });

  it("has a network with a range for nodes, pods and Services each", () => {
    expect(r.one("gcp:compute/network:Network", "platform-test-network").inputs).toMatchObject({
      autoCreateSubnetworks: false,
    });
    expect(r.one("gcp:compute/subnetwork:Subnetwork", "platform-test-nodes").inputs).toMatchObject({
      region: "europe-west1",
      ipCidrRange: "10.0.0.0/16",
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "10.244.0.0/14" },
        { rangeName: "services", ipCidrRange: "172.20.0.0/16" },
      ],
    });
  });

  it("sends nodes and pods out through one reserved address", () => {
    expect(r.names("gcp:compute/address:Address")).toEqual(["platform-test-nat-1"]);
    expect(r.one("gcp:compute/routerNat:RouterNat", "platform-test-nat").inputs).toMatchObject({
      natIpAllocateOption: "MANUAL_ONLY",
      subnetworks: [{ sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
    });
  });

  it("lets in the load balancer and calls of webhooks, and nobody by SSH", () => {
    expect(r.names("gcp:compute/firewall:Firewall")).toEqual(["platform-test-balancer", "platform-test-webhooks"]);
    expect(r.one("gcp:compute/firewall:Firewall", "platform-test-balancer").inputs).toMatchObject({
      sourceRanges: ["130.211.0.0/22", "35.191.0.0/16"],
      allows: [{ protocol: "tcp", ports: ["8000", "8443", "8080"] }],
      targetServiceAccounts: [`platform-test-nodes@${project}.iam.gserviceaccount.com`],
    });
    expect(r.one("gcp:compute/firewall:Firewall", "platform-test-webhooks").inputs).toMatchObject({
      sourceRanges: ["10.0.0.0/16"],
      allows: [{ protocol: "tcp", ports: ["8443", "9443"] }],
    });
  });

  it("makes a regional cluster with private nodes, Dataplane V2, Workload Identity and a release channel", () => {
    expect(gke(r).inputs).toMatchObject({
      name: "platform-test",
      location: "europe-west1",
      nodeLocations: ["europe-west1-b", "europe-west1-c"],
      networkingMode: "VPC_NATIVE",
      ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
      datapathProvider: "ADVANCED_DATAPATH",
      releaseChannel: { channel: "REGULAR" },
      minMasterVersion: "1.36",
      workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
      databaseEncryption: { state: "ENCRYPTED", keyName: "platform-test-secrets-id" },
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
      masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "192.0.2.0/24" }] },
      enableShieldedNodes: true,
      deletionProtection: false,
      addonsConfig: {
        httpLoadBalancing: { disabled: false },
        gcePersistentDiskCsiDriverConfig: { enabled: true },
        gcpFilestoreCsiDriverConfig: { enabled: false },
      },
      monitoringConfig: { managedPrometheus: { enabled: false } },
      loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS"] },
    });
  });

  it("sets nothing on the cluster that GKE refuses beside these, or changes by itself", () => {
    for (const input of ["networkPolicy", "nodeVersion", "nodePools", "loggingService", "monitoringService"]) {
      expect(gke(r).inputs).not.toHaveProperty(input);
    }
    expect(pool(r, "general").inputs).not.toHaveProperty("version");
    expect(pool(r, "general").inputs).not.toHaveProperty("nodeCount");
  });

  it("lets the cluster begin with a pool that is no reason to replace it later", () => {
    expect(gke(r)).toMatchObject({
      inputs: { initialNodeCount: 1, removeDefaultNodePool: true, nodeConfig: { machineType: "e2-medium" } },
      ignoreChanges: ["nodeConfig"],
    });
  });

  it("has one pool, whose bounds the autoscaler keeps", () => {
    expect(r.names("gcp:container/nodePool:NodePool")).toEqual(["platform-test-general"]);
    expect(pool(r, "general")).toMatchObject({
      inputs: {
        initialNodeCount: 1,
        autoscaling: { totalMinNodeCount: 2, totalMaxNodeCount: 4, locationPolicy: "BALANCED" },
        management: { autoRepair: true, autoUpgrade: true },
        nodeConfig: { machineType: "e2-standard-2", spot: false, labels: { "platform/pool": "general" } },
      },
      ignoreChanges: ["initialNodeCount"],
    });
    const config = pool(r, "general").inputs.nodeConfig as object;
    expect(config).not.toHaveProperty("taints");
    expect(pool(r, "general").inputs).not.toHaveProperty("nodeLocations");
  });

  it("gives nodes an identity that can do next to nothing, and pods none of it", () => {
    const account = `platform-test-nodes@${project}.iam.gserviceaccount.com`;
    for (const { inputs } of [gke(r), pool(r, "general")]) {
      expect(inputs.nodeConfig).toMatchObject({
        serviceAccount: account,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
      });
    }
    expect(members(r).filter((line) => line.endsWith(account))).toEqual([
      `roles/container.defaultNodeServiceAccount serviceAccount:${account}`,
      `roles/artifactregistry.reader serviceAccount:${account}`,
    ]);
  });

  it("makes groups of people administrators on this cluster alone", () => {
    expect(gke(r).inputs.authenticatorGroupsConfig).toEqual({ securityGroup: "gke-security-groups@example.com" });
    const binding = r.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "platform-test-admins");
    expect(binding).toMatchObject({
      provider: "platform-test-kubernetes",
      inputs: { roleRef: { name: "cluster-admin" }, subjects: [{ kind: "Group", name: "admins@example.com" }] },
    });
    expect(members(r).filter((line) => line.includes("admins@"))).toEqual([]);
  });

  it("serves plain HTTP without a domain: no certificate, no TLS policy, no zone, no identities for them", () => {
    expect(r.ofType("gcp:compute/sSLPolicy:SSLPolicy")).toEqual([]);
    expect(r.ofType("gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember")).toEqual([]);
    expect(cluster.traits.ingress.attachments.map(({ kind }) => kind)).toEqual(["BackendConfig", "Ingress"]);
    expect(cluster.traits.ingress.service.annotations).not.toHaveProperty(["cloud.google.com/app-protocols"]);
    expect(cluster.traits.dns).toBeUndefined();
    expect(Object.keys(cluster.traits.identities)).toEqual(["velero"]);
  });

  it("protects nothing, so that it can be thrown away", () => {
    expect(r.all().filter(({ protect }) => protect)).toEqual([]);
  });

  it("asks everything of the one provider that has project, region and labels", () => {
    const { inputs } = r.one("pulumi:providers:gcp", "platform-test-gcp");
    expect(inputs).toMatchObject({ project, region: "europe-west1" });
    expect(JSON.parse(String(inputs.defaultLabels))).toEqual(dev().tags);
    const others = (prefix: string, provider: string) =>
      r.all().filter(({ type, provider: used }) => type.startsWith(prefix) && used !== provider);
    expect(others("gcp:", "platform-test-gcp")).toEqual([]);
    expect(others("kubernetes:", "platform-test-kubernetes")).toEqual([]);
  });

  it("labels what the provider's default labels do not reach", () => {
    expect(pool(r, "general").inputs.nodeConfig).toMatchObject({ resourceLabels: dev().tags });
  });

  it("asks Google's plugin for tokens, in the name that the provider itself works in", async () => {
    const kubeconfig = JSON.parse(await valueOf(cluster.kubeconfig)) as Record<string, unknown>;
    expect(kubeconfig).toMatchObject({
      clusters: [{ cluster: { server: "https://198.51.100.10", "certificate-authority-data": "Q0E=" } }],
      users: [
        {
          user: {
            exec: {
              command: "gke-gcloud-auth-plugin",
              args: ["--use_application_default_credentials"],
              provideClusterInfo: true,
            },
          },
        },
      ],
    });
    expect(r.one("pulumi:providers:kubernetes", "platform-test-kubernetes").inputs).toMatchObject({
      clusterIdentifier: "platform-test-id",
    });
  });
});

describe("prod", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });

  it("goes out through an address for each zone", () => {
    expect(r.names("gcp:compute/address:Address")).toHaveLength(3);
    expect(r.one("gcp:compute/routerNat:RouterNat", "platform-test-nat").inputs.natIps).toHaveLength(3);
  });

  it("adds a tainted spot pool that may be empty, from wherever capacity is", () => {
    expect(pool(r, "spot").inputs).toMatchObject({
      initialNodeCount: 0,
      autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 9, locationPolicy: "ANY" },
      nodeConfig: {
        spot: true,
        labels: { "platform/pool": "spot" },
        taints: [{ key: "platform/spot", value: "true", effect: "PREFER_NO_SCHEDULE" }],
      },
    });
    expect(pool(r, "general").inputs.nodeConfig).not.toHaveProperty("taints");
  });

  it("protects network, cluster, address and backups", () => {
    const kept = r
      .all()
      .filter(({ protect }) => protect)
      .map(({ type }) => type);
    expect(kept.sort()).toEqual([
      "gcp:compute/globalAddress:GlobalAddress",
      "gcp:compute/network:Network",
      "gcp:container/cluster:Cluster",
      "gcp:storage/bucket:Bucket",
    ]);
    expect(gke(r).inputs.deletionProtection).toBe(true);
  });

  it("is maintained on weekends, for as long as Google asks for", () => {
    const { recurringWindow } = gke(r).inputs.maintenancePolicy as { recurringWindow: Record<string, string> };
    expect(recurringWindow.recurrence).toBe("FREQ=WEEKLY;BYDAY=SA,SU");
    const hours = (Date.parse(recurringWindow.endTime ?? "") - Date.parse(recurringWindow.startTime ?? "")) / 3_600_000;
    expect(hours * 2 * 4).toBeGreaterThanOrEqual(48);
    expect(new Date(recurringWindow.startTime ?? "").getUTCDay()).toBe(6);
  });

  it("is maintained when the stack says so", async () => {
    const maintenance = { days: ["Saturday", "Wednesday"], start: "21:30", hours: 6 };
    const { recording } = await up(dev({ maintenance }));
    expect(gke(recording).inputs.maintenancePolicy).toEqual({
      recurringWindow: {
        startTime: "2026-01-10T21:30:00Z",
        endTime: "2026-01-11T03:30:00Z",
        recurrence: "FREQ=WEEKLY;BYDAY=SA,WE",
      },
    });
  });

  it("keeps the control plane's logs", () => {
    expect(gke(r).inputs.loggingConfig).toEqual({
      enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"],
    });
  });

  it("limits what DNS controllers may change to the platform's public zone", async () => {
    const grants = r.ofType("gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember").map(({ inputs }) => inputs);
    expect(grants).toHaveLength(2);
    for (const grant of grants) expect(grant).toMatchObject({ managedZone: "example-com", role: "roles/dns.admin" });
    const reader = r.one("gcp:projects/iAMMember:IAMMember", "platform-test-external-dns").inputs;
    expect(reader).toMatchObject({ role: "roles/dns.reader", project });
    expect(members(r).filter((line) => line.includes("roles/dns"))).toHaveLength(1);
    expect(await valueOf(cluster.traits.dns?.zoneId)).toBe("example-com");
    expect(cluster.traits.dns).toMatchObject({
      provider: "google",
      acmeSolver: { dns01: { cloudDNS: { project, hostedZoneName: "example-com" } } },
    });
  });

  it("gives each controller an account that its pods alone may be", async () => {
    expect(Object.keys(cluster.traits.identities)).toEqual(["velero", "external-dns", "cert-manager"]);
    const users = r
      .ofType("gcp:serviceaccount/iAMMember:IAMMember")
      .filter(({ inputs }) => inputs.role === "roles/iam.workloadIdentityUser");
    expect(users.map(({ inputs }) => inputs.member)).toEqual(
      ["velero", "external-dns", "cert-manager"].map((one) => `serviceAccount:${project}.svc.id.goog[${one}/${one}]`),
    );
    expect(await valueOf(cluster.traits.identities.velero?.annotations["iam.gke.io/gcp-service-account"])).toBe(
      `platform-test-velero@${project}.iam.gserviceaccount.com`,
    );
  });
});
