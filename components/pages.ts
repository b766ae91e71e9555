/** The platform's own pages under the stack's domain. */
import { Ingress } from "@pulumi/kubernetes/networking/v1";
import type * as pulumi from "@pulumi/pulumi";

import { certificatesInCluster, hostOf, ingressClassName, type Page } from "./addresses";
import { issuerName } from "./certificates";
import type { Traits } from "./cluster";
import type { PlatformConfig } from "./config/types";

export interface PageArgs {
  config: PlatformConfig;
  traits: Traits;
  namespace: string;
  service: string;
  /** Port of the Service, plain HTTP: TLS ends before it. */
  port: number;
}

/**
 * The Ingress of a page, ready when it has an address. Without a domain there is none, and the page is reached by
 * port-forward.
 */
export function publishPage(
  name: string,
  page: Page,
  { config, traits, namespace, service, port }: PageArgs,
  opts: pulumi.CustomResourceOptions,
): Ingress | undefined {
  const host = hostOf(config, page);
  if (host === undefined) {
    return undefined;
  }
  const certificates = certificatesInCluster(config, traits);
  const backend = { service: { name: service, port: { number: port } } };
  return new Ingress(
    `${name}-${page}`,
    {
      metadata: {
        name: page,
        namespace,
        annotations: certificates ? { "cert-manager.io/cluster-issuer": issuerName } : {},
      },
      spec: {
        ingressClassName: ingressClassName(traits),
        tls: certificates ? [{ hosts: [host], secretName: `${page}-tls` }] : undefined,
        rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    },
    opts,
  );
}
