import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { secondsOf } from "../../../simulator/gcp/durations";
import { grantWorksAfter } from "../../../simulator/gcp/kms";
import { dev, existing, invoke, once, prod, project, up } from "./gcp/google";
import { type Recorded, type Recording, valueOf } from "./record";

const usual = { dev: once(() => up(dev())), prod: once(() => up(prod())) };

const gke = (r: Recording) => r.one("gcp:container/cluster:Cluster", "platform-test");
const pool = (r: Recording, name: string) => r.one("gcp:container/nodePool:NodePool", `platform-test-${name}`);
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

describe("order", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });
  const follows = (later: Recorded, earlier: Recorded) => expect(r.waitsFor(later, earlier)).toBe(true);
  const independent = (one: Recorded, other: Recorded) => expect(r.waitsFor(one, other)).toBe(false);

  it("the cluster comes a while after GKE's right on the key, and waits for no NAT", () => {
    const grant = r.one("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "platform-test-secrets");
    expect(grant.inputs).toMatchObject({
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: "serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com",
    });
    // In a row, so that the right has worked for a minute: of two things side by side nobody knows which is slower.
    const row = [
      grant,
      r.one("gcp:serviceaccount/account:Account", "platform-test-nodes"),
      r.one("gcp:projects/iAMMember:IAMMember", "platform-test-nodes-container.defaultNodeServiceAccount"),
      r.one("gcp:projects/iAMMember:IAMMember", "platform-test-nodes-artifactregistry.reader"),
      r.one("gcp:compute/securityPolicy:SecurityPolicy", "platform-test-firewall"),
      r.one("gcp:compute/globalAddress:GlobalAddress", "platform-test-ingress"),
      gke(r),
    ];
    row.slice(1).forEach((later, index) => follows(later, row[index] ?? later));
    const between = row.slice(1, -1).map(({ type }) => secondsOf(type).create);
    expect(between.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(grantWorksAfter);
    independent(gke(r), r.one("gcp:compute/routerNat:RouterNat", "platform-test-nat"));
  });

  it("nodes wait for their way out and their rights, pools not for each other", () => {
    for (const name of ["general", "spot"]) {
      follows(pool(r, name), r.one("gcp:compute/routerNat:RouterNat", "platform-test-nat"));
      for (const member of r.ofType("gcp:projects/iAMMember:IAMMember").filter(({ name }) => name.includes("-nodes-")))
        follows(pool(r, name), member);
    }
    independent(pool(r, "spot"), pool(r, "general"));
  });

  it("pods become Google identities after the cluster, whose pool of identities it is; their accounts do not wait", () => {
    const binding = r.one("gcp:serviceaccount/iAMMember:IAMMember", "platform-test-velero");
    follows(binding, gke(r));
    independent(r.one("gcp:serviceaccount/account:Account", "platform-test-velero"), gke(r));
  });

  it("what the load balancer is made of waits for no network and no cluster", () => {
    for (const type of ["globalAddress:GlobalAddress", "securityPolicy:SecurityPolicy", "sSLPolicy:SSLPolicy"]) {
      const [one] = r.ofType(`gcp:compute/${type}`);
      if (one === undefined) throw new Error(`${type} is missing`);
      independent(one, gke(r));
      independent(one, r.one("gcp:compute/network:Network", "platform-test-network"));
    }
  });

  it("tells the platform what to wait for", async () => {
    const urns = await Promise.all(cluster.ready.map(({ urn }) => valueOf(urn)));
    expect(urns.map((urn) => urn.split("::").slice(-2).join("::").split("$").pop())).toEqual([
      "gcp:container/nodePool:NodePool::platform-test-general",
      "gcp:container/nodePool:NodePool::platform-test-spot",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-velero",
      "gcp:storage/bucketIAMMember:BucketIAMMember::platform-test-velero",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-velero-signs",
      "gcp:projects/iAMMember:IAMMember::platform-test-velero",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-external-dns",
      "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember::platform-test-external-dns",
      "gcp:projects/iAMMember:IAMMember::platform-test-external-dns",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-cert-manager",
      "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember::platform-test-cert-manager",
    ]);
    expect(cluster.ingressReady).toEqual([]);
  });
});

describe("variants", () => {
  it("uses an existing network with the ranges it has, and creates nothing of one", async () => {
    const { recording: r } = await up(dev({ network: { ...dev().network, existing } }));
    // The right on the key is as old there, where no network is waited for.
    const grant = r.one("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "platform-test-secrets");
    const address = r.one("gcp:compute/globalAddress:GlobalAddress", "platform-test-ingress");
    expect([r.waitsFor(gke(r), address), r.waitsFor(address, grant)]).toEqual([true, true]);
    const made = r.all().filter(({ type }) => /^gcp:compute\/(network|subnetwork|router|address|firewall)/.test(type));
    expect(made).toEqual([]);
    expect(gke(r).inputs).toMatchObject({
      network: existing.id,
      subnetwork: existing.privateSubnets[0],
      ipAllocationPolicy: { clusterSecondaryRangeName: "gke-pods", servicesSecondaryRangeName: "gke-svc" },
    });
  });

  it("refuses an existing network whose pods have no room, before it makes anything", async () => {
    const nodes = { ...dev().nodes, max: 20, spot: true };
    await expect(up(dev({ nodes, network: { ...dev().network, existing } }))).rejects.toThrow(
      'nodes.max: 40 nodes, spot ones included, need as many /24 ranges for their pods, and "gke-pods" (10.64.0.0/19) of the existing network holds 32',
    );
  });

  it("closes the public endpoint, and lets the network's own machines in", async () => {
    const { recording: r } = await up(dev({ access: { ...dev().access, private: true, authorizedNetworks: [] } }));
    expect(gke(r).inputs).toMatchObject({
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
      masterAuthorizedNetworksConfig: {
        cidrBlocks: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map((cidrBlock) => ({
          cidrBlock,
        })),
      },
    });
  });

  it("writes down that everybody may ask, where everybody may", async () => {
    const { recording: r } = await up(dev({ access: { ...dev().access, authorizedNetworks: [], adminGroups: [] } }));
    expect(gke(r).inputs.masterAuthorizedNetworksConfig).toMatchObject({ cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] });
    expect(r.ofType("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding")).toEqual([]);
  });

  it("has no groups of Google's where nobody is named", async () => {
    const { recording: r } = await up(
      dev({ access: { ...dev().access, adminGroups: [], developerGroups: [], operationsGroups: [] } }),
    );
    expect(gke(r).inputs).not.toHaveProperty("authenticatorGroupsConfig");
  });

  it("has neither bucket nor identity where backups are off", async () => {
    const { recording: r, result } = await up(dev({ backup: { ...dev().backup, enabled: false } }));
    expect(r.ofType("gcp:storage/bucket:Bucket")).toEqual([]);
    expect(r.ofType("gcp:projects/iAMCustomRole:IAMCustomRole")).toEqual([]);
    expect(r.names("gcp:serviceaccount/account:Account")).toEqual(["platform-test-nodes"]);
    expect(result.traits.backup).toBeUndefined();
  });

  it("has shared volumes where they are asked for, in its own network", async () => {
    const { recording: r, result } = await up(dev({ storage: { shared: true } }));
    expect(gke(r).inputs.addonsConfig).toMatchObject({ gcpFilestoreCsiDriverConfig: { enabled: true } });
    const shared = result.traits.storageClasses.find(({ name }) => name === "shared");
    expect(shared).toMatchObject({
      provisioner: "filestore.csi.storage.gke.io",
      accessModes: ["ReadWriteMany"],
      default: false,
      adopted: false,
    });
    expect(await valueOf(shared?.parameters)).toEqual({ tier: "standard", network: "platform-test-network-id" });
    const without = (await usual.dev()).result.traits.storageClasses.map(({ name }) => name);
    expect(without).toEqual(["standard-rwo", "premium", "premium-rwo", "standard"]);
  });

  it("begins in as many zones as it has nodes", async () => {
    const { recording: r } = await up(dev({ nodes: { ...dev().nodes, min: 1, max: 1 } }));
    expect(pool(r, "general").inputs).toMatchObject({ initialNodeCount: 1, nodeLocations: ["europe-west1-b"] });
  });

  it("says what is missing where the domain has no zone, or the project is not to be seen", async () => {
    await expect(up(prod({ domain: "other.example" }))).rejects.toThrow(
      'domain: "other.example" has no public zone of its own in the Google project "example-test"; its zones are: example.com, example.com',
    );
    const hidden: typeof invoke = (token, inputs) => {
      if (token.includes("getProject")) throw new Error("403: permission denied");
      return invoke(token, inputs);
    };
    await expect(up(dev(), "platform-test", hidden)).rejects.toThrow(
      /the Google project "example-test" cannot be looked at: .*\(needed: resourcemanager\.projects\.get\)/,
    );
  });

  it("says how to name the project where none is named", async () => {
    await expect(up(dev(), "platform-test", invoke, "")).rejects.toThrow(
      "no Google project is named; name the one that the stack belongs in: pulumi config set gcp:project <project id>",
    );
  });

  it("refuses a name that Google would refuse later", async () => {
    for (const name of ["Platform_dev", "p".repeat(41), "platform-google"]) {
      await expect(up(dev(), name)).rejects.toThrow(`the cluster cannot be called "${name}"`);
    }
  });

  it("keeps every name within Google's limits when the stack's name is long", async () => {
    const { recording: r } = await up(prod(), "a-platform-with-a-name-as-long-as-gke-40");
    const room = (type: string) =>
      Math.max(...r.names(type).map((name) => name.length + (type.includes("Cluster") ? 0 : 8)));
    expect(room("gcp:container/nodePool:NodePool")).toBeLessThanOrEqual(40);
    expect(room("gcp:serviceaccount/account:Account")).toBeLessThanOrEqual(30);
    expect(new Set(r.names("gcp:serviceaccount/account:Account")).size).toBe(4);
    for (const { type, name } of r.all().filter(({ type }) => /^gcp:(compute|kms|storage)/.test(type))) {
      expect(name.length + 8, `${type} ${name}`).toBeLessThanOrEqual(63);
    }
    const [role] = r.ofType("gcp:projects/iAMCustomRole:IAMCustomRole");
    expect(String(role?.inputs.roleId)).toMatch(/^[a-z0-9_]{3,64}$/);
    expect(String(role?.inputs.roleId)).toMatch(/_117$/);
  });
});
