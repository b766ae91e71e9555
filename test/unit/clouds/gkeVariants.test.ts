import { describe, expect, it } from "vitest";
import { dev, existing, gke, invoke, pool, prod, up, usual } from "./gcp/google";
import { valueOf } from "./record";

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
