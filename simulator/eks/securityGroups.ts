/**
 * The security groups of the EKS component: one for the control plane, one for nodes, and the rules between the two
 * (pulumi-eks nodejs/eks/cluster/cluster.ts and nodejs/eks/nodes/securitygroup.ts).
 */
import * as ec2 from "@pulumi/aws/ec2";
import type * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

type Tags = pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;

/** `first` with the others over it, a later one over an earlier one. */
export function merged(tags: Tags[], first: Record<string, string>): pulumi.Output<Record<string, string>> {
  return pulumi.all(tags).apply((all) => all.reduce<Record<string, string>>((sum, one) => ({ ...sum, ...one }), first));
}

const everything = { fromPort: 0, toPort: 0, protocol: "-1" };

/** The control plane's group; later tags win over earlier ones. */
export function clusterSecurityGroup(
  name: string,
  vpcId: pulumi.Input<string>,
  tags: Tags[],
  parent: pulumi.Resource,
): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(
    `${name}-eksClusterSecurityGroup`,
    {
      vpcId,
      revokeRulesOnDelete: true,
      tags: merged(tags, { Name: `${name}-eksClusterSecurityGroup` }),
    },
    { parent },
  );
  new ec2.SecurityGroupRule(
    `${name}-eksClusterInternetEgressRule`,
    {
      description: "Allow internet access.",
      type: "egress",
      ...everything,
      cidrBlocks: ["0.0.0.0/0"],
      securityGroupId: group.id,
    },
    { parent },
  );
  return group;
}

/** The nodes' group, and the rule that lets pods reach the API server. */
export function nodeSecurityGroup(
  name: string,
  vpcId: pulumi.Input<string>,
  clusterGroupId: pulumi.Output<string>,
  cluster: eks.Cluster,
  tags: Tags[],
  parent: pulumi.Resource,
): { group: ec2.SecurityGroup; ingressRule: ec2.SecurityGroupRule } {
  const group = new ec2.SecurityGroup(
    `${name}-nodeSecurityGroup`,
    {
      vpcId,
      revokeRulesOnDelete: true,
      tags: cluster.name.apply((clusterName) =>
        merged(tags, { Name: `${name}-nodeSecurityGroup`, [`kubernetes.io/cluster/${clusterName}`]: "owned" }),
      ),
    },
    { parent },
  );

  const rule = (ruleName: string, args: ec2.SecurityGroupRuleArgs) =>
    new ec2.SecurityGroupRule(`${name}-${ruleName}`, args, { parent });

  rule("eksNodeIngressRule", {
    description: "Allow nodes to communicate with each other",
    type: "ingress",
    ...everything,
    securityGroupId: group.id,
    self: true,
  });
  rule("eksNodeClusterIngressRule", {
    description: "Allow worker Kubelets and pods to receive communication from the cluster control plane",
    type: "ingress",
    fromPort: 1025,
    toPort: 65535,
    protocol: "tcp",
    securityGroupId: group.id,
    sourceSecurityGroupId: clusterGroupId,
  });
  rule("eksExtApiServerClusterIngressRule", {
    description:
      "Allow pods running extension API servers on port 443 to receive communication from cluster control plane",
    type: "ingress",
    fromPort: 443,
    toPort: 443,
    protocol: "tcp",
    securityGroupId: group.id,
    sourceSecurityGroupId: clusterGroupId,
  });
  rule("eksNodeInternetEgressRule", {
    description: "Allow internet access.",
    type: "egress",
    ...everything,
    cidrBlocks: ["0.0.0.0/0"],
    securityGroupId: group.id,
  });
  const ingressRule = rule("eksClusterIngressRule", {
    description: "Allow pods to communicate with the cluster API Server",
    type: "ingress",
    fromPort: 443,
    toPort: 443,
    protocol: "tcp",
    securityGroupId: clusterGroupId,
    sourceSecurityGroupId: group.id,
  });
  return { group, ingressRule };
}
