import type { KubernetesManifest } from "../../cloud/behaviour";

/** The tenth address of the service range is the cluster's DNS, as on EKS, AKS, K3s and kind. Its pods come with CoreDNS. */
export function dnsService(serviceCidr: string): KubernetesManifest {
  const [network = ""] = serviceCidr.split("/");
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: { "k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS", "kubernetes.io/cluster-service": "true" },
      annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
    },
    spec: {
      clusterIP: network.replace(/\d+$/, (last) => String(Number(last) + 10)),
      selector: { "k8s-app": "kube-dns" },
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
        { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
      ],
    },
  };
}
