/** Values of the chart argo-cd. */
import { hostOf } from "../addresses";
import type { PlatformConfig } from "../config/types";
import { leaveLostNodes } from "../scheduling";
import { notificationValues } from "./notifications";
import { argocdCm, argocdParams, argocdRbac } from "./settings";

const metrics = { enabled: true, serviceMonitor: { enabled: true } };

export function argocdValues(config: PlatformConfig): Record<string, unknown> {
  const { ha, shards, sso } = config.argocd;
  const host = hostOf(config, "argocd");
  const { knownHosts = [] } = config.gitops.credentials ?? {};
  return {
    global: {
      ...(host === undefined ? {} : { domain: host }),
      tolerations: leaveLostNodes,
      // The namespace has its own, for Redis with Sentinel too, which the chart leaves open.
      networkPolicy: { create: false },
    },
    configs: {
      cm: argocdCm(config),
      params: argocdParams(config),
      rbac: argocdRbac(config),
      // The program's own: values would hold its content in plain text.
      secret: { createSecret: false },
      ...(knownHosts.length > 0 ? { ssh: { extraHosts: knownHosts.join("\n") } } : {}),
    },
    redisSecretInit: { enabled: false },
    controller: {
      ...several(shards),
      ...(ha ? { env: manyRequests } : {}),
      resources: ha ? requests("500m", "1Gi", "3Gi") : requests("200m", "384Mi", "1Gi"),
      metrics,
    },
    server: { ...several(ha ? 2 : 1), resources: requests("50m", "128Mi", "512Mi"), metrics },
    repoServer: { ...several(ha ? 2 : 1), resources: requests("100m", "256Mi", "1Gi"), metrics },
    applicationSet: { ...several(ha ? 2 : 1), resources: requests("50m", "128Mi", "512Mi"), metrics },
    dex: {
      enabled: sso !== undefined,
      ...(sso ? { resources: requests("10m", "64Mi", "128Mi"), metrics } : {}),
    },
    notifications: {
      ...notificationValues(config),
      resources: requests("20m", "64Mi", "256Mi"),
      metrics,
    },
    ...redis(ha),
  };
}

/**
 * Requests a second that the controller's client may make, and how many at once. An Application that is synced for the
 * first time is read and written some twenty times: by the default of 50 and 100, a hundred of them would wait half a
 * minute for the client alone. The API server has limits of its own (priority and fairness).
 * https://github.com/argoproj/argo-cd/blob/v3.2.6/pkg/apis/application/v1alpha1/cluster_constants.go
 * https://cnoe.io/blog/argo-cd-application-scalability
 */
const manyRequests = [
  { name: "ARGOCD_K8S_CLIENT_QPS", value: "150" },
  { name: "ARGOCD_K8S_CLIENT_BURST", value: "300" },
];

/** A node is drained pod by pod: Sentinel needs two of its three to agree. */
const budget = { podDisruptionBudget: { maxUnavailable: 1 } };

/** One Redis, or three with Sentinel behind HAProxy, each on a node of its own. */
function redis(ha: boolean): Record<string, unknown> {
  if (!ha) {
    return {
      redis: {
        resources: requests("50m", "64Mi", "256Mi"),
        exporter: { enabled: true, resources: requests("10m", "32Mi", "64Mi") },
        metrics,
      },
    };
  }
  return {
    "redis-ha": {
      enabled: true,
      ...budget,
      redis: { resources: requests("50m", "128Mi", "512Mi") },
      sentinel: { resources: requests("10m", "32Mi", "128Mi") },
      haproxy: { ...budget, resources: requests("20m", "64Mi", "256Mi") },
    },
  };
}

function several(replicas: number): Record<string, unknown> {
  return { replicas, pdb: { enabled: true, maxUnavailable: 1 } };
}

/** No limit of CPU: it would slow a sync down while the node idles. */
function requests(cpu: string, memory: string, memoryLimit: string): Record<string, unknown> {
  return { requests: { cpu, memory }, limits: { memory: memoryLimit } };
}
