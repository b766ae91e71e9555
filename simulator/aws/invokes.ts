/** What the provider's functions answer. */
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { callerArn } from "./eksAccess";
import { getClusters, getNodeGroup, getNodeGroups } from "./eksLookups";
import { addonVersion } from "./eksVersions";
import { loadBalancerZone, zoneId, zonesOf } from "./regions";
import { withoutDot, zoneOf } from "./route53";
import { inRegion, object, objects, text, texts } from "./values";

export type Invoke = (args: Properties, context: Context) => Properties;

const getAvailabilityZones: Invoke = (_args, { region }) => {
  const names = zonesOf(region);
  return { id: region, region, names, zoneIds: names.map((name) => zoneId(region, name)), groupNames: [region] };
};

const getAddonVersion: Invoke = (args, { region }) => {
  const addonName = text(args, "addonName");
  const kubernetesVersion = text(args, "kubernetesVersion");
  const version = addonVersion(addonName, kubernetesVersion);
  if (version === undefined) {
    throw new Error(`reading EKS Add-On version info (${addonName}, ${kubernetesVersion}): couldn't find resource`);
  }
  return { id: addonName, addonName, kubernetesVersion, mostRecent: args.mostRecent ?? false, region, version };
};

const getClusterAuth: Invoke = (args, { region }) => {
  const name = text(args, "name");
  return { id: name, name, region, token: `k8s-aws-v1.${Buffer.from(`${region}/${name}`).toString("base64url")}` };
};

const getZone: Invoke = (args) => {
  const name = withoutDot(text(args, "name"));
  const id = text(args, "zoneId") || zoneOf(name);
  if (!name) throw new Error("reading Route 53 Hosted Zone: one of `name` or `zoneId` must be set");
  return {
    arn: `arn:aws:route53:::hostedzone/${id}`,
    callerReference: "",
    comment: "",
    enableAcceleratedRecovery: false,
    id,
    linkedServiceDescription: "",
    linkedServicePrincipal: "",
    name,
    nameServers: ["ns-1.awsdns-01.org", "ns-2.awsdns-02.co.uk", "ns-3.awsdns-03.com", "ns-4.awsdns-04.net"],
    primaryNameServer: "ns-1.awsdns-01.org",
    privateZone: args.privateZone ?? false,
    resourceRecordSetCount: 2,
    tags: {},
    vpcId: "",
    zoneId: id,
  };
};

const getHostedZoneId: Invoke = (args, context) => {
  const region = text(args, "region") || context.region;
  if ((text(args, "loadBalancerType") || "application") !== "application") {
    throw new Error("the simulated AWS has application load balancers only");
  }
  return { id: loadBalancerZone(region), loadBalancerType: "application", region };
};

const getVpc: Invoke = (args, context) => {
  const id = text(args, "id");
  const found = inRegion(context, "aws:ec2/vpc:Vpc").find((vpc) => vpc.id === id);
  if (!found) throw new Error("reading EC2 VPC: no matching EC2 VPC found");
  const { outputs } = found;
  return { cidrBlockAssociations: [], default: false, state: "available", ...outputs, tags: outputs.tagsAll ?? {}, id };
};

const getSubnet: Invoke = (args, context) => {
  const id = text(args, "id");
  const found = inRegion(context, "aws:ec2/subnet:Subnet").find((subnet) => subnet.id === id);
  if (!found) throw new Error("reading EC2 Subnet: no matching EC2 Subnet found");
  const { outputs } = found;
  return {
    availableIpAddressCount: 251,
    customerOwnedIpv4Pool: "",
    defaultForAz: false,
    enableLniAtDeviceIndex: 0,
    mapCustomerOwnedIpOnLaunch: false,
    outpostArn: "",
    state: "available",
    ipv6CidrBlockAssociationId: "",
    ...outputs,
    tags: outputs.tagsAll ?? {},
    id,
  };
};

const getSubnets: Invoke = (args, context) => {
  const filters = objects(args, "filters").map((filter) => ({
    name: text(filter, "name"),
    values: texts(filter, "values"),
  }));
  const wanted = object(args, "tags");
  const matches = (outputs: Properties) =>
    filters.every(({ name, values }) => name !== "vpc-id" || values.includes(text(outputs, "vpcId"))) &&
    Object.entries(wanted).every(([key, value]) => object(outputs, "tagsAll")[key] === value);
  const ids = inRegion(context, "aws:ec2/subnet:Subnet")
    .filter(({ outputs }) => matches(outputs))
    .map(({ id }) => id);
  return { filters: args.filters ?? [], id: context.region, ids, region: context.region, tags: wanted };
};

/** The document that its statements say; the properties are written in Terraform's words. */
const getPolicyDocument: Invoke = (args) => {
  const one = (values: string[]) => (values.length === 1 ? values[0] : values);
  const principals = (list: Properties[]) =>
    list.length === 0
      ? undefined
      : Object.fromEntries(list.map((item) => [text(item, "type"), one(texts(item, "identifiers"))]));
  const conditions = (list: Properties[]) => {
    const merged: Record<string, Record<string, unknown>> = {};
    for (const item of list) {
      (merged[text(item, "test")] ??= {})[text(item, "variable")] = one(texts(item, "values"));
    }
    return list.length === 0 ? undefined : merged;
  };
  const statements = objects(args, "statements").map((statement) => ({
    Sid: statement.sid,
    Effect: statement.effect ?? "Allow",
    Principal: principals(objects(statement, "principals")),
    Action: texts(statement, "actions").length > 0 ? one(texts(statement, "actions")) : undefined,
    NotAction: texts(statement, "notActions").length > 0 ? one(texts(statement, "notActions")) : undefined,
    Resource: texts(statement, "resources").length > 0 ? one(texts(statement, "resources")) : undefined,
    Condition: conditions(objects(statement, "conditions")),
  }));
  const document = { Version: args.version ?? "2012-10-17", Statement: statements };
  return { ...args, id: "policy", json: JSON.stringify(document, null, 2), minifiedJson: JSON.stringify(document) };
};

/** Parameters that AWS publishes itself: the images that EKS recommends. */
const getParameter: Invoke = (args, context) => {
  const name = text(args, "name");
  if (!/^\/aws\/service\/eks\/optimized-ami\//.test(name))
    throw new Error(`reading SSM Parameter (${name}): couldn't find resource`);
  const value = name.endsWith("/image_id") ? "ami-0a1b2c3d4e5f60718" : name.split("/")[5];
  return {
    arn: `arn:aws:ssm:${context.region}::parameter${name}`,
    id: name,
    insecureValue: value,
    name,
    region: context.region,
    type: "String",
    value,
    version: 1,
    withDecryption: args.withDecryption ?? true,
  };
};

export const awsInvokes: Record<string, Invoke> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_args, { account }) => ({
    accountId: account,
    arn: callerArn({ account }),
    id: account,
    userId: "AIDAREHEARSAL0EXAMPLE",
  }),
  "aws:index/getPartition:getPartition": () => ({
    dnsSuffix: "amazonaws.com",
    id: "aws",
    partition: "aws",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": (_args, { region }) => ({
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
    id: region,
    name: region,
    region,
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:ec2/getVpc:getVpc": getVpc,
  "aws:ec2/getSubnet:getSubnet": getSubnet,
  "aws:ec2/getSubnets:getSubnets": getSubnets,
  "aws:eks/getAddonVersion:getAddonVersion": getAddonVersion,
  "aws:eks/getClusterAuth:getClusterAuth": getClusterAuth,
  "aws:eks/getClusters:getClusters": getClusters,
  "aws:eks/getNodeGroup:getNodeGroup": getNodeGroup,
  "aws:eks/getNodeGroups:getNodeGroups": getNodeGroups,
  "aws:iam/getPolicyDocument:getPolicyDocument": getPolicyDocument,
  "aws:lb/getHostedZoneId:getHostedZoneId": getHostedZoneId,
  "aws:route53/getZone:getZone": getZone,
  "aws:ssm/getParameter:getParameter": getParameter,
};
