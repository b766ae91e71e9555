/**
 * A new kind cluster of one node: volumes and DNS, and neither an ingress controller, nor addresses for Services of type
 * LoadBalancer, nor metrics. minikube without its add-ons is the same to the platform.
 *
 * Sources: pkg/build/nodeimage/const_storage.go, pkg/apis/config/defaults of github.com/kubernetes-sigs/kind v0.29,
 * whose nodes run Kubernetes 1.33.1.
 */
import type { KubernetesManifest, NodeRequest } from "../cloud/behaviour";
import type { Distribution } from "./index";
import { coreDns, daemonSet, deployment, serviceAccount } from "./manifests";

const namespace = "kube-system";
const storageNamespace = "local-path-storage";

export const kind: Distribution = {
  version: "1.33",
  serviceCidr: "10.96.0.0/16",
  volumes: { folder: "/var/local-path-provisioner" },
  serviceLb: false,
  node: (context) => node(context.replace(/^kind-/, "")),
  objects: () => [
    ...coreDns("registry.k8s.io/coredns/coredns:v1.12.0", 2),
    ...network("kindnet", "docker.io/kindest/kindnetd:v20250512-df8de77b"),
    ...network("kube-proxy", "registry.k8s.io/kube-proxy:v1.33.1"),
    ...storage(),
  ],
};

function node(cluster: string): NodeRequest {
  const name = `${cluster}-control-plane`;
  return {
    name,
    zone: "",
    instanceType: "",
    vcpu: 4,
    memoryGiB: 16,
    maxPods: 110,
    // kind takes the control plane's taint off where it is the only node.
    labels: { "node-role.kubernetes.io/control-plane": "" },
    taints: [],
    providerId: `kind://docker/${cluster}/${name}`,
    internalIP: "172.18.0.2",
  };
}

function network(name: string, image: string): KubernetesManifest[] {
  return [
    serviceAccount(namespace, name),
    daemonSet({ name, namespace, image, labels: { "k8s-app": name }, serviceAccount: name }),
  ];
}

function storage(): KubernetesManifest[] {
  const account = "local-path-provisioner-service-account";
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: storageNamespace } },
    serviceAccount(storageNamespace, account),
    deployment(
      {
        name: "local-path-provisioner",
        namespace: storageNamespace,
        image: "docker.io/kindest/local-path-provisioner:v20250214-acbabc1a",
        labels: { app: "local-path-provisioner" },
        serviceAccount: account,
      },
      1,
    ),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "rancher.io/local-path",
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
    },
  ];
}
