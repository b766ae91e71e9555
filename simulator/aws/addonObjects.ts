/**
 * What the EKS add-ons put on a cluster: names, labels, images and service accounts as theirs, containers without their
 * flags and mounts (nothing runs in them).
 *
 * Sources: aws/amazon-vpc-cni-k8s config/master/aws-k8s-cni.yaml; kubernetes-sigs/aws-ebs-csi-driver deploy/kubernetes,
 * kubernetes-sigs/aws-efs-csi-driver deploy/kubernetes/base;
 * aws/eks-pod-identity-agent charts; CoreDNS and kube-proxy as EKS clusters show them. The Service kube-dns is every
 * cluster's from its birth.
 */
import type { KubernetesManifest } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { count, object } from "./values";

export interface Installation {
  clusterName: string;
  region: string;
  /** The add-on's version, `v1.22.4-eksbuild.3`. */
  version: string;
  /** The add-on's configuration. */
  values: Properties;
}

const namespace = "kube-system";

/** The objects of an add-on, in the order in which they are applied. */
export function objectsOf(addonName: string, installation: Installation): KubernetesManifest[] {
  const { values } = installation;
  const image = (repository: string) =>
    `602401143452.dkr.ecr.${installation.region}.amazonaws.com/eks/${repository}:${installation.version}`;
  switch (addonName) {
    case "vpc-cni":
      return [
        serviceAccount("aws-node"),
        daemonSet("aws-node", { "k8s-app": "aws-node" }, "aws-node", [
          { name: "aws-node", image: image("amazon-k8s-cni"), cpu: "25m" },
          { name: "aws-eks-nodeagent", image: image("aws-network-policy-agent"), cpu: "25m" },
        ]),
      ];
    case "kube-proxy":
      return [
        serviceAccount("kube-proxy"),
        daemonSet("kube-proxy", { "k8s-app": "kube-proxy" }, "kube-proxy", [
          { name: "kube-proxy", image: image("kube-proxy"), cpu: "100m" },
        ]),
      ];
    case "coredns":
      return [
        serviceAccount("coredns"),
        deployment(
          "coredns",
          { "k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns" },
          "coredns",
          replicas(values),
          [{ name: "coredns", image: image("coredns"), cpu: "100m", memory: "70Mi" }],
        ),
        disruptionBudget("coredns", { "k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns" }),
      ];
    case "eks-pod-identity-agent":
      return [
        daemonSet("eks-pod-identity-agent", { "app.kubernetes.io/name": "eks-pod-identity-agent" }, "default", [
          { name: "eks-pod-identity-agent", image: image("eks-pod-identity-agent") },
        ]),
      ];
    case "aws-ebs-csi-driver":
      return ebsCsiDriver(image, values);
    case "aws-efs-csi-driver":
      return efsCsiDriver(image, values);
    default:
      throw new Error(`no objects are known for the add-on ${addonName}`);
  }
}

function ebsCsiDriver(image: (repository: string) => string, values: Properties): KubernetesManifest[] {
  const sidecars = ["csi-provisioner", "csi-attacher", "csi-snapshotter", "csi-resizer", "livenessprobe"];
  const plugin = { name: "ebs-plugin", image: image("aws-ebs-csi-driver"), cpu: "10m", memory: "40Mi" };
  const byDefault = object(values, "defaultStorageClass").enabled === true;
  return [
    serviceAccount("ebs-csi-controller-sa"),
    serviceAccount("ebs-csi-node-sa"),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: "ebs.csi.aws.com", labels: managed({ "app.kubernetes.io/name": "aws-ebs-csi-driver" }) },
      spec: {
        attachRequired: true,
        podInfoOnMount: false,
        fsGroupPolicy: "File",
        volumeLifecycleModes: ["Persistent"],
      },
    },
    deployment(
      "ebs-csi-controller",
      { app: "ebs-csi-controller" },
      "ebs-csi-controller-sa",
      count(object(values, "controller"), "replicaCount") ?? 2,
      [plugin, ...sidecars.map((name) => ({ name, image: image(name), cpu: "10m", memory: "40Mi" }))],
    ),
    disruptionBudget("ebs-csi-controller", { app: "ebs-csi-controller" }),
    daemonSet("ebs-csi-node", { app: "ebs-csi-node" }, "ebs-csi-node-sa", [
      plugin,
      { name: "node-driver-registrar", image: image("csi-node-driver-registrar"), cpu: "10m", memory: "40Mi" },
    ]),
    ...(byDefault ? [defaultStorageClass()] : []),
  ];
}

function efsCsiDriver(image: (repository: string) => string, values: Properties): KubernetesManifest[] {
  const plugin = { name: "efs-plugin", image: image("aws-efs-csi-driver") };
  const provisioner = { name: "csi-provisioner", image: image("csi-provisioner") };
  const probe = { name: "liveness-probe", image: image("livenessprobe") };
  return [
    serviceAccount("efs-csi-controller-sa"),
    serviceAccount("efs-csi-node-sa"),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: "efs.csi.aws.com", labels: managed({}) },
      spec: { attachRequired: false },
    },
    deployment(
      "efs-csi-controller",
      { app: "efs-csi-controller" },
      "efs-csi-controller-sa",
      count(object(values, "controller"), "replicaCount") ?? 2,
      [plugin, provisioner, probe],
    ),
    disruptionBudget("efs-csi-controller", { app: "efs-csi-controller" }),
    daemonSet("efs-csi-node", { app: "efs-csi-node" }, "efs-csi-node-sa", [
      plugin,
      { name: "csi-driver-registrar", image: image("csi-node-driver-registrar") },
      probe,
    ]),
  ];
}

function defaultStorageClass(): KubernetesManifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "ebs-csi-default-sc", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "ebs.csi.aws.com",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
}

/** CoreDNS' replicas: two, or the fewest that its autoscaling keeps. */
function replicas(values: Properties): number {
  const scaling = object(values, "autoScaling");
  return (scaling.enabled === true ? count(scaling, "minReplicas") : count(values, "replicaCount")) ?? 2;
}

interface Container {
  name: string;
  image: string;
  cpu?: string;
  memory?: string;
}

function daemonSet(
  name: string,
  selector: Record<string, string>,
  account: string,
  containers: Container[],
): KubernetesManifest {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels: managed(selector) },
    spec: {
      selector: { matchLabels: selector },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
      template: {
        metadata: { labels: selector },
        spec: {
          serviceAccountName: account,
          priorityClassName: "system-node-critical",
          hostNetwork: true,
          tolerations: [{ operator: "Exists" }],
          containers: containers.map(container),
        },
      },
    },
  };
}

function deployment(
  name: string,
  selector: Record<string, string>,
  account: string,
  replicaCount: number,
  containers: Container[],
): KubernetesManifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: managed(selector) },
    spec: {
      replicas: replicaCount,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: selector },
        spec: {
          serviceAccountName: account,
          priorityClassName: "system-cluster-critical",
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "topology.kubernetes.io/zone",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: selector },
            },
          ],
          containers: containers.map(container),
        },
      },
    },
  };
}

function container({ name, image, cpu, memory }: Container) {
  const requests = { ...(cpu && { cpu }), ...(memory && { memory }) };
  return { name, image, resources: { requests } };
}

function disruptionBudget(name: string, matchLabels: Record<string, string>): KubernetesManifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace, labels: managed({}) },
    spec: { maxUnavailable: 1, selector: { matchLabels } },
  };
}

function serviceAccount(name: string): KubernetesManifest {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace, labels: managed({}) } };
}

function managed(labels: Record<string, string>): Record<string, string> {
  return { ...labels, "app.kubernetes.io/managed-by": "EKS" };
}
