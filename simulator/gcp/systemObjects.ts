/**
 * What GKE runs on a Standard cluster with Dataplane V2 from its first minute: namespaces, classes, drivers, and the system's
 * pods, without containers' flags and mounts. Names, labels and requests as such clusters show them (1.31 to 1.34);
 * https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-architecture, and for classes
 * https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes#storageclasses
 */
import type { KubernetesManifest } from "../cloud/behaviour";
import { metricsServerAccount, metricsServerObjects, running } from "../controlplane/born/metricsServer";
import { object } from "../cloud/values";
import type { Properties } from "../provider";
import { definitions } from "./definitions";

const system = "kube-system";
const managed = { "addonmanager.kubernetes.io/mode": "EnsureExists" };

/** @param outputs a cluster's: its add-ons decide. */
export function systemObjects(outputs: Properties): KubernetesManifest[] {
  const addons = object(outputs, "addonsConfig");
  const ingress = object(addons, "httpLoadBalancing").disabled !== true;
  const disks = object(addons, "gcePersistentDiskCsiDriverConfig").enabled !== false;
  const files = object(addons, "gcpFilestoreCsiDriverConfig").enabled === true;
  const cache = object(addons, "dnsCacheConfig").enabled === true;
  const prometheus = object(object(outputs, "monitoringConfig"), "managedPrometheus").enabled !== false;
  const advanced = outputs.datapathProvider === "ADVANCED_DATAPATH";
  return [
    ...["gke-managed-cim", "gke-managed-system", "gke-managed-volumepopulator", "gmp-public", "gmp-system"].map(
      namespace,
    ),
    ...(ingress ? definitions : []),
    storageClass("standard", "kubernetes.io/gce-pd", "pd-standard", { volumeBindingMode: "Immediate" }),
    ...(disks ? diskClasses() : []),
    ...(files ? fileClasses() : []),
    deployment("kube-dns", { "k8s-app": "kube-dns" }, 2, "270m", "110Mi"),
    deployment("kube-dns-autoscaler", { "k8s-app": "kube-dns-autoscaler" }, 1, "20m", "10Mi"),
    deployment("konnectivity-agent", { "k8s-app": "konnectivity-agent" }, 1, "10m", "30Mi"),
    ...metricsServerObjects({ "k8s-app": metricsServerAccount }),
    running(deployment("metrics-server", { "k8s-app": metricsServerAccount }, 1, "53m", "145Mi")),
    deployment("event-exporter-gke", { "k8s-app": "event-exporter" }, 1, "10m", "50Mi"),
    ...(ingress ? [deployment("l7-default-backend", { "k8s-app": "glbc" }, 1, "10m", "20Mi")] : []),
    daemonSet(advanced ? "anetd" : "netd", { "k8s-app": advanced ? "cilium" : "netd" }, "205m", "180Mi"),
    daemonSet("fluentbit-gke", { "k8s-app": "fluentbit-gke" }, "105m", "220Mi"),
    daemonSet("gke-metadata-server", { "k8s-app": "gke-metadata-server" }, "100m", "100Mi"),
    daemonSet("gke-metrics-agent", { "k8s-app": "gke-metrics-agent" }, "13m", "130Mi"),
    daemonSet("ip-masq-agent", { "k8s-app": "ip-masq-agent" }, "10m", "16Mi"),
    ...(cache ? [daemonSet("node-local-dns", { "k8s-app": "node-local-dns" }, "30m", "30Mi")] : []),
    ...(disks ? [daemonSet("pdcsi-node", { "k8s-app": "gcp-compute-persistent-disk-csi-driver" }, "10m", "20Mi")] : []),
    ...(files ? [daemonSet("filestore-node", { "k8s-app": "gcp-filestore-csi-driver" }, "60m", "80Mi")] : []),
    ...(prometheus
      ? [daemonSet("collector", { "app.kubernetes.io/name": "collector" }, "5m", "36Mi", "gmp-system")]
      : []),
  ];
}

function namespace(name: string): KubernetesManifest {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: managed } };
}

function diskClasses(): KubernetesManifest[] {
  const driver = "pd.csi.storage.gke.io";
  return [
    csiDriver(driver, { attachRequired: true, fsGroupPolicy: "ReadWriteOnceWithFSType" }),
    storageClass("standard-rwo", driver, "pd-balanced", {
      metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    }),
    storageClass("premium-rwo", driver, "pd-ssd", {}),
  ];
}

/** https://cloud.google.com/filestore/docs/csi-driver#storage-class */
function fileClasses(): KubernetesManifest[] {
  const driver = "filestore.csi.storage.gke.io";
  const rwx = (name: string, tier: string): KubernetesManifest => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, labels: managed },
    provisioner: driver,
    parameters: { tier },
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  });
  return [
    csiDriver(driver, { attachRequired: false, fsGroupPolicy: "ReadWriteOnceWithFSType" }),
    rwx("standard-rwx", "standard"),
    rwx("premium-rwx", "premium"),
    rwx("zonal-rwx", "zonal"),
    rwx("enterprise-rwx", "enterprise"),
  ];
}

function csiDriver(name: string, spec: Properties): KubernetesManifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name, labels: managed },
    spec: { podInfoOnMount: false, volumeLifecycleModes: ["Persistent"], ...spec },
  };
}

function storageClass(
  name: string,
  provisioner: string,
  type: string,
  { metadata, ...changes }: Properties,
): KubernetesManifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, labels: managed, ...(metadata as object | undefined) },
    provisioner,
    parameters: { type },
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    ...changes,
  };
}

function podTemplate(labels: Record<string, string>, name: string, cpu: string, memory: string, priority: string) {
  return {
    metadata: { labels },
    spec: {
      priorityClassName: priority,
      tolerations: [{ operator: "Exists" }],
      containers: [{ name, image: `gke.gcr.io/${name}:gke`, resources: { requests: { cpu, memory } } }],
    },
  };
}

function deployment(
  name: string,
  labels: Record<string, string>,
  replicas: number,
  cpu: string,
  memory: string,
): KubernetesManifest {
  const template = podTemplate(labels, name, cpu, memory, "system-cluster-critical");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: system, labels: { ...labels, ...managed } },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function daemonSet(
  name: string,
  labels: Record<string, string>,
  cpu: string,
  memory: string,
  where = system,
): KubernetesManifest {
  const priority = where === system ? "system-node-critical" : "gmp-critical";
  const { metadata, spec } = podTemplate(labels, name, cpu, memory, priority);
  const ours = where === system ? spec : { ...spec, priorityClassName: undefined };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: where, labels: { ...labels, ...managed } },
    spec: { selector: { matchLabels: labels }, template: { metadata, spec: { ...ours, hostNetwork: true } } },
  };
}
