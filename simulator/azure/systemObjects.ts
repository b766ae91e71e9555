/**
 * What AKS puts on every cluster: its storage classes, its volume drivers, and what it runs in kube-system. Names, labels and
 * requests as on clusters of AKS; containers without their flags and mounts (nothing runs in
 * them but in metrics-server's).
 *
 * Sources: https://learn.microsoft.com/azure/aks/concepts-storage and https://github.com/Azure/AKS/issues/5316 (classes),
 * https://learn.microsoft.com/azure/aks/core-aks-concepts (pods), kubernetes-sigs/azuredisk-csi-driver and
 * azurefile-csi-driver, deploy/ (CSIDriver objects).
 */
import type { KubernetesManifest } from "../cloud/behaviour";
import { metricsServerAccount, metricsServerObjects, running } from "../controlplane/born/metricsServer";
import { object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";

const namespace = "kube-system";

/** What was there is left alone afterwards: what users change in a class stays. */
const clusterService = { "kubernetes.io/cluster-service": "true", "addonmanager.kubernetes.io/mode": "EnsureExists" };

/** @param cluster its outputs. */
export function systemObjects(cluster: Properties): KubernetesManifest[] {
  const isCilium = text(object(cluster, "networkProfile"), "networkDataplane") === "cilium";
  const hasIdentities = object(object(cluster, "securityProfile"), "workloadIdentity").enabled === true;
  return [
    ...storageClasses(cluster),
    ...volumeDrivers(),
    ...(isCilium
      ? [
          daemonSet("cilium", "k8s-app", "500m", "300Mi"),
          deployment("cilium-operator", "io.cilium/app", 2, "10m", "64Mi"),
        ]
      : [daemonSet("kube-proxy", "component", "100m")]),
    daemonSet("azure-cns", "k8s-app", "40m", "250Mi"),
    daemonSet("cloud-node-manager", "k8s-app", "50m", "50Mi"),
    daemonSet("csi-azuredisk-node", "app", "30m", "60Mi"),
    daemonSet("csi-azurefile-node", "app", "30m", "60Mi"),
    deployment("coredns", "k8s-app", 2, "100m", "70Mi", "kube-dns"),
    deployment("coredns-autoscaler", "k8s-app", 1, "20m", "10Mi"),
    deployment("konnectivity-agent", "app", 2, "20m", "20Mi"),
    ...metricsServerObjects({ "k8s-app": metricsServerAccount }),
    running(deployment("metrics-server", "k8s-app", 2, "150m", "100Mi")),
    ...(hasIdentities
      ? [deployment("azure-wi-webhook-controller-manager", "azure-workload-identity.io/system", 2, "100m", "20Mi")]
      : []),
    disruptionBudget("coredns-pdb", { "k8s-app": "kube-dns" }),
    disruptionBudget("konnectivity-agent", { app: "konnectivity-agent" }),
    disruptionBudget("metrics-server-pdb", { "k8s-app": "metrics-server" }),
  ];
}

/** Disks of a cluster in several zones are in all of them, from 1.29 on. */
function storageClasses(cluster: Properties): KubernetesManifest[] {
  const zones = objects(cluster, "agentPoolProfiles").flatMap((pool) => texts(pool, "availabilityZones"));
  const redundancy = new Set(zones).size > 1 ? "ZRS" : "LRS";
  const disk = (name: string, sku: string, isDefault = false) =>
    storageClass(name, "disk.csi.azure.com", { skuname: sku }, "WaitForFirstConsumer", isDefault);
  const file = (name: string, sku: string) =>
    storageClass(name, "file.csi.azure.com", { skuName: sku }, "Immediate", false, [
      ...["mfsymlinks", "actimeo=30", "nosharesock"],
    ]);
  return [
    disk("default", `StandardSSD_${redundancy}`, true),
    disk("managed", `StandardSSD_${redundancy}`),
    disk("managed-csi", `StandardSSD_${redundancy}`),
    disk("managed-csi-premium", `Premium_${redundancy}`),
    disk("managed-premium", `Premium_${redundancy}`),
    file("azurefile", "Standard_LRS"),
    file("azurefile-csi", "Standard_LRS"),
    file("azurefile-csi-premium", "Premium_LRS"),
    file("azurefile-premium", "Premium_LRS"),
  ];
}

function storageClass(
  name: string,
  provisioner: string,
  parameters: Record<string, string>,
  volumeBindingMode: string,
  isDefault: boolean,
  mountOptions?: string[],
): KubernetesManifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      labels: clusterService,
      ...(isDefault && { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }),
    },
    provisioner,
    parameters,
    reclaimPolicy: "Delete",
    volumeBindingMode,
    allowVolumeExpansion: true,
    ...(mountOptions && { mountOptions }),
  };
}

function volumeDrivers(): KubernetesManifest[] {
  const driver = (name: string, spec: Properties): KubernetesManifest => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name },
    spec,
  });
  return [
    driver("disk.csi.azure.com", { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: "File" }),
    driver("file.csi.azure.com", {
      attachRequired: false,
      podInfoOnMount: true,
      volumeLifecycleModes: ["Persistent", "Ephemeral"],
      fsGroupPolicy: "ReadWriteOnceWithFSType",
    }),
  ];
}

function deployment(
  name: string,
  label: string,
  replicas: number,
  cpu: string,
  memory: string,
  value = name,
): KubernetesManifest {
  const labels = { [label]: value };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: "system-cluster-critical",
          // System pools first, any other where those have no room.
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: 100,
                  preference: {
                    matchExpressions: [{ key: "kubernetes.azure.com/mode", operator: "In", values: ["system"] }],
                  },
                },
              ],
            },
          },
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          containers: [container(name, cpu, memory)],
        },
      },
    },
  };
}

function daemonSet(name: string, label: string, cpu: string, memory?: string): KubernetesManifest {
  const labels = { [label]: name };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: "system-node-critical",
          hostNetwork: true,
          tolerations: [{ operator: "Exists" }],
          containers: [container(name, cpu, memory)],
        },
      },
    },
  };
}

function container(name: string, cpu: string, memory?: string): Properties {
  const requests = { cpu, ...(memory && { memory }) };
  return { name, image: `mcr.microsoft.com/oss/kubernetes/${name}:aks`, resources: { requests } };
}

function disruptionBudget(name: string, matchLabels: Record<string, string>): KubernetesManifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace },
    spec: { minAvailable: 1, selector: { matchLabels } },
  };
}
