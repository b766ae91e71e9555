/** A cluster by hand, for tests of the ways of requests. */
import type { V1EndpointSlice, V1Ingress, V1Pod, V1Service } from "@kubernetes/client-node";
import type { ClusterView } from "../../../../simulator/traffic/view";

export const balancer = "front-1.eu-west-1.elb.amazonaws.com";

export function view(parts: Partial<ClusterView> = {}): ClusterView {
  return {
    cluster: { id: "one", name: "one", cloud: "aws" },
    ingresses: [],
    services: [],
    slices: [],
    pods: [],
    ...parts,
  };
}

export function pod(name: string, { labels = {}, volumes = [] as string[], ready = true } = {}): V1Pod {
  return {
    metadata: { name, namespace: "shop", uid: `uid-${name}`, labels },
    spec: {
      containers: [{ name: "main" }],
      volumes: volumes.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
    },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

export const traefik: V1Pod = pod("traefik-1", { labels: { "app.kubernetes.io/name": "traefik" } });

export function service(name: string, more: V1Service["spec"] = {}, address?: string): V1Service {
  return {
    metadata: { name, namespace: "shop" },
    spec: { ports: [{ name: "http", port: 80 }], selector: { app: name }, ...more },
    ...(address === undefined ? {} : { status: { loadBalancer: { ingress: [{ ip: address }] } } }),
  };
}

/** @param pods names, with `!` in front where they are not ready. */
export function slice(of: string, pods: string[], port = "http"): V1EndpointSlice {
  return {
    metadata: { name: `${of}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": of } },
    addressType: "IPv4",
    ports: [{ name: port, port: 8080 }],
    endpoints: pods.map((name) => ({
      addresses: ["10.0.0.1"],
      conditions: { ready: !name.startsWith("!") },
      targetRef: { kind: "Pod", name: name.replace("!", ""), namespace: "shop" },
    })),
  };
}

/** @param paths `host/path` by the Service that it leads to; `=host/path` for the exact one. */
export function ingress(paths: Record<string, string>, address: string | undefined = balancer): V1Ingress {
  return {
    metadata: { name: "web", namespace: "shop" },
    spec: {
      ingressClassName: "nginx",
      rules: Object.entries(paths).map(([rule, name]) => {
        const [, exact, host = "", path = ""] = /^(=?)([^/]*)(.*)$/.exec(rule) ?? [];
        return {
          ...(host === "" ? {} : { host }),
          http: {
            paths: [
              {
                path,
                pathType: exact ? "Exact" : "Prefix",
                backend: { service: { name, port: { name: "http" } } },
              },
            ],
          },
        };
      }),
    },
    ...(address === undefined ? {} : { status: { loadBalancer: { ingress: [{ hostname: address }] } } }),
  };
}
