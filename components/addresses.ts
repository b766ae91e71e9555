/** Names and addresses of the platform's own pages. */
import type { Traits } from "./cluster";
import type { PlatformConfig } from "./config/types";

export type Page = "argocd" | "grafana";

/** `argocd.example.com`; undefined without a domain: the page is reached by port-forward then. */
export function hostOf(config: PlatformConfig, page: Page): string | undefined {
  return config.domain === undefined ? undefined : `${page}.${config.domain}`;
}

/** `https://argocd.example.com`; undefined without a domain. */
export function urlOf(config: PlatformConfig, page: Page): string | undefined {
  const host = hostOf(config, page);
  return host === undefined ? undefined : `${config.tls.enabled ? "https" : "http"}://${host}`;
}

/** Class of the platform's own Ingresses, on whatever controller the cluster has. */
export function ingressClassName(traits: Traits): string {
  return traits.ingress.existingService?.className ?? "traefik";
}

/** Namespace that the ingress controller's pods are in. */
export function ingressNamespace(traits: Traits): string {
  return traits.ingress.existingService?.namespace ?? "traefik";
}

/** Whether certificates are cert-manager's business: behind a cloud's L7 load balancer the cloud has them. */
export function certificatesInCluster(config: PlatformConfig, traits: Traits): boolean {
  return config.domain !== undefined && config.tls.enabled && traits.ingress.tlsAt === "ingress";
}
