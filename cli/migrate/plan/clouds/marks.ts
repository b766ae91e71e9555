/** Marks that clouds leave on objects: labels of nodes, annotations, taints, groups of APIs, registries. */
import type { Cloud } from "../../../../components/config/types";

/** Which cloud reads it; undefined for a mark that is no cloud's. */
function owner(marks: Record<Exclude<Cloud, "local">, RegExp>, text: string): Cloud | undefined {
  return (Object.keys(marks) as (keyof typeof marks)[]).find((cloud) => marks[cloud].test(text));
}

/**
 * Labels of nodes.
 * - https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html, https://karpenter.sh/docs/concepts/scheduling/
 * - https://learn.microsoft.com/azure/aks/use-labels#reserved-system-labels
 * - https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-provisioning#custom_labels
 */
const nodeLabels = {
  aws: /^((\w+\.)?eks\.amazonaws\.com|k8s\.amazonaws\.com|vpc\.amazonaws\.com|karpenter\.(sh|k8s\.aws)|alpha\.eksctl\.io|topology\.(ebs|k8s)\.(csi\.)?aws(\.com)?)\//,
  azure:
    /^((\w+\.)?kubernetes\.azure\.com\/|topology\.disk\.csi\.azure\.com\/|agentpool$|storageprofile$|storagetier$)/,
  gcp: /^((\w+\.)?cloud\.google\.com\/|topology\.gke\.io\/|(\w+\.)?gke\.io\/|iam\.gke\.io\/)/,
};

export function cloudOfNodeLabel(label: string): Cloud | undefined {
  return owner(nodeLabels, label);
}

/** Labels that every node of the platform has, on every cloud. */
export const commonNodeLabels = [
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "node.kubernetes.io/instance-type",
  "platform/pool",
];

/** Each cloud's labels for capacity that it may take back, and the platform's for the same. */
export const spotLabels: Record<string, string> = {
  "eks.amazonaws.com/capacityType": "SPOT",
  "karpenter.sh/capacity-type": "spot",
  "kubernetes.azure.com/scalesetpriority": "spot",
  "cloud.google.com/gke-spot": "true",
  "cloud.google.com/gke-preemptible": "true",
  "platform/pool": "spot",
};

/** Other names of the labels for zone, region and machine. */
export const labelAliases: Record<string, string> = {
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
  "beta.kubernetes.io/arch": "kubernetes.io/arch",
  "beta.kubernetes.io/os": "kubernetes.io/os",
  "topology.ebs.csi.aws.com/zone": "topology.kubernetes.io/zone",
  "topology.disk.csi.azure.com/zone": "topology.kubernetes.io/zone",
  "topology.gke.io/zone": "topology.kubernetes.io/zone",
};

/** Labels and resources of GPUs and other accelerators. */
export const accelerator =
  /^(nvidia\.com\/|amd\.com\/gpu|aws\.amazon\.com\/neuron|cloud\.google\.com\/gke-(accelerator|tpu)|google\.com\/tpu|k8s\.amazonaws\.com\/accelerator|kubernetes\.azure\.com\/accelerator|karpenter\.k8s\.aws\/instance-gpu)/;

/**
 * Annotations by which load balancers are asked for.
 * - https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
 * - https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations
 * - https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
 */
const serviceAnnotations = {
  aws: /^service\.(beta\.kubernetes\.io\/aws-load-balancer-|k8s\.aws\/)/,
  azure: /^service\.beta\.kubernetes\.io\/azure-/,
  gcp: /^(cloud\.google\.com\/|networking\.gke\.io\/|beta\.cloud\.google\.com\/)/,
};

export function cloudOfServiceAnnotation(annotation: string): Cloud | undefined {
  return owner(serviceAnnotations, annotation);
}

/** How each cloud is asked for a load balancer without an outer address. */
export const internalBalancer: Record<Exclude<Cloud, "local">, Record<string, string>> = {
  aws: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
  azure: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
  gcp: { "networking.gke.io/load-balancer-type": "Internal" },
};

/** Whether annotations of a Service ask for one. */
export function isInternal(annotations: Record<string, string>): boolean {
  return Object.entries(annotations).some(([key, value]) =>
    /(aws-load-balancer-internal|azure-load-balancer-internal)$/.test(key) && /^(true|0\.0\.0\.0\/0)$/i.test(value)
      ? true
      : /(aws-load-balancer-scheme|load-balancer-type)$/.test(key) && /^internal$/i.test(value),
  );
}

/**
 * Annotations of Ingresses.
 * - https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 * - https://azure.github.io/application-gateway-kubernetes-ingress/annotations/
 * - https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress
 */
const ingressAnnotations = {
  aws: /^alb\.ingress\.kubernetes\.io\//,
  azure: /^(appgw\.ingress\.kubernetes\.io\/|kubernetes\.azure\.com\/tls-cert-keyvault-uri$)/,
  gcp: /^(networking\.gke\.io\/|cloud\.google\.com\/|ingress\.gcp\.kubernetes\.io\/|ingress\.kubernetes\.io\/(backends|forwarding-rule|https-forwarding-rule|https-target-proxy|target-proxy|url-map|ssl-cert|static-ip)$|kubernetes\.io\/ingress\.(global-static-ip-name|regional-static-ip-name|allow-http)$)/,
};

export function cloudOfIngressAnnotation(annotation: string): Cloud | undefined {
  return owner(ingressAnnotations, annotation);
}

/** Annotations of an Ingress by which the load balancer asks users to log in. */
export const logIn = /^alb\.ingress\.kubernetes\.io\/auth-(type|idp-|session|scope|on-unauthenticated)/;

/**
 * Annotations and labels by which pods get a cloud's identity.
 * - https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 * - https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-labels-and-annotations
 * - https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
 */
export const identityMarks: Record<Exclude<Cloud, "local">, RegExp> = {
  aws: /^(eks\.amazonaws\.com\/(role-arn|audience|sts-regional-endpoints|token-expiration)|iam\.amazonaws\.com\/role)$/,
  azure: /^(azure\.workload\.identity\/|aadpodidbinding$)/,
  gcp: /^iam\.gke\.io\/(gcp-service-account|return-principal-id-as-email|credential-key-type)$/,
};

/** What admission adds to containers whose pods have such an identity. */
export const identityVariables = [
  "AWS_ROLE_ARN",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AZURE_FEDERATED_TOKEN_FILE",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

/** Any other annotation of a cloud. */
const annotations = {
  aws: /^(([\w-]+\.)*(eks\.amazonaws\.com|k8s\.aws|vpc\.amazonaws\.com|elbv2\.k8s\.aws|karpenter\.sh)\/|k8s\.v1\.cni\.cncf\.io\/aws)/,
  azure: /^(([\w-]+\.)*(azure\.com|azure\.workload\.identity|ingress\.azure\.io)\/)/,
  gcp: /^(([\w-]+\.)*(gke\.io|cloud\.google\.com|cnrm\.cloud\.google\.com)\/|cloud\.google\.com\/|kubectl\.gke\.io\/)/,
};

export function cloudOfAnnotation(annotation: string): Cloud | undefined {
  return owner(annotations, annotation) ?? owner(identityMarks, annotation);
}

/** Taints that clouds put on nodes by themselves. */
export function isCloudTaint(key: string): boolean {
  return cloudOfNodeLabel(key) !== undefined || accelerator.test(key) || key === "sku" || key === "instance_type";
}

/**
 * Registries that ask for a cloud's own credentials.
 * - https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html (public.ecr.aws is for everyone)
 * - https://learn.microsoft.com/azure/container-registry/container-registry-concepts
 * - https://cloud.google.com/artifact-registry/docs/docker/names; gcr.io also has projects of Google's that are open to all
 */
const registries = {
  aws: /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)\//,
  azure: /^[a-z0-9-]+\.azurecr\.(io|cn|us)\//,
  gcp: /^([a-z0-9-]+-docker\.pkg\.dev|(us\.|eu\.|asia\.)?gcr\.io)\//,
};

const openProjects =
  /^((us|eu|asia)\.)?gcr\.io\/(google-containers|distroless|google-samples|kaniko-project|cloudsql-docker|k8s-minikube|heptio-images|google_containers|gke-release|cadvisor)\/|^(us-docker\.pkg\.dev\/(google-samples|cloudrun)|(gke|us|europe|asia)\.pkg\.dev\/gke-release)\/|^[a-z0-9-]+-docker\.pkg\.dev\/(google-samples|cloudrun)\//;

export function cloudOfImage(image: string): Cloud | undefined {
  return openProjects.test(image) ? undefined : owner(registries, image);
}

/** Hosts of services that run inside of a cloud, as settings name them. */
const hosts = {
  aws: /\b[\w.-]+\.(rds|cache|redshift|es|docdb|neptune|memorydb|elb|efs|mq|kafka|aoss)\.[\w.-]*amazonaws\.com\b|\bsqs\.[\w-]+\.amazonaws\.com\b|\bs3[.-][\w.-]*amazonaws\.com\b|\b[\w.-]+\.dynamodb\.[\w.-]*amazonaws\.com\b/,
  azure:
    /\b[\w-]+\.(database|mysql\.database|postgres\.database|redis\.cache|blob\.core|file\.core|queue\.core|table\.core|documents|servicebus|vault)\.(windows|azure)\.net\b|\b[\w-]+\.(mysql|postgres|mariadb)\.database\.azure\.com\b|\b[\w-]+\.(redis\.cache\.windows\.net|documents\.azure\.com|vault\.azure\.net)\b/,
  gcp: /\b(storage|pubsub|bigquery|firestore|spanner|sqladmin|secretmanager|redis)\.googleapis\.com\b|\b[\w-]+:[a-z0-9-]+:[\w-]+\b(?=.*cloudsql)|\/cloudsql\/|\bmetadata\.google\.internal\b/,
};

/** A host of the cloud's own services in a text; undefined where there is none. */
export function cloudHost(text: string): { cloud: Cloud; host: string } | undefined {
  const cloud = owner(hosts, text);
  if (cloud === undefined || cloud === "local") return undefined;
  return { cloud, host: hosts[cloud].exec(text)?.[0] ?? text };
}
