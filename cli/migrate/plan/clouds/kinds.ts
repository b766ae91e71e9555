/** Kinds that a cloud's own controllers define: what becomes of objects of them. */
import { groupOf, valueAt, type Manifest } from "../../../validate/model";

export interface CloudKind {
  group: RegExp;
  /** All of the group unless set. */
  kinds?: RegExp;
  /**
   * `born`: the cloud's own agents make it, one for each node, pod or policy, and nobody has to hear of it; `left`: the
   * platform has what stands for it, so it stays behind; `manual`: what it does has to be done in another way on the
   * target, and a person decides how.
   */
  fate: "born" | "left" | "manual";
  /** What it is, as a sentence goes on: `a managed certificate of Google's`. */
  is: string;
  /** What there is on the target in its place, or what to do. */
  then: string;
}

const agents = { fate: "born", is: "state of the source cloud's own agents", then: "left out" } as const;

/** First match wins: what is particular stands before what is general. */
export const cloudKinds: CloudKind[] = [
  {
    group: /^(vpcresources|networking)\.k8s\.aws$/,
    kinds: /^(CNINode|PolicyEndpoint|ClusterPolicyEndpoint)$/,
    ...agents,
  },
  {
    group: /^cilium\.io$/,
    kinds: /^Cilium(Endpoint|EndpointSlice|Identity|Node|NodeConfig|PodIPPool|LoadBalancerIPPool)$/,
    ...agents,
  },
  {
    group: /^(cilium\.io|crd\.projectcalico\.org|projectcalico\.org)$/,
    kinds: /NetworkPolicy$|NetworkSet$/,
    fate: "manual",
    is: "a policy of Cilium's or Calico's own, which the target's network does not read",
    then: "say it as a NetworkPolicy of Kubernetes, or accept that nothing keeps it",
  },
  {
    group:
      /^(crd\.projectcalico\.org|operator\.tigera\.io|acn\.azure\.com|eraser\.sh|migration\.k8s\.io|internal\.autoscaling\.k8s\.io)$/,
    ...agents,
  },
  {
    group: /^networking\.gke\.io$/,
    kinds: /^(NodeTopology|ServiceNetworkEndpointGroup|GKENetworkParams|GKENetworkParamSet|Network|NetworkInterface)$/,
    ...agents,
  },
  {
    group: /^(auto|node|nodemanagement|warden|hub|autoscaling)\.gke\.io$|^monitoring\.googleapis\.com$|^net\.gke\.io$/,
    kinds: /^(?!(PodMonitoring|ClusterPodMonitoring|Rules|ClusterRules|GlobalRules)$)/,
    ...agents,
  },
  {
    group: /^elbv2\.k8s\.aws$|^(eks|gateway)\.(amazonaws\.com|k8s\.aws)$/,
    fate: "left",
    is: "a part of an AWS load balancer or node",
    then: "left out: reach the Service through an Ingress of class nginx, or a Service of type LoadBalancer",
  },
  {
    group: /^vpcresources\.k8s\.aws$/,
    fate: "manual",
    is: "a security group of AWS for pods",
    then: "write a NetworkPolicy that says the same, apply it on the source, and delete the SecurityGroupPolicy",
  },
  {
    group: /^(crd|networking)\.k8s\.(amazonaws\.com|aws)$/,
    fate: "left",
    is: "a setting of AWS' network for pods",
    then: "left out: the target's network has its own",
  },
  {
    group: /^karpenter\.(sh|k8s\.aws|azure\.com)$/,
    fate: "left",
    is: "a rule for nodes of Karpenter",
    then: "left out: the target's nodes are those of nodes.min to nodes.max, which its autoscaler adds by itself",
  },
  {
    group: /^(appgw\.ingress\.(k8s\.io|azure\.io)|approuting\.kubernetes\.azure\.com)$/,
    fate: "left",
    is: "a rule of Azure's ingress controllers",
    then: "left out: the platform's Traefik is in front of everything",
  },
  {
    group: /^(aadpodidentity\.k8s\.io|clusterconfig\.azure\.com)$/,
    fate: "manual",
    is: "an identity or an extension of Azure's",
    then: "give the pods what they need on the target in another way, and delete it, or accept that it is gone",
  },
  {
    group: /\.services\.k8s\.aws$|(^|\.)cnrm\.cloud\.google\.com$|(^|\.)azure\.com$/,
    fate: "manual",
    is: "a resource of the source's cloud that is made from within the cluster",
    then: "make what stands for it at the target's cloud, point the applications to it, and delete this one, or accept that it stays",
  },
  {
    group: /^monitoring\.googleapis\.com$/,
    fate: "manual",
    is: "a rule or a target of Google's managed Prometheus",
    then: "write it as a PodMonitor, ServiceMonitor or PrometheusRule, which the platform's own reads",
  },
  {
    group: /^(cloud\.google\.com|networking\.gke\.io)$/,
    kinds: /^(ManagedCertificate|FrontendConfig|ServiceAttachment|ComputeClass)$/,
    fate: "left",
    is: "a part of a Google load balancer or node pool",
    then: "left out: TLS, the way in and the nodes are the platform's",
  },
  {
    group: /^(cloud\.google\.com|networking\.gke\.io|iap\.cloud\.google\.com)$/,
    fate: "manual",
    is: "a policy of a Google load balancer or network (Cloud Armor, CDN, log-in, health checks)",
    then: "say it in the target's way (Ingress annotations, NetworkPolicies, tls.*), take it off the source, or accept that it is gone",
  },
];

export function cloudKindOf({ apiVersion, kind }: Pick<Manifest, "apiVersion" | "kind">): CloudKind | undefined {
  const group = groupOf(apiVersion);
  return cloudKinds.find((one) => one.group.test(group) && (one.kinds?.test(kind) ?? true));
}

/** Stores of secrets that a cloud keeps, as other people's controllers name them. */
export function cloudStore(object: Manifest): string | undefined {
  const group = groupOf(object.apiVersion);
  if (group === "external-secrets.io" && /SecretStore$/.test(object.kind)) {
    const provider = Object.keys(valueAt(object, ["spec", "provider"]) ?? {})[0] ?? "";
    return /^(aws|azurekv|gcpsm)$/.test(provider) ? provider : undefined;
  }
  if (group === "secrets-store.csi.x-k8s.io" && object.kind === "SecretProviderClass") {
    const provider = String(valueAt(object, ["spec", "provider"]));
    return /^(aws|azure|gcp|gke)$/.test(provider) ? provider : undefined;
  }
  return undefined;
}
