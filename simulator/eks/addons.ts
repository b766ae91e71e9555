/** The add-ons kube-proxy and coredns, as the EKS component installs them (pulumi-eks nodejs/eks/cluster/cluster.ts). */
import * as eks from "@pulumi/aws/eks";
import type { input } from "@pulumi/eks/types";
import * as pulumi from "@pulumi/pulumi";

/** Registers the add-on `addonName` of `cluster` under the logical name `<name>-<addonName>`. */
export function clusterAddon(
  name: string,
  addonName: "kube-proxy" | "coredns",
  cluster: eks.Cluster,
  options: input.KubeProxyAddonOptionsArgs | input.CoreDnsAddonOptionsArgs | undefined,
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined,
  parent: pulumi.Resource,
): eks.Addon {
  const version =
    options?.version ??
    eks.getAddonVersionOutput({ addonName, kubernetesVersion: cluster.version, mostRecent: true }, { parent }).version;
  return new eks.Addon(
    `${name}-${addonName}`,
    {
      clusterName: cluster.name,
      addonName,
      preserve: true,
      tags,
      resolveConflictsOnCreate: options?.resolveConflictsOnCreate ?? "OVERWRITE",
      resolveConflictsOnUpdate: options?.resolveConflictsOnUpdate ?? "OVERWRITE",
      addonVersion: version,
      configurationValues: addonConfiguration(options?.configurationValues),
    },
    { parent },
  );
}

/** JSON with its keys in order, so that it is the same text at every run; undefined without values. */
export function addonConfiguration(values: pulumi.Input<object> | undefined): pulumi.Output<string> | undefined {
  return values && pulumi.jsonStringify(values, sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
