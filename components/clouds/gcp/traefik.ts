/** The two ends that the load balancer joins: its own addresses, and the ingress controller as its chart sets it up. */

/** Where Google's load balancers and their health checks come from: https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
export const loadBalancerRanges = ["130.211.0.0/22", "35.191.0.0/16"];

/**
 * Service and namespace `traefik`; port 80 of the Service, named `web`, to 8000 of the pods, and 443, named `websecure`,
 * to 8443; `/ping` on the internal entry point, 8080.
 * https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml
 */
export const traefik = { service: "traefik", web: 8000, websecure: 8443, ping: 8080, pingPath: "/ping" } as const;
