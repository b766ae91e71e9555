/**
 * What an existing cluster brings along, in the platform's words. Every answer must be the same on the second run, when
 * the platform's own objects are in the cluster too: they are told apart and left out.
 */
import type { V1ObjectMeta, V1Service, V1StorageClass } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";

import type { IngressTrait, StorageClassTrait } from "../../cluster";
import { ConfigError } from "../../config/error";
import type { PlatformConfig } from "../../config/types";
import { metricsNamespace } from "../../metrics";
import type { Observed } from "./observe";

/** Namespace that the platform installs its own Traefik in. */
const ownNamespace = "traefik";
const defaultAnnotation = "storageclass.kubernetes.io/is-default-class";

/** How outside addresses come to Services of type LoadBalancer. */
export type LoadBalancers =
  /** Every Service gets an address of its own. */
  | "addresses"
  /** All Services share the nodes' ports: 80 and 443 go to the first that asks (K3s, Docker Desktop). */
  | "node ports"
  | "none";

export function loadBalancers({ nodes, deployments, services }: Observed): LoadBalancers {
  if (nodes.some((node) => node.spec?.providerID?.startsWith("k3s://") || node.metadata?.name === "docker-desktop")) {
    return "node ports";
  }
  const metalLb = deployments.some(
    (item) => item.metadata?.namespace === "metallb-system" || item.metadata?.labels?.app === "metallb",
  );
  return metalLb || services.some((service) => addressOf(service) !== undefined) ? "addresses" : "none";
}

export interface Address {
  kind: "hostname" | "ip";
  value: string;
}

/** The part of the trait that depends on what is there. */
export type Found = Pick<IngressTrait, "service" | "existing" | "existingService" | "kind"> & { address?: Address };

/** The ingress of an existing cluster: its own Traefik, or ours behind its load balancers, or ours without any. */
export function ingress(observed: Observed): Found {
  const traefik = observed.services.find(isForeignTraefik);
  // The platform's class `nginx` is Traefik's too, where Traefik was there before.
  const className = observed.ingressClasses.find(
    ({ metadata, spec }) =>
      spec?.controller === "traefik.io/ingress-controller" &&
      !isOwnRelease(metadata, ownNamespace) &&
      !isOurs(metadata),
  )?.metadata?.name;
  if (traefik?.metadata?.name && traefik.metadata.namespace && className) {
    return {
      service: { type: "LoadBalancer", annotations: {} },
      address: addressOf(traefik),
      existing: true,
      existingService: { namespace: traefik.metadata.namespace, name: traefik.metadata.name, className },
      kind: "Traefik that came with the cluster",
    };
  }
  const kind = loadBalancers(observed);
  if (kind === "none" || (kind === "node ports" && observed.services.some(holdsWebPorts))) {
    return {
      service: { type: "ClusterIP", annotations: {} },
      // Ingresses need some address in their status, or Argo CD waits for it for ever: the one of a port-forward.
      address: { kind: "ip", value: "127.0.0.1" },
      existing: false,
      kind: "kubectl port-forward",
    };
  }
  return {
    service: { type: "LoadBalancer", annotations: {} },
    existing: false,
    kind: "load balancer that came with the cluster",
  };
}

/**
 * The cluster's classes as they are, and `standard` and `premium` made after its default where it has none of that
 * name. Exactly one is the default: the one that Kubernetes itself would take.
 *
 * @throws where the cluster has no class at all
 */
export function storageClasses(found: V1StorageClass[], context: string): StorageClassTrait[] {
  const theirs = found.filter((item) => !isOurs(item.metadata)).sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const chosen = theirs.filter(isDefault).sort(youngestFirst)[0];
  const model = chosen ?? theirs[0];
  if (!model) {
    throw new Error(
      `context "${context}" has no StorageClass: install a provisioner first, ` +
        "such as https://github.com/rancher/local-path-provisioner",
    );
  }
  const adopted = theirs.map((item) => describe(item, nameOf(item), item === chosen, true));
  const added = ["standard", "premium"]
    .filter((name) => !theirs.some((item) => nameOf(item) === name))
    .map((name) => describe(model, name, chosen === undefined && name === "standard", false));
  return [...adopted, ...added];
}

/** Whether the cluster came with metrics-server, or with another source of the same metrics. */
export function hasMetricsServer({ apiServices }: Observed): boolean {
  return apiServices.some(
    ({ metadata }) => metadata?.name === "v1beta1.metrics.k8s.io" && !isOwnRelease(metadata, metricsNamespace),
  );
}

/**
 * Refuses what would wait for nodes that there are not. A cloud's nodes are the configuration's own; these are not.
 *
 * @throws ConfigError
 */
export function checkNodes({ argocd, region }: Pick<PlatformConfig, "argocd" | "region">, { nodes }: Observed): void {
  if (!argocd.ha || nodes.length >= 3) {
    return;
  }
  const has = nodes.length === 1 ? "one" : String(nodes.length);
  const message = `true needs three nodes for Redis' three replicas, and the cluster of context "${region}" has ${has}; set argocd.ha to false or leave it out`;
  throw new ConfigError(pulumi.getStack(), [{ key: "argocd.ha", message }]);
}

function isForeignTraefik({ metadata, spec }: V1Service): boolean {
  return (
    metadata?.labels?.["app.kubernetes.io/name"] === "traefik" &&
    metadata.namespace !== ownNamespace &&
    spec?.type === "LoadBalancer"
  );
}

function holdsWebPorts({ metadata, spec }: V1Service): boolean {
  return (
    spec?.type === "LoadBalancer" &&
    metadata?.namespace !== ownNamespace &&
    (spec.ports ?? []).some(({ port }) => port === 80 || port === 443)
  );
}

function isOwnRelease(metadata: V1ObjectMeta | undefined, namespace: string): boolean {
  return metadata?.annotations?.["meta.helm.sh/release-namespace"] === namespace;
}

/** An object that nobody but Pulumi has ever written. */
function isOurs(metadata: V1ObjectMeta | undefined): boolean {
  const managers = (metadata?.managedFields ?? []).map(({ manager }) => manager ?? "");
  return managers.length > 0 && managers.every((manager) => manager.startsWith("pulumi-kubernetes"));
}

function addressOf(service: V1Service): Address | undefined {
  const [first] = service.status?.loadBalancer?.ingress ?? [];
  if (first?.ip) {
    return { kind: "ip", value: first.ip };
  }
  return first?.hostname ? { kind: "hostname", value: first.hostname } : undefined;
}

function describe(item: V1StorageClass, name: string, isTheDefault: boolean, adopted: boolean): StorageClassTrait {
  return {
    name,
    provisioner: item.provisioner,
    parameters: { ...item.parameters },
    default: isTheDefault,
    adopted,
    reclaimPolicy: item.reclaimPolicy === "Retain" ? "Retain" : "Delete",
    volumeBindingMode: item.volumeBindingMode === "WaitForFirstConsumer" ? "WaitForFirstConsumer" : "Immediate",
    allowVolumeExpansion: item.allowVolumeExpansion ?? false,
    accessModes: ["ReadWriteOnce"],
  };
}

function nameOf(item: V1StorageClass): string {
  return item.metadata?.name ?? "";
}

function isDefault(item: V1StorageClass): boolean {
  return item.metadata?.annotations?.[defaultAnnotation] === "true";
}

/** Of several defaults Kubernetes takes the youngest: https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass */
function youngestFirst(a: V1StorageClass, b: V1StorageClass): number {
  return (b.metadata?.creationTimestamp?.getTime() ?? 0) - (a.metadata?.creationTimestamp?.getTime() ?? 0);
}
