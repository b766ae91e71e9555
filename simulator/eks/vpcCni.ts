/** `eks:index:VpcCniAddon`: the add-on vpc-cni with its environment (pulumi-eks nodejs/eks/addons/cni-addon.ts). */
import * as eks from "@pulumi/aws/eks";
import * as apps from "@pulumi/kubernetes/apps/v1";
import * as pulumi from "@pulumi/pulumi";
import type { input } from "@pulumi/eks/types";
import { addonConfiguration } from "./addons";

export interface VpcCniAddonArgs extends input.VpcCniOptionsArgs {
  clusterName: pulumi.Input<string>;
  clusterVersion: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

type Option = keyof input.VpcCniOptionsArgs;

/**
 * Option, variable, and what the component writes where the option is absent or false (nothing, where there is no third
 * entry). A later line wins over an earlier one for the same variable. Source: `computeEnv` of cni-addon.ts.
 */
const environment: [Option | undefined, string, string?][] = [
  ["nodePortSupport", "AWS_VPC_CNI_NODE_PORT_SUPPORT"],
  ["customNetworkConfig", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"],
  ["warmIpTarget", "WARM_IP_TARGET"],
  ["warmPrefixTarget", "WARM_PREFIX_TARGET"],
  ["enablePrefixDelegation", "ENABLE_PREFIX_DELEGATION"],
  ["logLevel", "AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG"],
  ["logFile", "AWS_VPC_K8S_CNI_LOG_FILE", "/host/var/log/aws-routed-eni/ipamd.log"],
  ["vethPrefix", "AWS_VPC_K8S_CNI_VETHPREFIX", "eni"],
  ["eniMtu", "AWS_VPC_ENI_MTU", "9001"],
  ["eniConfigLabelDef", "ENI_CONFIG_LABEL_DEF"],
  [undefined, "AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "DEBUG"],
  [undefined, "AWS_VPC_K8S_PLUGIN_LOG_FILE", "/var/log/aws-routed-eni/plugin.log"],
  ["enablePodEni", "ENABLE_POD_ENI", "false"],
  ["cniConfigureRpfilter", "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER"],
  ["cniCustomNetworkCfg", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "false"],
];

export class VpcCniAddon extends pulumi.ComponentResource {
  readonly addon: pulumi.Output<eks.Addon>;

  /** @throws Error where both ways of writing the external SNAT are used. */
  constructor(name: string, args: VpcCniAddonArgs, options: pulumi.ComponentResourceOptions) {
    super("eks:index:VpcCniAddon", name, {}, options);

    const version =
      args.addonVersion ??
      eks.getAddonVersionOutput(
        { addonName: "vpc-cni", kubernetesVersion: args.clusterVersion, mostRecent: true },
        { parent: this },
      ).version;
    const initEnvironment = { DISABLE_TCP_EARLY_DEMUX: text(args.disableTcpEarlyDemux, "false") };
    const configuration = pulumi
      .all([variables(args), initEnvironment, args.enableNetworkPolicy, args.configurationValues ?? {}])
      .apply(([env, initEnv, networkPolicy, own]) => merged(own, env, initEnv, networkPolicy));

    const addon = new eks.Addon(
      name,
      {
        clusterName: args.clusterName,
        addonVersion: version,
        addonName: "vpc-cni",
        resolveConflictsOnCreate: args.resolveConflictsOnCreate ?? "OVERWRITE",
        resolveConflictsOnUpdate: args.resolveConflictsOnUpdate ?? "OVERWRITE",
        preserve: true,
        configurationValues: addonConfiguration(configuration),
        serviceAccountRoleArn: args.serviceAccountRoleArn,
        tags: args.tags,
      },
      { parent: this },
    );
    this.addon = pulumi.output(addon);

    if (args.securityContextPrivileged) {
      const container = { name: "aws-node", securityContext: { privileged: args.securityContextPrivileged } };
      new apps.DaemonSetPatch(
        name,
        {
          metadata: {
            name: "aws-node",
            namespace: "kube-system",
            annotations: { "pulumi.com/patchForce": "true" },
          },
          spec: { template: { spec: { containers: [container] } } },
        },
        { parent: this, dependsOn: [addon], retainOnDelete: true },
      );
    }
    this.registerOutputs({ addon: this.addon });
  }
}

/** The environment of the container aws-node. */
function variables(args: VpcCniAddonArgs): Record<string, pulumi.Input<string>> {
  if (args.cniExternalSnat && args.externalSnat) {
    throw new Error("Please specify one of `cniExternalSnat` or `externalSnat` in your VpcCniOptions");
  }
  const env: Record<string, pulumi.Input<string>> = {
    WARM_ENI_TARGET: pulumi.output(args.warmEniTarget).apply((target) => `${target ?? 1}`),
    AWS_VPC_K8S_CNI_EXTERNALSNAT: text(args.externalSnat || args.cniExternalSnat, "false"),
  };
  for (const [option, variable, otherwise] of environment) {
    const value = option && (args[option] as pulumi.Input<string | number | boolean> | undefined);
    if (value || otherwise !== undefined) env[variable] = text(value, otherwise ?? "");
  }
  return env;
}

/** As the component has it, `false` and `0` count as absent. */
function text(value: pulumi.Input<string | number | boolean> | undefined, otherwise: string): pulumi.Input<string> {
  return value ? pulumi.output(value).apply(String) : otherwise;
}

/** The add-on's configuration: the user's own values win over what the component computes. */
function merged(
  own: object,
  env: Record<string, string>,
  initEnv: Record<string, string>,
  networkPolicy: boolean | undefined,
): object {
  const values = own as { env?: object; init?: { env?: object } };
  return {
    ...(networkPolicy === undefined ? {} : { enableNetworkPolicy: String(networkPolicy) }),
    ...values,
    env: { ...env, ...values.env },
    init: { ...values.init, env: { ...initEnv, ...values.init?.env } },
  };
}
