/** AWS as the tests see it: configurations, and answers in the shape of the cloud's own. */
import type { PlatformConfig } from "../../../components/config/types";
import { devDefaults, prodDefaults } from "../configuration";
import type { Computed, Invoke } from "./record";

export const domain = "example.com";

export function dev(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    ...devDefaults,
    kubernetesVersion: "1.35",
    access: {
      ...devDefaults.access,
      authorizedNetworks: ["192.0.2.0/24"],
      adminGroups: ["arn:aws:iam::123456789012:role/admins"],
      developerGroups: ["arn:aws:iam::123456789012:role/developers"],
    },
    tags: { environment: "dev", "managed-by": "pulumi" },
    ...change,
  };
}

export function prod(change: Partial<PlatformConfig> = {}): PlatformConfig {
  const { access, kubernetesVersion } = dev();
  return {
    ...prodDefaults,
    kubernetesVersion,
    access,
    nodes: { ...prodDefaults.nodes, vcpu: 4, memoryGiB: 16, max: 10, spot: true },
    domain,
    tls: { enabled: true },
    tags: { environment: "prod", "managed-by": "pulumi" },
    ...change,
  };
}

/** Of the cluster's tokens. */
export const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

const arn = (name: string) => `arn:aws:x:eu-west-1:123456789012:${name}`;

export const computed: Computed = (type, name, inputs) => {
  switch (type) {
    case "eks:index:Cluster":
      return {
        kubeconfigJson: "{}",
        eksCluster: {
          name: inputs.name,
          arn: arn("cluster/test"),
          endpoint: "https://0123.gr7.eu-west-1.eks.amazonaws.com",
          certificateAuthority: { data: "Q0E=" },
          vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
          identities: [{ oidcs: [{ issuer }] }],
        },
      };
    case "aws:acm/certificate:Certificate":
      return {
        arn: arn(name),
        domainValidationOptions: [
          {
            domainName: domain,
            resourceRecordName: `_x.${domain}`,
            resourceRecordType: "CNAME",
            resourceRecordValue: "_y.acm-validations.aws",
          },
        ],
      };
    case "aws:route53/record:Record":
      return { fqdn: inputs.name };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 1 };
    case "aws:lb/loadBalancer:LoadBalancer":
      return { arn: arn(name), dnsName: `${name}.eu-west-1.elb.amazonaws.com` };
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:aws:s3:::${name}`, bucket: name };
    default:
      return { arn: arn(name), name: inputs.name ?? name, keyId: `${name}-key` };
  }
};

export const invoke: Invoke = (token, inputs) => {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: "123456789012", arn: "arn:aws:iam::123456789012:role/ci" };
    case "aws:eks/getClusters:getClusters":
      return { names: [] };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:eks/getAddonVersion:getAddonVersion":
      return { ...inputs, version: `v1.0.0-${String(inputs.addonName)}.${String(inputs.kubernetesVersion)}` };
    case "aws:route53/getZone:getZone":
      return { ...inputs, zoneId: "Z0123" };
    case "aws:ec2/getSubnet:getSubnet":
      return { ...inputs, cidrBlock: `172.16.${String(inputs.id).slice(-1)}.0/24` };
    default:
      throw new Error(`unexpected call of ${token}`);
  }
};
