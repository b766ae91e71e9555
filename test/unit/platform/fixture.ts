/** A cluster of no particular cloud, and configurations to install the platform with. */
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster, StorageClassTrait, Traits } from "../../../components/cluster";
import type { PlatformConfig, Receiver } from "../../../components/config/types";
import { type StackOutputs, stackOutputs } from "../../../components/outputs";
import { Platform } from "../../../components/platform";
import { record, type Recording } from "../clouds/record";
import { devDefaults, prodDefaults } from "../configuration";

/** Texts that must be in no plain input of any resource. */
export const secrets = {
  slack: "https://hooks.slack.com/services/T0/B0/secret-of-slack",
  email: "secret-of-email",
  sso: "secret-of-sso",
  git: "secret-of-git",
  webhook: "secret-of-webhook",
  generated: "secret-that-was-generated",
};

export const receivers: Receiver[] = [
  { name: "everyone", teams: [], slack: { channel: "#platform", webhookUrl: pulumi.secret(secrets.slack) } },
  {
    name: "developers",
    teams: ["dev"],
    email: {
      to: "dev@example.com",
      from: "platform@example.com",
      smarthost: "smtp.example.com:587",
      username: "platform",
      password: pulumi.secret(secrets.email),
    },
  },
  { name: "infra", teams: ["infra"], webhook: { url: "http://pager.example.com:8080/alerts" } },
];

export function devConfig(changes: Partial<PlatformConfig> = {}): PlatformConfig {
  return { ...devDefaults, backup: { ...devDefaults.backup, enabled: false }, tags: {}, ...changes };
}

/** Everything that a stack can ask for. */
export function prodConfig(changes: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    ...prodDefaults,
    access: {
      ...prodDefaults.access,
      adminGroups: ["admins@example.com"],
      developerGroups: ["developers@example.com"],
      operationsGroups: ["operations@example.com"],
    },
    domain: "example.com",
    tls: { enabled: true, email: "ops@example.com" },
    gitops: {
      ...prodDefaults.gitops,
      credentials: { username: "git", password: pulumi.secret(secrets.git) },
      webhookSecret: pulumi.secret(secrets.webhook),
    },
    monitoring: { ...prodDefaults.monitoring, receivers },
    argocd: {
      ha: true,
      shards: 2,
      sso: { issuer: "https://login.example.com", clientId: "argocd", clientSecret: pulumi.secret(secrets.sso) },
    },
    tags: {},
    ...changes,
  };
}

function storageClass(name: string, changes: Partial<StorageClassTrait> = {}): StorageClassTrait {
  return {
    name,
    provisioner: "disk.csi.example.com",
    parameters: { encrypted: "true" },
    default: false,
    adopted: false,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    accessModes: ["ReadWriteOnce"],
    ...changes,
  };
}

/** Behind an L4 load balancer; neither backups nor DNS. */
export const plainTraits: Traits = {
  storageClasses: [
    storageClass("standard", { default: true }),
    storageClass("premium"),
    storageClass("well-known", { adopted: true, provisioner: "example.com/in-tree", allowVolumeExpansion: false }),
  ],
  ingress: {
    service: { type: "LoadBalancer", annotations: { "example.com/scheme": "public" } },
    tlsAt: "ingress",
    trustedIPs: [],
    attachments: [],
    existing: false,
    kind: "Example Load Balancer",
  },
  monitoring: {
    etcd: false,
    scheduler: false,
    controllerManager: false,
    kubeProxy: false,
    coreDns: true,
    kubeDns: false,
  },
  identities: {},
  metricsServer: true,
};

/** Behind an L7 load balancer of the cloud's, with everything that a cloud can bring. */
export const fullTraits: Traits = {
  ...plainTraits,
  ingress: {
    service: { type: "ClusterIP", annotations: {} },
    tlsAt: "load-balancer",
    address: { kind: "hostname", value: pulumi.output("lb-1.example.net") },
    trustedIPs: ["10.0.0.0/20", "10.0.16.0/20"],
    attachments: [
      {
        name: "traefik",
        apiVersion: "elbv2.k8s.aws/v1beta1",
        kind: "TargetGroupBinding",
        spec: { serviceRef: { name: "traefik", port: 80 } },
      },
    ],
    existing: false,
    kind: "Application Load Balancer",
  },
  backup: {
    provider: "aws",
    bucket: pulumi.output("backups-1"),
    location: pulumi.output("s3://backups-1"),
    config: { region: "eu-west-1" },
    snapshotConfig: { region: "eu-west-1" },
    plugin: { name: "velero-plugin-for-aws", image: "velero/velero-plugin-for-aws:v1.14.3" },
  },
  dns: {
    provider: "aws",
    zoneId: pulumi.output("Z1"),
    acmeSolver: { dns01: { route53: { region: "eu-west-1" } } },
  },
  identities: {
    velero: identity("velero"),
    "external-dns": identity("external-dns"),
    "cert-manager": identity("cert-manager"),
  },
};

function identity(controller: string): NonNullable<Traits["identities"]["velero"]> {
  return {
    namespace: controller,
    serviceAccount: `${controller}-account`,
    annotations: { "example.com/identity": `${controller}@example.com` },
    podLabels: { "example.com/use-identity": "true" },
  };
}

/** K3s: its own Traefik, and a class of its own that stays the default. */
export const localTraits: Traits = {
  ...plainTraits,
  storageClasses: [
    storageClass("local-path", { adopted: true, default: true, provisioner: "rancher.io/local-path" }),
    storageClass("standard", { provisioner: "rancher.io/local-path" }),
  ],
  ingress: {
    ...plainTraits.ingress,
    existing: true,
    existingService: { namespace: "kube-system", name: "traefik", className: "traefik" },
    address: { kind: "ip", value: pulumi.output("192.168.1.10") },
  },
};

/** Stand-ins of what a cloud makes: what the platform waits for can be told apart by their names. */
export const nodes = "stand-in-nodes";
export const loadBalancerController = "stand-in-load-balancer-controller";

/** Installs the platform and keeps what was registered. */
export async function install(
  config: PlatformConfig,
  traits: Traits,
): Promise<{ result: { outputs: StackOutputs }; recording: Recording }> {
  return record(
    () => {
      const cluster: Cluster = {
        provider: new Provider("kubernetes", { kubeconfig: "{}" }),
        kubeconfig: pulumi.secret("a kubeconfig"),
        name: pulumi.output("platform-test"),
        id: pulumi.output("arn:example:platform-test"),
        traits,
        ready: [new ConfigMap(nodes)],
        ingressReady: [new ConfigMap(loadBalancerController)],
      };
      const platform = new Platform("platform-test", config, cluster);
      return { outputs: stackOutputs(config, cluster, platform) };
    },
    (type, name) => {
      if (type === "random:index/randomPassword:RandomPassword") {
        return { result: `${secrets.generated}-${name}` };
      }
      return name === "load-balancer" ? { status: { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } } } : {};
    },
    () => ({}),
  );
}
