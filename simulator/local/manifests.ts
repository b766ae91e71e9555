/** Whole objects of what a distribution installs on its own cluster: nothing runs in their pods, so they are short. */
import type { KubernetesManifest } from "../cloud/behaviour";

export interface Workload {
  name: string;
  namespace: string;
  image: string;
  labels: Record<string, string>;
  serviceAccount: string;
  args?: string[];
  requests?: { cpu?: string; memory?: string };
  ports?: { name: string; containerPort: number; protocol?: "TCP" | "UDP" }[];
}

export function deployment(workload: Workload, replicas: number): KubernetesManifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: workload.name, namespace: workload.namespace, labels: workload.labels },
    spec: { replicas, selector: { matchLabels: workload.labels }, template: template(workload) },
  };
}

export function daemonSet(workload: Workload): KubernetesManifest {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: workload.name, namespace: workload.namespace, labels: workload.labels },
    spec: { selector: { matchLabels: workload.labels }, template: template(workload) },
  };
}

function template({ name, image, labels, serviceAccount, args, requests, ports }: Workload) {
  return {
    metadata: { labels },
    spec: {
      serviceAccountName: serviceAccount,
      priorityClassName: "system-cluster-critical",
      tolerations: [{ operator: "Exists" }],
      containers: [{ name, image, args, ports, resources: { requests } }],
    },
  };
}

export function serviceAccount(namespace: string, name: string): KubernetesManifest {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}

export function coreDns(image: string, replicas: number): KubernetesManifest[] {
  const namespace = "kube-system";
  const labels = { "k8s-app": "kube-dns" };
  const ports = [
    { name: "dns", containerPort: 53, protocol: "UDP" as const },
    { name: "dns-tcp", containerPort: 53 },
    { name: "metrics", containerPort: 9153 },
  ];
  const requests = { cpu: "100m", memory: "70Mi" };
  return [
    serviceAccount(namespace, "coredns"),
    deployment({ name: "coredns", namespace, image, labels, serviceAccount: "coredns", requests, ports }, replicas),
  ];
}
