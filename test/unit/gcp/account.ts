/** A Google project in memory, for tests of what the simulated types answer and refuse. */
import { gcpBehaviours } from "../../../simulator/gcp";
import type {
  CloudRecord,
  ClusterHost,
  ClusterRequest,
  Context,
  KubernetesManifest,
  NodeRequest,
} from "../../../simulator/cloud/behaviour";
import { projectNumber } from "../../../simulator/gcp/resource";
import type { Properties } from "../../../simulator/provider";

export class Clusters implements ClusterHost {
  readonly started = new Map<string, ClusterRequest>();
  readonly pools = new Map<string, NodeRequest[]>();
  readonly objects = new Map<string, KubernetesManifest>();

  async start(cluster: ClusterRequest): Promise<{ certificateAuthority: string }> {
    this.started.set(cluster.id, cluster);
    return { certificateAuthority: "Q0E=" };
  }
  async stop(id: string): Promise<void> {
    this.started.delete(id);
  }
  async setNodes(_id: string, pool: string, nodes: NodeRequest[]): Promise<void> {
    if (nodes.length === 0) this.pools.delete(pool);
    else this.pools.set(pool, nodes);
  }
  async apply(_id: string, objects: KubernetesManifest[]): Promise<void> {
    for (const object of objects) this.objects.set(`${object.kind}/${object.metadata.name}`, object);
  }
  async remove(_id: string, objects: KubernetesManifest[]): Promise<void> {
    for (const object of objects) this.objects.delete(`${object.kind}/${object.metadata.name}`);
  }
}

export const project = "example-test";
export const region = "europe-west1";

export class Account {
  readonly records: CloudRecord[] = [];
  readonly clusters = new Clusters();
  config: Properties = { project, region };
  /** The cloud's seconds that have gone by since everything was made. */
  age = Infinity;
  private counter = 0;

  context(name = "test"): Context {
    return {
      account: project,
      region,
      config: this.config,
      name,
      // Counted, so that ids differ and every run is the same.
      hex: (length) => (++this.counter).toString(16).padStart(length, "0").slice(-length),
      inventory: {
        get: (type, id) => this.records.find((record) => record.type === type && record.id === id),
        list: (type) => this.records.filter((record) => record.type === type),
        remove: (type, id) => {
          const index = this.records.findIndex((record) => record.type === type && record.id === id);
          if (index >= 0) this.records.splice(index, 1);
        },
      },
      clusters: this.clusters,
      age: () => this.age,
    };
  }

  /** Creates a resource as a stack would. @throws Error with the cloud's refusal. */
  async create(token: string, inputs: Properties, name = "test"): Promise<CloudRecord> {
    const type = `gcp:${token}`;
    const behaviour = gcpBehaviours[type];
    if (!behaviour) throw new Error(`no behaviour for ${type}`);
    const context = this.context(name);
    const filled = { ...behaviour.defaults?.(inputs, context), ...inputs };
    const wanted = behaviour.uniqueName?.(filled, context);
    const clash = context.inventory.list(type).some((other) => {
      const taken = behaviour.uniqueName?.(other.inputs, context);
      return wanted && taken?.name === wanted.name && taken.scope === wanted.scope;
    });
    const refusal = (clash && wanted?.taken) || behaviour.refuse?.(filled, context);
    if (refusal) throw new Error(refusal);
    const { id, outputs } = await behaviour.create(filled, context);
    const record = { type, id, urn: `urn:${type}::${name}`, inputs: filled, outputs: { ...filled, ...outputs } };
    // A cloud that has overwritten something keeps it under its id.
    context.inventory.remove?.(type, id);
    this.records.push(record);
    return record;
  }

  async update(record: CloudRecord, inputs: Properties): Promise<CloudRecord> {
    const outputs = await gcpBehaviours[record.type]?.update?.(record, inputs, this.context(), record.inputs);
    Object.assign(record, { inputs, outputs: { ...record.outputs, ...inputs, ...outputs } });
    return record;
  }

  /** @returns what keeps the name of the deleted one taken. */
  async delete(record: CloudRecord): Promise<{ seconds: number; taken: string } | undefined> {
    const behaviour = gcpBehaviours[record.type];
    const refusal = behaviour?.refuseDelete?.(record, this.context());
    if (refusal) throw new Error(refusal);
    await behaviour?.delete?.(record, this.context());
    this.records.splice(this.records.indexOf(record), 1);
    return behaviour?.leaves?.(record, this.context());
  }
}

export interface Ground {
  network: CloudRecord;
  subnetwork: CloudRecord;
  key: CloudRecord;
  nodes: CloudRecord;
}

/** What a cluster stands on: a network with ranges, a key that GKE may use, an account for the nodes. */
export async function ground(account: Account): Promise<Ground> {
  const network = await account.create("compute/network:Network", { name: "net", autoCreateSubnetworks: false });
  const subnetwork = await account.create("compute/subnetwork:Subnetwork", {
    name: "nodes",
    network: network.id,
    region,
    ipCidrRange: "10.0.0.0/16",
    secondaryIpRanges: [
      { rangeName: "pods", ipCidrRange: "10.4.0.0/14" },
      { rangeName: "services", ipCidrRange: "10.8.0.0/20" },
    ],
  });
  const ring = await account.create("kms/keyRing:KeyRing", { name: "ring", location: region });
  const key = await account.create("kms/cryptoKey:CryptoKey", { name: "secrets", keyRing: ring.id });
  await account.create("kms/cryptoKeyIAMMember:CryptoKeyIAMMember", {
    cryptoKeyId: key.id,
    role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    member: `serviceAccount:${agent("container-engine-robot")}`,
  });
  const nodes = await account.create("serviceaccount/account:Account", { accountId: "platform-nodes" });
  return { network, subnetwork, key, nodes };
}

/** One of Google's own accounts in the project. */
export function agent(service: string): string {
  return `service-${projectNumber(project)}@${service}.iam.gserviceaccount.com`;
}

/** A regional cluster on that ground, without nodes. */
export async function cluster(account: Account, on: Ground, inputs: Properties = {}): Promise<CloudRecord> {
  return account.create("container/cluster:Cluster", {
    name: "platform",
    location: region,
    nodeLocations: ["b", "c", "d"].map((letter) => `${region}-${letter}`),
    initialNodeCount: 1,
    removeDefaultNodePool: true,
    minMasterVersion: "1.35",
    network: on.network.id,
    subnetwork: on.subnetwork.id,
    ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
    databaseEncryption: { state: "ENCRYPTED", keyName: on.key.id },
    workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
    deletionProtection: false,
    ...inputs,
  });
}

/** A pool of that cluster. */
export async function nodePool(account: Account, on: Ground, inputs: Properties = {}): Promise<CloudRecord> {
  const { nodeConfig, ...rest } = inputs;
  return account.create("container/nodePool:NodePool", {
    name: "general",
    cluster: "platform",
    location: region,
    initialNodeCount: 1,
    autoscaling: { totalMinNodeCount: 2, totalMaxNodeCount: 6 },
    ...rest,
    nodeConfig: {
      machineType: "e2-standard-4",
      diskSizeGb: 50,
      serviceAccount: on.nodes.outputs.email,
      oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
      ...(nodeConfig as Properties | undefined),
    },
  });
}
