/** The platform's cluster on AWS. */
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { getZoneOutput } from "@pulumi/aws/route53";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster, Controller, IdentityTrait, Traits } from "../cluster";
import type { PlatformConfig } from "../config/types";
import { instanceType } from "../instances";
import { checkCreator, grantAccess } from "./aws/access";
import { coreDns, ebsCsiDriver, podIdentityAgent } from "./aws/addons";
import type { BackupBucket } from "./aws/backup";
import { createBackups } from "./aws/backupcopy";
import { PlatformCertificate } from "./aws/certificate";
import { Controllers, serviceAccounts } from "./aws/controllers";
import { createControlPlane, logRetention } from "./aws/controlplane";
import { Firewall } from "./aws/firewall";
import { FlowLogs } from "./aws/flowlogs";
import { type Account, currentAccount, type Statement } from "./aws/iam";
import { Keys } from "./aws/keys";
import { liveCluster, type LiveCluster } from "./aws/live";
import { IngressLoadBalancer } from "./aws/loadbalancer";
import { loadBalancerController } from "./aws/loadbalancerpermissions";
import { checkClusterName } from "./aws/names";
import { existingNetwork, type Network, VpcNetwork } from "./aws/network";
import { Nodes } from "./aws/nodes";
import { certManager, clusterAutoscaler, externalDns, velero } from "./aws/permissions";
import { PodIdentity } from "./aws/podidentity";
import { SharedFiles, subnetOfEachZone } from "./aws/sharedfiles";
import { dns, identity, monitoring, storageClasses } from "./aws/traits";

/**
 * Creates the cluster and everything of AWS around it.
 *
 * @throws where the name is too long or has characters that AWS does not take, where the account cannot be looked at, or
 *   where the identity that is to create the cluster is named in `access`
 */
export async function createEksCluster(
  name: string,
  config: PlatformConfig,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Cluster> {
  checkClusterName(name);
  const provider = new AwsProvider(
    `${name}-aws`,
    { region: config.region, defaultTags: { tags: config.tags } },
    { parent: opts?.parent },
  );
  const [live, caller, doors] = await Promise.all([
    liveCluster(name, provider),
    getCallerIdentity({}, { provider }),
    config.storage.shared ? subnetOfEachZone(config.network, provider) : undefined,
  ]);
  if (!live.exists) checkCreator(config.access, caller.arn);
  return new EksCluster(name, config, provider, { live, doors }, opts).result;
}

class EksCluster extends pulumi.ComponentResource {
  readonly result: Cluster;
  private readonly account: Account;

  constructor(
    private readonly prefix: string,
    private readonly config: PlatformConfig,
    aws: AwsProvider,
    // `doors`: subnets of an existing network that shared files are reached in.
    { live, doors }: { live: LiveCluster; doors?: string[] },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:Cluster", prefix, {}, { ...opts, providers: [aws] });
    this.account = currentAccount(config.region, this);
    const zoneId = config.domain
      ? getZoneOutput({ name: config.domain, privateZone: false }, { parent: this }).zoneId
      : undefined;
    const keys = new Keys(prefix, { account: this.account, protect: config.protect }, { parent: this });
    const network = this.network(keys);
    const backup = config.backup.enabled ? createBackups(prefix, config, this) : undefined;

    const { cluster, kubeconfig } = createControlPlane(
      prefix,
      { config, network, secretsKeyArn: keys.secrets.arn, logsKeyArn: keys.logs.arn, aws },
      this,
    );
    const clusterName = cluster.name;
    const kubernetes = new KubernetesProvider(
      `${prefix}-kubernetes`,
      { kubeconfig, clusterIdentifier: cluster.arn, enableServerSideApply: true },
      { parent: this },
    );
    grantAccess(prefix, config.access, clusterName, this.account, this);
    const identities = this.identities(clusterName, zoneId, backup?.bucket);

    const addons = { config, clusterName };
    const agent = podIdentityAgent(prefix, { ...addons, dependsOn: [] }, this);
    const nodes = new Nodes(
      prefix,
      {
        config,
        account: this.account,
        clusterName,
        network,
        instanceType: instanceOf(config),
        live: live.groups,
        dependsOn: [agent, identities.network],
      },
      { parent: this },
    );
    const clusterDns = coreDns(prefix, { ...addons, dependsOn: nodes.groups }, this);
    const volumes = ebsCsiDriver(prefix, { ...addons, dependsOn: [...nodes.groups, identities.volumes] }, this);
    const controllers = new Controllers(
      prefix,
      {
        config,
        clusterName,
        vpcId: network.vpcId,
        kubernetes,
        dependsOn: [...nodes.groups, clusterDns],
        identities,
      },
      { parent: this },
    );

    const { clusterSecurityGroupId } = cluster.vpcConfig;
    const shared = config.storage.shared
      ? new SharedFiles(
          prefix,
          { ...addons, account: this.account, network, doors, clusterSecurityGroupId, nodes: nodes.groups },
          { parent: this },
        )
      : undefined;
    const balancer = this.loadBalancer(network, clusterSecurityGroupId, zoneId, keys);
    const traits: Traits = {
      storageClasses: [...storageClasses(), ...(shared ? [shared.storageClass()] : [])],
      ingress: {
        service: { type: "ClusterIP", annotations: {} },
        tlsAt: "load-balancer",
        address: { kind: "hostname", value: balancer.dnsName },
        // Only the load balancer lives in the public subnets: a pod cannot pretend to be it.
        trustedIPs: network.publicSubnets.map((subnet) => subnet.cidr),
        attachments: [balancer.binding()],
        existing: false,
        kind: "Application Load Balancer",
      },
      monitoring,
      backup: backup?.bucket.trait(backup.copy),
      dns: zoneId === undefined ? undefined : dns(config, zoneId),
      identities: identities.traits,
      metricsServer: true,
    };
    this.result = {
      provider: kubernetes,
      kubeconfig,
      name: clusterName,
      id: cluster.arn,
      // https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html
      issuer: cluster.identities.apply(
        (identities) => identities?.[0]?.oidcs?.[0]?.issuer ?? pulumi.unknown,
      ) as pulumi.Output<string>,
      traits,
      // The associations are there long before the nodes; naming them keeps them until the pods are gone.
      ready: [...nodes.groups, clusterDns, volumes, ...(shared?.ready ?? []), ...identities.ofPlatform],
      ingressReady: [controllers.loadBalancer],
    };
    this.registerOutputs();
  }

  private network(keys: Keys): Network {
    const { config, prefix } = this;
    if (config.network.existing) {
      return existingNetwork(config.network.existing, this);
    }
    const { cidr, nat } = config.network;
    const { region, protect } = config;
    const network = new VpcNetwork(
      prefix,
      { clusterName: prefix, region, cidr, zones: config.nodes.zones, nat, protect },
      { parent: this },
    );
    new FlowLogs(
      prefix,
      { vpcId: network.vpcId, encryptionKeyArn: keys.logs.arn, retentionInDays: logRetention(config) },
      { parent: this },
    );
    return network;
  }

  /** Credentials of every controller that calls AWS; the platform's own ones by what is turned on. */
  private identities(
    clusterName: pulumi.Output<string>,
    zoneId: pulumi.Output<string> | undefined,
    backup: BackupBucket | undefined,
  ) {
    const associate = (controller: string, namespace: string, serviceAccount: string, policy: Statement[] | string) =>
      new PodIdentity(
        this.prefix,
        controller,
        { account: this.account, clusterName, namespace, serviceAccount, policy },
        { parent: this },
      ).association;
    const traits: Partial<Record<Controller, IdentityTrait>> = {};
    const platform = (controller: Controller, policy: Statement[]) => {
      traits[controller] = identity(controller, controller);
      return associate(controller, controller, controller, policy);
    };
    return {
      network: associate("vpc-cni", "kube-system", "aws-node", "AmazonEKS_CNI_Policy"),
      volumes: associate("ebs-csi", "kube-system", "ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
      loadBalancer: associate(
        serviceAccounts.loadBalancer,
        "kube-system",
        serviceAccounts.loadBalancer,
        loadBalancerController(this.account),
      ),
      autoscaler: associate(
        serviceAccounts.autoscaler,
        "kube-system",
        serviceAccounts.autoscaler,
        clusterAutoscaler(this.prefix),
      ),
      ofPlatform: [
        ...(backup ? [platform("velero", velero(backup.arn))] : []),
        ...(zoneId ? [platform("external-dns", externalDns(this.account, zoneId))] : []),
        ...(zoneId ? [platform("cert-manager", certManager(this.account, zoneId))] : []),
      ],
      traits,
    };
  }

  private loadBalancer(
    network: Network,
    clusterSecurityGroupId: pulumi.Output<string>,
    zoneId: pulumi.Output<string> | undefined,
    keys: Keys,
  ): IngressLoadBalancer {
    const { config, prefix } = this;
    const balancer = new IngressLoadBalancer(
      prefix,
      { network, clusterSecurityGroupId, certificateArn: this.certificate(zoneId), protect: config.protect },
      { parent: this },
    );
    new Firewall(
      prefix,
      { protects: balancer.arn, encryptionKeyArn: keys.logs.arn, retentionInDays: logRetention(config) },
      { parent: this },
    );
    return balancer;
  }

  private certificate(zoneId: pulumi.Output<string> | undefined): pulumi.Input<string> | undefined {
    const { domain, tls } = this.config;
    if (!tls.enabled) {
      return undefined;
    }
    if (tls.certificate !== undefined) {
      return tls.certificate;
    }
    return domain !== undefined && zoneId !== undefined
      ? new PlatformCertificate(this.prefix, { domain, zoneId }, { parent: this }).arn
      : undefined;
  }
}

function instanceOf({ nodes, region }: PlatformConfig): string {
  return nodes.instanceType ?? instanceType("aws", nodes.vcpu, nodes.memoryGiB, region);
}
