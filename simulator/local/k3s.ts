/**
 * A new K3s cluster of one node, as Rancher Desktop makes it: Traefik behind ServiceLB, local-path volumes, CoreDNS,
 * metrics-server.
 *
 * Sources: manifests/{coredns,local-storage,traefik,metrics-server}, pkg/cloudprovider of github.com/k3s-io/k3s; image
 * versions of K3s v1.35.5, whose Traefik comes from the chart 39.0.7. Its Helm controller and Traefik's CRDs are left out:
 * the platform asks neither for anything.
 */
import type { KubernetesManifest, NodeRequest } from "../cloud/behaviour";
import {
  metricsServerAccount,
  metricsServerArguments,
  metricsServerObjects,
  metricsServerPort,
} from "../controlplane/born/metricsServer";
import type { Distribution } from "./index";
import { coreDns, deployment, serviceAccount } from "./manifests";

const namespace = "kube-system";

/** Of Lima's user-mode network, where Rancher Desktop's machine always has this one. */
const address = "192.168.5.15";

export const k3s: Distribution = {
  version: "1.35",
  serviceCidr: "10.43.0.0/16",
  volumes: { folder: "/var/lib/rancher/k3s/storage" },
  serviceLb: true,
  node: (context) => node(`lima-${context}`),
  objects: () => [
    ...coreDns("rancher/mirrored-coredns-coredns:1.14.2", 1),
    ...localPath(),
    ...metricsServer(),
    ...traefik(),
    serviceAccount(namespace, "svclb"),
  ],
};

/** 16 GiB: Rancher Desktop's own default, 6 GiB, is too small for monitoring, Argo CD and applications together. */
function node(name: string): NodeRequest {
  return {
    name,
    zone: "",
    instanceType: "k3s",
    vcpu: 4,
    memoryGiB: 16,
    maxPods: 110,
    labels: { "node-role.kubernetes.io/control-plane": "true" },
    taints: [],
    providerId: `k3s://${name}`,
    internalIP: address,
  };
}

function localPath(): KubernetesManifest[] {
  const account = "local-path-provisioner-service-account";
  return [
    serviceAccount(namespace, account),
    deployment(
      {
        name: "local-path-provisioner",
        namespace,
        image: "rancher/local-path-provisioner:v0.0.35",
        labels: { app: "local-path-provisioner" },
        serviceAccount: account,
      },
      1,
    ),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: "local-path",
        annotations: { defaultVolumeType: "local", "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "rancher.io/local-path",
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
    },
  ];
}

function metricsServer(): KubernetesManifest[] {
  const labels = { "k8s-app": metricsServerAccount };
  return [
    ...metricsServerObjects(labels),
    deployment(
      {
        name: metricsServerAccount,
        namespace,
        image: "rancher/mirrored-metrics-server:v0.8.1",
        labels,
        serviceAccount: metricsServerAccount,
        args: metricsServerArguments,
        ports: [{ name: "https", containerPort: metricsServerPort, protocol: "TCP" }],
        requests: { cpu: "100m", memory: "70Mi" },
      },
      1,
    ),
  ];
}

function traefik(): KubernetesManifest[] {
  const own = { "app.kubernetes.io/name": "traefik", "app.kubernetes.io/instance": "traefik-kube-system" };
  const labels = { ...own, "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "traefik-39.0.701_up39.0.7" };
  const annotations = { "meta.helm.sh/release-name": "traefik", "meta.helm.sh/release-namespace": namespace };
  const port = (name: string, number: number) => ({ name, port: number, targetPort: name, protocol: "TCP" });
  return [
    serviceAccount(namespace, "traefik"),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: {
        name: "traefik",
        labels,
        annotations: { ...annotations, "ingressclass.kubernetes.io/is-default-class": "true" },
      },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    deployment(
      {
        name: "traefik",
        namespace,
        image: "rancher/mirrored-library-traefik:3.6.13",
        labels: own,
        serviceAccount: "traefik",
        args: [
          "--entryPoints.web.address=:8000/tcp",
          "--entryPoints.websecure.address=:8443/tcp",
          "--providers.kubernetescrd",
          "--providers.kubernetesingress",
          "--providers.kubernetesingress.ingressendpoint.publishedservice=kube-system/traefik",
        ],
        ports: [
          { name: "web", containerPort: 8000 },
          { name: "websecure", containerPort: 8443 },
        ],
      },
      1,
    ),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "traefik", namespace, labels, annotations },
      spec: {
        type: "LoadBalancer",
        selector: own,
        ports: [port("web", 80), port("websecure", 443)],
      },
    },
  ];
}
