/**
 * What a cluster's own metrics-server consists of beside its Deployment: its account and rights, its Service, and the API
 * that it serves. https://github.com/kubernetes-sigs/metrics-server/tree/v0.8.1/manifests/base
 */
import type { KubernetesManifest } from "../../cloud/behaviour";

const namespace = "kube-system";
const name = "metrics-server";
const rbac = "rbac.authorization.k8s.io";

/** Its pods' account. */
export const metricsServerAccount = name;

/** The port that it listens on in its pods. */
export const metricsServerPort = 10_250;

/** As the project's own manifests have them; managed clusters add some that change nothing here. */
export const metricsServerArguments = [
  "--cert-dir=/tmp",
  `--secure-port=${metricsServerPort}`,
  "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
  "--kubelet-use-node-status-port",
  "--metric-resolution=15s",
];

/** @param labels of its pods. */
export function metricsServerObjects(labels: Record<string, string>): KubernetesManifest[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace, labels } },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: {
        name: "system:aggregated-metrics-reader",
        labels: Object.fromEntries(["admin", "edit", "view"].map((role) => [`${rbac}/aggregate-to-${role}`, "true"])),
      },
      rules: [readerRule],
    },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: `system:${name}` }, rules: serverRules },
    binding("ClusterRoleBinding", `system:${name}`, "ClusterRole", `system:${name}`),
    binding("ClusterRoleBinding", `${name}:system:auth-delegator`, "ClusterRole", "system:auth-delegator"),
    binding("RoleBinding", `${name}-auth-reader`, "Role", "extension-apiserver-authentication-reader"),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: {
        selector: labels,
        ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: metricsServerPort }],
      },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io", labels },
      spec: metricsApi({ name, namespace }),
    },
  ];
}

/** A cloud's own Deployment of metrics-server, with what its program depends on: account, flags, port. */
export function running(deployment: KubernetesManifest): KubernetesManifest {
  const spec = deployment.spec as { template: { spec: { containers: object[] } } };
  const containers = spec.template.spec.containers.map((container) => ({
    ...container,
    args: metricsServerArguments,
    ports: [{ name: "https", containerPort: metricsServerPort, protocol: "TCP" }],
  }));
  const template = {
    ...spec.template,
    spec: { ...spec.template.spec, serviceAccountName: metricsServerAccount, containers },
  };
  return { ...deployment, spec: { ...spec, template } };
}

/** The API of CPU and memory, served by a Service: `spec` of an APIService. */
export function metricsApi(service: { name: string; namespace: string }): Record<string, unknown> {
  return {
    group: "metrics.k8s.io",
    version: "v1beta1",
    groupPriorityMinimum: 100,
    versionPriority: 100,
    insecureSkipTLSVerify: true,
    service: { ...service, port: 443 },
  };
}

/** What metrics-server reads; and what it lets others read. */
export const serverRules = [
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  { apiGroups: [""], resources: ["pods", "nodes", "namespaces", "configmaps"], verbs: ["get", "list", "watch"] },
];
export const readerRule = {
  apiGroups: ["metrics.k8s.io"],
  resources: ["pods", "nodes"],
  verbs: ["get", "list", "watch"],
};

function binding(kind: string, bindingName: string, roleKind: string, role: string): KubernetesManifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind,
    metadata: { name: bindingName, ...(kind === "RoleBinding" && { namespace }) },
    roleRef: { apiGroup: rbac, kind: roleKind, name: role },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
}
