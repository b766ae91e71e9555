/** A network that was in the account before any stack: what `network.existing` of a rehearsed stack names. */
import type { CloudRecord } from "../cloud/behaviour";
import { address, parseRange } from "./cidr";
import { zoneId, zonesOf } from "./regions";

export interface ExistingNetwork {
  id: string;
  publicSubnets: string[];
  privateSubnets: string[];
}

/** The default VPC's range: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html */
const range = "172.31.0.0/16";

/**
 * The VPC and its subnets as records for the store: /20 each, the first of each kind in the first zone, and so on.
 * Their URN is empty, as no stack made them: they have routes, and nobody takes them down.
 */
export function existingNetwork(existing: ExistingNetwork, region: string, account: string): CloudRecord[] {
  const zones = zonesOf(region);
  const whole = parseRange(range);
  const record = (type: string, id: string, outputs: Record<string, unknown>): CloudRecord => ({
    type,
    id,
    urn: "",
    inputs: {},
    outputs: { ...outputs, ownerId: account, region, tagsAll: {} },
  });
  const subnet = (id: string, index: number, zone: string, isPublic: boolean) =>
    record("aws:ec2/subnet:Subnet", id, {
      arn: `arn:aws:ec2:${region}:${account}:subnet/${id}`,
      vpcId: existing.id,
      cidrBlock: whole ? `${address(whole, index * 4096)}/20` : "",
      availabilityZone: zone,
      availabilityZoneId: zoneId(region, zone),
      mapPublicIpOnLaunch: isPublic,
    });
  const ids = [...existing.publicSubnets, ...existing.privateSubnets];
  return [
    record("aws:ec2/vpc:Vpc", existing.id, {
      arn: `arn:aws:ec2:${region}:${account}:vpc/${existing.id}`,
      cidrBlock: range,
      defaultSecurityGroupId: `sg-default-of-${existing.id}`,
      mainRouteTableId: `rtb-main-of-${existing.id}`,
    }),
    ...ids.map((id, index) => {
      const isPublic = index < existing.publicSubnets.length;
      const position = isPublic ? index : index - existing.publicSubnets.length;
      return subnet(id, index, zones[position % zones.length] ?? "", isPublic);
    }),
  ];
}
