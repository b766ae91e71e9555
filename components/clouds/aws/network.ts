/** The cluster's network: one created for it, or one that exists already. */
import {
  DefaultSecurityGroup,
  Eip,
  getSubnetOutput,
  InternetGateway,
  NatGateway,
  Route,
  RouteTable,
  RouteTableAssociation,
  Subnet as AwsSubnet,
  Vpc,
  VpcEndpoint,
} from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

import { planSubnets } from "../../cidr";
import type { NetworkConfig } from "../../config/types";

export interface Subnet {
  /** Tells the subnets of one kind apart in names: the zone, or the subnet's number in an existing network. */
  key: string;
  id: pulumi.Output<string>;
  cidr: pulumi.Output<string>;
}

export interface Network {
  vpcId: pulumi.Output<string>;
  publicSubnets: Subnet[];
  privateSubnets: Subnet[];
  /** A public load balancer answers once these exist. */
  publicRoutes: pulumi.Resource[];
  /** Nodes reach AWS and the registries once these exist, and need them until they are gone. */
  privateRoutes: pulumi.Resource[];
}

export interface VpcArgs {
  clusterName: string;
  region: string;
  cidr: string;
  /** One to three; the order decides which subnet is whose, so zones are only ever appended. */
  zones: string[];
  nat: NetworkConfig["nat"];
  protect: boolean;
}

/** A VPC with a public and a private subnet in each zone. */
export class VpcNetwork extends pulumi.ComponentResource implements Network {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnets: Subnet[];
  readonly privateSubnets: Subnet[];
  readonly publicRoutes: pulumi.Resource[];
  readonly privateRoutes: pulumi.Resource[];

  constructor(
    private readonly prefix: string,
    private readonly args: VpcArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:Network", prefix, {}, opts);
    const vpc = new Vpc(
      `${prefix}-vpc`,
      {
        cidrBlock: args.cidr,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: { Name: `${prefix}-vpc` },
      },
      { parent: this, protect: args.protect },
    );
    this.vpcId = vpc.id;
    // Without rules of its own the default group lets nothing pass, so nothing can rely on it by accident.
    new DefaultSecurityGroup(
      `${prefix}-default`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: { Name: `${prefix}-default-unused` } },
      { parent: this },
    );
    const gateway = new InternetGateway(
      `${prefix}-internet`,
      { vpcId: vpc.id, tags: { Name: `${prefix}-internet` } },
      { parent: this },
    );

    const plan = planSubnets(args.cidr);
    this.publicSubnets = this.subnets("public", plan.public);
    this.privateSubnets = this.subnets("private", plan.private);
    this.publicRoutes = this.routeToInternet(gateway);
    const tables = this.publicSubnets.map((subnet) => this.privateTable(subnet.key));
    this.privateRoutes = [
      ...this.privateSubnets.map((subnet, zone) => this.associate("private", subnet, at(tables, zone))),
      ...this.routeThroughNat(tables, gateway),
    ];
    // Image layers and backups travel to S3 without passing, and paying for, the NAT.
    new VpcEndpoint(
      `${prefix}-s3`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map((table) => table.id),
        tags: { Name: `${prefix}-s3` },
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The role tags are how the load-balancer controller finds its subnets: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
  private subnets(kind: "public" | "private", ranges: string[]): Subnet[] {
    return this.args.zones.map((zone, index) => {
      const subnet = new AwsSubnet(
        `${this.prefix}-${kind}-${zone}`,
        {
          vpcId: this.vpcId,
          cidrBlock: at(ranges, index),
          availabilityZone: zone,
          mapPublicIpOnLaunch: false,
          tags: {
            Name: `${this.prefix}-${kind}-${zone}`,
            [`kubernetes.io/cluster/${this.args.clusterName}`]: "shared",
            [kind === "public" ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb"]: "1",
          },
        },
        { parent: this },
      );
      return { key: zone, id: subnet.id, cidr: pulumi.output(at(ranges, index)) };
    });
  }

  private routeToInternet(gateway: InternetGateway): pulumi.Resource[] {
    const table = new RouteTable(
      `${this.prefix}-public`,
      { vpcId: this.vpcId, tags: { Name: `${this.prefix}-public` } },
      { parent: this },
    );
    const route = new Route(
      `${this.prefix}-public`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      { parent: this },
    );
    return [route, ...this.publicSubnets.map((subnet) => this.associate("public", subnet, table))];
  }

  /** A table for each zone even with a single NAT: going zonal later changes routes only. */
  private privateTable(zone: string): RouteTable {
    return new RouteTable(
      `${this.prefix}-private-${zone}`,
      { vpcId: this.vpcId, tags: { Name: `${this.prefix}-private-${zone}` } },
      { parent: this },
    );
  }

  private associate(kind: string, subnet: Subnet, table: RouteTable): RouteTableAssociation {
    return new RouteTableAssociation(
      `${this.prefix}-${kind}-${subnet.key}`,
      { subnetId: subnet.id, routeTableId: table.id },
      { parent: this },
    );
  }

  private routeThroughNat(tables: RouteTable[], gateway: InternetGateway): pulumi.Resource[] {
    const homes = this.args.nat === "zonal" ? this.publicSubnets : this.publicSubnets.slice(0, 1);
    const nats = homes.map((subnet) => {
      const name = `${this.prefix}-nat-${subnet.key}`;
      const address = new Eip(name, { domain: "vpc", tags: { Name: name } }, { parent: this });
      // A NAT can be created before the gateway is attached, but works only afterwards.
      return new NatGateway(
        name,
        { subnetId: subnet.id, allocationId: address.id, tags: { Name: name } },
        { parent: this, dependsOn: [gateway] },
      );
    });
    return tables.map(
      (table, zone) =>
        new Route(
          `${this.prefix}-private-${at(this.publicSubnets, zone).key}`,
          {
            routeTableId: table.id,
            destinationCidrBlock: "0.0.0.0/0",
            natGatewayId: at(nats, this.args.nat === "zonal" ? zone : 0).id,
          },
          { parent: this },
        ),
    );
  }
}

/** A network that somebody else owns: it is read, never changed. Its subnets need the role tags already. */
export function existingNetwork(existing: NonNullable<NetworkConfig["existing"]>, parent: pulumi.Resource): Network {
  const read = (ids: string[]): Subnet[] =>
    ids.map((id, index) => ({
      key: String(index + 1),
      id: pulumi.output(id),
      cidr: getSubnetOutput({ id }, { parent }).cidrBlock,
    }));
  return {
    vpcId: pulumi.output(existing.id),
    publicSubnets: read(existing.publicSubnets),
    privateSubnets: read(existing.privateSubnets),
    publicRoutes: [],
    privateRoutes: [],
  };
}

function at<T>(list: T[], index: number): T {
  const item = list[index];
  if (item === undefined) {
    throw new RangeError(`zone number ${index + 1} of ${list.length}: a network is divided for three zones at most`);
  }
  return item;
}
