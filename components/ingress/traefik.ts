/** Values of the chart traefik. */
import type * as pulumi from "@pulumi/pulumi";

import { certificatesInCluster } from "../addresses";
import type { IngressTrait, Traits } from "../cluster";
import type { Environment, PlatformConfig } from "../config/types";
import { leaveLostNodes, spread } from "../scheduling";

const replicas: Record<Environment, number> = { dev: 1, staging: 2, prod: 3 };

/**
 * Requests a second and client address that are let through in the long run, and at once: far above a person with a
 * browser, far below a flood.
 */
const requests = { average: 100, burst: 200 };

/** The middleware that every request passes, on whatever host and path. */
export const rateLimit = {
  middleware: "rate-limit",
  spec: (trustedIPs: pulumi.Input<string>[]) => ({
    ...requests,
    period: "1s",
    // Behind an L7 load balancer the client is the last address that is not the balancer's; else it is the peer.
    ...(trustedIPs.length > 0 ? { sourceCriterion: { ipStrategy: { excludedIPs: trustedIPs } } } : {}),
  }),
};

export function traefikValues(config: PlatformConfig, traits: Traits): Record<string, unknown> {
  const { ingress } = traits;
  const count = replicas[config.environment];
  const entryPoint = {
    forwardedHeaders: { trustedIPs: ingress.trustedIPs },
    // Serves on while load balancers and other nodes learn that the pod is leaving, then ends what is under way.
    transport: { lifeCycle: { requestAcceptGraceTimeout: "15s", graceTimeOut: "30s" } },
  };
  const middlewares = [`traefik-${rateLimit.middleware}@kubernetescrd`];
  return {
    deployment: { replicas: count, terminationGracePeriodSeconds: 60 },
    ...(config.environment === "prod" ? { autoscaling: autoscaling(count) } : {}),
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    topologySpreadConstraints: spread({ "app.kubernetes.io/name": "traefik" }),
    tolerations: leaveLostNodes,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    ingressClass: { enabled: true, isDefaultClass: true, name: "traefik" },
    ...publishedAddress(ingress),
    service: { annotations: ingress.service.annotations, spec: serviceSpec(ingress) },
    ports: {
      web: {
        ...entryPoint,
        http: {
          middlewares,
          ...(certificatesInCluster(config, traits)
            ? { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } }
            : {}),
        },
      },
      websecure: { ...entryPoint, http: { middlewares } },
    },
    metrics: {
      prometheus: {
        addRoutersLabels: true,
        service: { enabled: true },
        serviceMonitor: { enabled: true },
      },
    },
    accessLog: { enabled: true, format: "json" },
    log: { format: "json" },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
  };
}

/**
 * Every Ingress's status carries the outer address, or Argo CD holds it for Progressing. Where Traefik's own Service has
 * no outer address, Traefik is told which one to write.
 */
function publishedAddress({ address }: IngressTrait): Record<string, unknown> {
  const compatibility = { enabled: true };
  if (address === undefined) {
    return {
      providers: {
        kubernetesIngress: { publishedService: { enabled: true } },
        kubernetesIngressNGINX: { ...compatibility, publishService: { enabled: true } },
      },
    };
  }
  return {
    providers: {
      kubernetesIngress: {
        publishedService: { enabled: false },
        ingressEndpoint: { [address.kind]: address.value },
      },
      kubernetesIngressNGINX: { ...compatibility, publishStatusAddress: address.value },
    },
  };
}

function serviceSpec({ service }: IngressTrait): Record<string, unknown> {
  return {
    type: service.type,
    // The client's address reaches Traefik, and no node passes traffic on to another.
    ...(service.type === "LoadBalancer" ? { externalTrafficPolicy: "Local" } : {}),
    ...(service.loadBalancerIP === undefined ? {} : { loadBalancerIP: service.loadBalancerIP }),
  };
}

function autoscaling(minimum: number): Record<string, unknown> {
  return {
    enabled: true,
    minReplicas: minimum,
    maxReplicas: 10,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
  };
}
