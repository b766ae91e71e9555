/** Google's load balancer in front of the ingress controller, as GKE's Ingress controller makes it from an Ingress. */
import { GlobalAddress, type SecurityPolicy, SSLPolicy } from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";

import type { IngressTrait, KubernetesObject } from "../../cluster";
import { firewallPolicy } from "./armor";
import { named } from "./names";
import { loadBalancerRanges, traefik } from "./traefik";

export interface LoadBalancerArgs {
  /** Names that HTTPS is served for; unset, the load balancer speaks plain HTTP. */
  https?: {
    /** Google issues a certificate for these. */
    hosts: string[];
    /** `projects/…/global/sslCertificates/…`: one that exists already, in place of a new one. */
    certificate?: string;
  };
  protect: boolean;
  /** Its parts are made behind these, one after the other. */
  after: pulumi.Resource[];
}

/**
 * The address, the TLS policy and the firewall are the program's; the rest is made of the objects in `attachments` by
 * the controller that GKE runs, and taken down by it when the Ingress goes.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 */
export class IngressLoadBalancer extends pulumi.ComponentResource {
  readonly address: GlobalAddress;
  private readonly firewall: SecurityPolicy;
  private readonly tls?: SSLPolicy;

  constructor(
    prefix: string,
    private readonly args: LoadBalancerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:LoadBalancer", prefix, {}, opts);
    this.firewall = firewallPolicy(prefix, { parent: this, dependsOn: args.after });
    this.address = new GlobalAddress(
      named(prefix, "ingress"),
      { description: `Load balancer of ${prefix}` },
      // The world's DNS points here.
      { parent: this, protect: args.protect, dependsOn: [this.firewall] },
    );
    if (args.https) {
      this.tls = new SSLPolicy(
        named(prefix, "tls"),
        // TLS 1.2 and 1.3 with forward secrecy only: https://cloud.google.com/load-balancing/docs/ssl-policies-concepts
        { description: `HTTPS of ${prefix}`, minTlsVersion: "TLS_1_2", profile: "RESTRICTED" },
        { parent: this },
      );
    }
    this.registerOutputs();
  }

  trait(): IngressTrait {
    const address = this.address.address;
    return {
      service: { type: "ClusterIP", annotations: this.serviceAnnotations() },
      tlsAt: "load-balancer",
      address: { kind: "ip", value: address },
      // The load balancer names the client, then itself, by the address that the client came to:
      // https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header. Both are no client's.
      trustedIPs: [...loadBalancerRanges, pulumi.interpolate`${address}/32`],
      attachments: this.attachments(),
      existing: false,
      kind: "Google Cloud Load Balancer",
    };
  }

  /**
   * The load balancer sends to the pods themselves, by HTTPS too where it serves HTTPS. It encrypts to whatever certificate
   * it finds there, and Traefik has one of its own making:
   * https://cloud.google.com/load-balancing/docs/ssl-certificates/encryption-to-the-backends
   */
  private serviceAnnotations(): Record<string, string> {
    return {
      "cloud.google.com/neg": JSON.stringify({ ingress: true }),
      "cloud.google.com/backend-config": JSON.stringify({ default: traefik.service }),
      ...(this.args.https ? { "cloud.google.com/app-protocols": JSON.stringify({ websecure: "HTTPS" }) } : {}),
    };
  }

  /** The Ingress comes last: its controller finds all that it names, and is done with it before the rest goes. */
  private attachments(): KubernetesObject[] {
    const { https } = this.args;
    return [
      this.backendConfig(),
      ...(this.tls ? [frontendConfig(this.tls)] : []),
      ...(https && https.certificate === undefined ? [managedCertificate(https.hosts)] : []),
      this.ingress(),
    ];
  }

  private backendConfig(): KubernetesObject {
    return {
      name: traefik.service,
      apiVersion: "cloud.google.com/v1",
      kind: "BackendConfig",
      spec: {
        securityPolicy: { name: this.firewall.name },
        healthCheck: {
          type: "HTTP",
          port: traefik.ping,
          requestPath: traefik.pingPath,
          checkIntervalSec: 10,
          timeoutSec: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        // The longest that one answer may take, streams and WebSockets of the platform's own pages included.
        timeoutSec: 3600,
        // Traefik finishes open requests within 30 s of its last new one.
        connectionDraining: { drainingTimeoutSec: 30 },
        // Cloud Armor tells here what it has turned away.
        logging: { enable: true, sampleRate: 1 },
      },
    };
  }

  private ingress(): KubernetesObject {
    const { https } = this.args;
    return {
      name: traefik.service,
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      annotations: {
        // The controller does not look at `ingressClassName`:
        // https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress
        "kubernetes.io/ingress.class": "gce",
        "kubernetes.io/ingress.global-static-ip-name": this.address.name,
        ...(https ? { "networking.gke.io/v1beta1.FrontendConfig": traefik.service } : {}),
        ...(https ? certificateAnnotation(https.certificate) : {}),
      },
      // Hosts and paths are Traefik's business.
      spec: { defaultBackend: { service: { name: traefik.service, port: { number: https ? 443 : 80 } } } },
    };
  }
}

function frontendConfig(tls: SSLPolicy): KubernetesObject {
  return {
    name: traefik.service,
    apiVersion: "networking.gke.io/v1beta1",
    kind: "FrontendConfig",
    spec: {
      sslPolicy: tls.name,
      redirectToHttps: { enabled: true, responseCodeName: "MOVED_PERMANENTLY_DEFAULT" },
    },
  };
}

/**
 * Issued as soon as every name in it leads to the load balancer, so it names those only that the platform itself
 * publishes. It knows no wildcards: https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs
 */
function managedCertificate(hosts: string[]): KubernetesObject {
  return {
    name: traefik.service,
    apiVersion: "networking.gke.io/v1",
    kind: "ManagedCertificate",
    spec: { domains: hosts },
  };
}

function certificateAnnotation(certificate: string | undefined): Record<string, string> {
  return certificate === undefined
    ? { "networking.gke.io/managed-certificates": traefik.service }
    : { "ingress.gcp.kubernetes.io/pre-shared-cert": certificate.split("/").at(-1) ?? "" };
}
