/** Who may use the cluster: access entries and their policies (pulumi-eks nodejs/eks/cluster/authenticationMode.ts). */
import * as eks from "@pulumi/aws/eks";
import type { input } from "@pulumi/eks/types";
import * as pulumi from "@pulumi/pulumi";

/** Registers `<name>-<key>` for each entry, and `<name>-<key>-<policy>` below it for each of its policies. */
export function accessEntries(
  name: string,
  cluster: eks.Cluster,
  entries: Record<string, input.AccessEntryArgs>,
  parent: pulumi.Resource,
): eks.AccessEntry[] {
  return Object.entries(entries).map(([key, entry]) => {
    const created = new eks.AccessEntry(
      `${name}-${key}`,
      {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        kubernetesGroups: entry.kubernetesGroups,
        tags: entry.tags,
        type: entry.type,
        userName: entry.username,
      },
      { parent, dependsOn: [cluster] },
    );
    for (const [policy, association] of Object.entries(entry.accessPolicies ?? {})) {
      const { accessScope, policyArn } = pulumi.output(association);
      new eks.AccessPolicyAssociation(
        `${name}-${key}-${policy}`,
        { clusterName: cluster.name, principalArn: entry.principalArn, accessScope, policyArn },
        { parent: created, dependsOn: [created] },
      );
    }
    return created;
  });
}
