/** What tests put on a control plane: the cluster itself, its nodes, and objects for the API server. */
import { stringify } from "yaml";
import { tenantId } from "../../simulator/azure/account";
import type { ClusterRequest, KubernetesManifest, NodeRequest } from "../../simulator/cloud/behaviour";

export const cluster: ClusterRequest = {
  id: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
  name: "prod",
  cloud: "aws",
  region: "eu-west-1",
  version: "1.35",
  endpointHost: "0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
  serviceCidr: "172.20.0.0/16",
};

export function node(zone: string): NodeRequest {
  return {
    name: `ip-10-0-${zone.charCodeAt(0)}-5.eu-west-1.compute.internal`,
    zone: `eu-west-1${zone}`,
    instanceType: "m6i.large",
    vcpu: 2,
    memoryGiB: 8,
    maxPods: 29,
    labels: { "eks.amazonaws.com/nodegroup": "general" },
    taints: [],
    providerId: `aws:///eu-west-1${zone}/i-0123456789abcdef${zone}`,
    internalIP: `10.0.${zone.charCodeAt(0)}.5`,
  };
}

/** As a user of the cloud has it. */
export function userKubeconfig({ name, cloud, endpointHost }: ClusterRequest, certificateAuthority: string): string {
  const ofAws = ["eks", "get-token", "--cluster-name", name, "--region", "eu-west-1", "--output", "json"];
  const aksServer = "6dae42f8-4368-4678-94ff-3960e28e3630";
  const [command, args] = {
    aws: ["aws", ofAws],
    gcp: ["gke-gcloud-auth-plugin", ["--use_application_default_credentials"]],
    azure: ["kubelogin", ["get-token", "--login", "azurecli", "--server-id", aksServer, "--tenant-id", tenantId]],
    local: [],
  }[cloud];
  const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command, args, interactiveMode: "Never" };
  const server = `https://${endpointHost}`;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": certificateAuthority } }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

export const csiDriver: KubernetesManifest = {
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIDriver",
  metadata: { name: "ebs.csi.aws.com" },
  spec: { attachRequired: true },
};

export function claim(name: string, storageClassName: string, storage = "5Gi"): KubernetesManifest {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage } } },
  };
}

export function deployment(name: string, replicas: number, pod: Record<string, unknown>): KubernetesManifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image: "app:1" }], ...pod },
      },
    },
  };
}
