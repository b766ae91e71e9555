import { expect, it } from "vitest";
import { doorOf, rulesOf } from "../../../../../cli/migrate/steps/door";
import type { Manifest } from "../../../../../cli/validate/model";

const object = (apiVersion: string, kind: string, name: string, spec: object, namespace = "shop"): Manifest => ({
  apiVersion,
  kind,
  metadata: { namespace, name },
  spec,
});
const service = (name: string, spec: object = { selector: { app: name } }, namespace = "shop") =>
  object("v1", "Service", name, spec, namespace);
const titles = (objects: Manifest[]) => doorOf(objects, ["shop"]).map(({ namespace, name }) => `${namespace}/${name}`);

it("closes what Ingresses and routes lead to, and lets what is only reached from within be", () => {
  const objects = [
    object("networking.k8s.io/v1", "Ingress", "web", {
      defaultBackend: { service: { name: "fallback", port: { number: 80 } } },
      rules: [{ http: { paths: [{ backend: { service: { name: "web", port: { number: 80 } } } }] } }],
    }),
    object("traefik.io/v1alpha1", "IngressRoute", "api", { routes: [{ services: [{ name: "api", port: 80 }] }] }),
    object("gateway.networking.k8s.io/v1", "HTTPRoute", "gw", {
      rules: [{ backendRefs: [{ name: "gate", port: 80 }] }],
    }),
    ...["web", "fallback", "api", "gate", "database"].map((name) => service(name)),
  ];
  expect(titles(objects)).toEqual(["shop/web", "shop/fallback", "shop/api", "shop/gate"]);
});

it("closes what has an address of its own", () => {
  expect(
    titles([
      service("lb", { type: "LoadBalancer", selector: { app: "lb" } }),
      service("node", { type: "NodePort", selector: { app: "node" } }),
      service("inner", { type: "ClusterIP", selector: { app: "inner" } }),
      service("other", { type: "LoadBalancer", selector: { app: "other" } }, "platform"),
      service("outside", { type: "LoadBalancer" }),
    ]),
  ).toEqual(["shop/lb", "shop/node"]);
});

it("is restored closed", () => {
  const [rule] = rulesOf(doorOf([service("lb", { type: "LoadBalancer", selector: { app: "lb" } })], ["shop"]));
  expect(rule?.conditions).toEqual({ groupResource: "services", namespaces: ["shop"], resourceNameRegex: "^lb$" });
  expect(JSON.parse(rule?.mergePatches?.[0]?.patchData ?? "")).toEqual({
    spec: { selector: { "platform/migration": "stopped" } },
  });
});
