/** An AWS account in memory, for tests of what the simulated types answer and refuse. */
import { awsBehaviours } from "../../../simulator/aws";
import type {
  CloudRecord,
  ClusterHost,
  ClusterRequest,
  Context,
  KubernetesManifest,
  NodeRequest,
} from "../../../simulator/cloud/behaviour";
import type { Properties } from "../../../simulator/provider";

export class Clusters implements ClusterHost {
  readonly started: string[] = [];
  /** Kubernetes version by cluster, as it was last asked for. */
  readonly versions = new Map<string, string>();
  readonly pools = new Map<string, NodeRequest[]>();
  readonly objects = new Map<string, KubernetesManifest>();

  async start(cluster: ClusterRequest): Promise<{ certificateAuthority: string }> {
    if (!this.started.includes(cluster.id)) this.started.push(cluster.id);
    this.versions.set(cluster.id, cluster.version);
    return { certificateAuthority: "Q0E=" };
  }
  async stop(id: string): Promise<void> {
    this.started.splice(this.started.indexOf(id), 1);
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

export class Account {
  readonly records: CloudRecord[] = [];
  readonly clusters = new Clusters();
  config: Properties = {};
  private counter = 0;

  constructor(readonly region = "eu-west-1") {}

  context(name = "test"): Context {
    return {
      account: "123456789012",
      region: this.region,
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
    };
  }

  /** Creates a resource as a stack would. @throws Error with the cloud's refusal. */
  async create(token: string, inputs: Properties, name = "test"): Promise<CloudRecord> {
    const type = `aws:${token}`;
    const behaviour = awsBehaviours[type];
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

  /** @param recorded what the engine remembers of the inputs, where that is not what the cloud was last told. */
  async update(record: CloudRecord, inputs: Properties, recorded = record.inputs): Promise<CloudRecord> {
    const outputs = await awsBehaviours[record.type]?.update?.(record, inputs, this.context(), recorded);
    Object.assign(record, { inputs, outputs: { ...record.outputs, ...inputs, ...outputs } });
    return record;
  }

  async delete(record: CloudRecord): Promise<void> {
    const refusal = awsBehaviours[record.type]?.refuseDelete?.(record, this.context());
    if (refusal) throw new Error(refusal);
    await awsBehaviours[record.type]?.delete?.(record, this.context());
    this.records.splice(this.records.indexOf(record), 1);
  }
}

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole", "sts:TagSession"] }],
  });

/** A role that a service may take, with managed policies of AWS. */
export async function role(account: Account, name: string, service: string, policies: string[]): Promise<CloudRecord> {
  const created = await account.create("iam/role:Role", { name, assumeRolePolicy: trust(service) });
  for (const policy of policies) {
    const policyArn = `arn:aws:iam::aws:policy/${policy}`;
    await account.create("iam/rolePolicyAttachment:RolePolicyAttachment", { role: name, policyArn });
  }
  return created;
}

export interface Network {
  vpc: CloudRecord;
  publicSubnets: CloudRecord[];
  privateSubnets: CloudRecord[];
  nat: CloudRecord;
  eip: CloudRecord;
  gateway: CloudRecord;
}

/** A VPC with a public and a private subnet in two zones, and a NAT gateway. */
export async function network(account: Account): Promise<Network> {
  const vpc = await account.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
  const vpcId = vpc.id;
  const gateway = await account.create("ec2/internetGateway:InternetGateway", { vpcId });
  const subnet = (cidrBlock: string, zone: string) =>
    account.create("ec2/subnet:Subnet", { vpcId, cidrBlock, availabilityZone: account.region + zone });
  const publicSubnets = [await subnet("10.0.0.0/24", "a"), await subnet("10.0.1.0/24", "b")];
  const privateSubnets = [await subnet("10.0.16.0/20", "a"), await subnet("10.0.32.0/20", "b")];
  const eip = await account.create("ec2/eip:Eip", {});
  const subnetId = publicSubnets[0]?.id;
  const nat = await account.create("ec2/natGateway:NatGateway", { subnetId, allocationId: eip.id });
  const routed = async (subnets: CloudRecord[], target: Properties) => {
    const table = await account.create("ec2/routeTable:RouteTable", { vpcId });
    const routeTableId = table.id;
    await account.create("ec2/route:Route", { routeTableId, destinationCidrBlock: "0.0.0.0/0", ...target });
    for (const { id } of subnets) {
      await account.create("ec2/routeTableAssociation:RouteTableAssociation", { routeTableId, subnetId: id });
    }
  };
  await routed(publicSubnets, { gatewayId: gateway.id });
  await routed(privateSubnets, { natGatewayId: nat.id });
  return { vpc, publicSubnets, privateSubnets, nat, eip, gateway };
}

/** An EKS cluster with its network add-on, on private subnets. */
export async function cluster(account: Account, net: Network, inputs: Properties = {}): Promise<CloudRecord> {
  const { outputs } = await role(account, "cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
  const created = await account.create("eks/cluster:Cluster", {
    name: "platform",
    roleArn: outputs.arn,
    version: "1.35",
    bootstrapSelfManagedAddons: false,
    accessConfig: { authenticationMode: "API" },
    vpcConfig: { subnetIds: net.privateSubnets.map(({ id }) => id) },
    ...inputs,
  });
  await account.create("eks/addon:Addon", { clusterName: created.id, addonName: "vpc-cni" });
  return created;
}

export const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];

/** A node group of that cluster. */
export async function nodeGroup(account: Account, net: Network, inputs: Properties = {}): Promise<CloudRecord> {
  const nodes =
    account.records.find(({ id }) => id === "nodes") ??
    (await role(account, "nodes", "ec2.amazonaws.com", nodePolicies));
  return account.create("eks/nodeGroup:NodeGroup", {
    clusterName: "platform",
    nodeGroupName: "general",
    nodeRoleArn: nodes.outputs.arn,
    subnetIds: net.privateSubnets.map(({ id }) => id),
    instanceTypes: ["m6i.large"],
    scalingConfig: { minSize: 2, desiredSize: 3, maxSize: 6 },
    ...inputs,
  });
}
