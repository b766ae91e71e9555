import { describe, expect, it } from "vitest";
import { route, serves } from "../../../../simulator/traffic/route";
import { backendFor } from "../../../../simulator/traffic/rules";
import type { ClusterView } from "../../../../simulator/traffic/view";
import { balancer, ingress, pod, service, slice, traefik, view } from "./world";

const web = (parts: Partial<ClusterView> = {}): ClusterView =>
  view({
    ingresses: [ingress({ "www.example.com/": "web" })],
    services: [service("web")],
    slices: [slice("web", ["web-1", "!web-2", "web-3"])],
    pods: [traefik, pod("web-1"), pod("web-2"), pod("web-3")],
    ...parts,
  });
const to = { address: balancer, host: "www.example.com", path: "/" };
/** Name of the pod, or the status. */
const end = (cluster: ClusterView, destination = to, draw = 0) => {
  const way = route(cluster, destination, draw);
  return "pod" in way ? way.pod.metadata?.name : way.status;
};

describe("a request at a load balancer", () => {
  it("comes to one of the ready pods behind its host's Ingress", () => {
    expect([0, 0.49, 0.5, 0.99].map((draw) => end(web(), to, draw))).toEqual(["web-1", "web-1", "web-3", "web-3"]);
  });

  it.each<[string, Partial<ClusterView>, unknown]>([
    ["no ready endpoint", { slices: [slice("web", ["!web-2"])] }, 503],
    ["no endpoints", { slices: [] }, 503],
    ["endpoints of another port only", { slices: [slice("web", ["web-1"], "metrics")] }, 503],
    ["no Service", { services: [] }, 404],
    ["a Service without that port", { services: [service("web", { ports: [{ name: "grpc", port: 90 }] })] }, 404],
    ["no ready pod of Traefik", { pods: [pod("web-1"), { ...traefik, status: {} }] }, 503],
    [
      "an Ingress that nobody has taken up",
      { ingresses: [{ ...ingress({ "www.example.com/": "web" }), status: {} }] },
      404,
    ],
    ["an Ingress at another address", { ingresses: [ingress({ "www.example.com/": "web" }, "other")] }, 404],
  ])("is refused with %s", (_, parts, status) => expect(end(web(parts))).toBe(status));

  it("is refused where no rule has its host", () => expect(end(web(), { ...to, host: "api.example.com" })).toBe(404));

  it("comes to a Service that has the address itself, whatever its host", () => {
    const own = view({
      services: [service("api", { type: "LoadBalancer" }, "192.0.2.1")],
      slices: [slice("api", ["api-1"])],
      pods: [pod("api-1")],
    });
    expect(end(own, { ...to, address: "192.0.2.1" })).toBe("api-1");
    expect(serves(own, "192.0.2.1")).toBe(true);
    expect(serves(own, "192.0.2.2")).toBe(false);
  });

  it("goes through Traefik where it is Traefik's Service that has the address", () => {
    const front = service(
      "traefik",
      { type: "LoadBalancer", selector: { "app.kubernetes.io/name": "traefik" } },
      "192.0.2.1",
    );
    const published = { ...ingress({ "www.example.com/": "web" }), status: front.status };
    const azure = web({ services: [service("web"), front], ingresses: [published] });
    expect(end(azure, { ...to, address: "192.0.2.1" })).toBe("web-1");
  });

  it("goes through Google's own Ingress to Traefik, or straight to a Service", () => {
    const address = "198.51.100.7";
    const status = { loadBalancer: { ingress: [{ ip: address }] } };
    const google = (name: string) => {
      const found = ingress({ "/": name });
      return { ...found, spec: { rules: found.spec?.rules ?? [] }, status };
    };
    const front = service("traefik", { selector: { "app.kubernetes.io/name": "traefik" } });
    const cluster = { id: "g", name: "g", cloud: "gcp" } as const;
    const both = web({
      cluster,
      ingresses: [google("traefik"), { ...ingress({ "www.example.com/": "web" }), status }],
      services: [service("web"), front],
    });
    expect(end(both, { ...to, address })).toBe("web-1");
    expect(end(both, { ...to, address, host: "api.example.com" })).toBe(404);
    const direct = web({ cluster, ingresses: [google("web")], pods: [pod("web-1")] });
    expect(end(direct, { ...to, address, host: "anything.example.com" })).toBe("web-1");
  });
});

describe("of several rules", () => {
  const rules = ingress({
    "www.example.com/": "root",
    "www.example.com/api": "prefix",
    "=www.example.com/api/v1": "exact",
    "*.example.com/": "wildcard",
    "/": "anything",
  });
  it.each([
    ["www.example.com", "/", "root"],
    ["www.example.com", "/api", "prefix"],
    ["www.example.com", "/api/", "prefix"],
    ["www.example.com", "/apis", "root"],
    ["www.example.com", "/api/v1", "exact"],
    ["www.example.com", "/api/v1/x", "prefix"],
    ["shop.example.com", "/", "wildcard"],
    ["a.shop.example.com", "/", "anything"],
    ["example.com", "/", "anything"],
  ])("%s%s meets the most specific one", (host, path, expected) => {
    expect(backendFor([rules], host, path)?.name).toBe(expected);
  });

  it("none is left but the default backend", () => {
    const fallback = ingress({});
    fallback.spec = { defaultBackend: { service: { name: "fallback", port: { number: 80 } } } };
    expect(backendFor([fallback], "x.example.com", "/")).toEqual({ namespace: "shop", name: "fallback", port: 80 });
    expect(backendFor([fallback, rules], "x.example.com", "/")?.name).toBe("wildcard");
    expect(backendFor([], "x.example.com", "/")).toBe(undefined);
  });
});
