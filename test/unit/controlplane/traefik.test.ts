import type { V1Deployment } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { publishedBy } from "../../../simulator/controlplane/standins/traefik";

const traefik = (...args: string[]): V1Deployment => ({
  spec: { selector: {}, template: { spec: { containers: [{ name: "traefik", args }] } } },
});
const own = "traefik.io/ingress-controller";
const nginx = "k8s.io/ingress-nginx";

describe("the address that Traefik writes into Ingresses", () => {
  it.each([
    [
      "its own Service's",
      own,
      ["--providers.kubernetesingress.ingressendpoint.publishedservice=a/b"],
      { service: "a/b" },
    ],
    [
      "a host name's",
      own,
      ["--providers.kubernetesingress.ingressendpoint.hostname=x.y"],
      { address: { hostname: "x.y" } },
    ],
    ["an IP", own, ["--providers.kubernetesingress.ingressendpoint.ip=1.2.3.4"], { address: { ip: "1.2.3.4" } }],
    ["none", own, [], undefined],
    [
      "an IP, for nginx's class",
      nginx,
      ["--providers.kubernetesingressnginx.publishStatusAddress=1.2.3.4"],
      { address: { ip: "1.2.3.4" } },
    ],
    [
      "a host name, for nginx's class",
      nginx,
      ["--providers.kubernetesingressnginx.publishStatusAddress=x.y"],
      { address: { hostname: "x.y" } },
    ],
    [
      "a Service's, for nginx's class",
      nginx,
      ["--providers.kubernetesingressnginx.publishservice=a/b"],
      { service: "a/b" },
    ],
    [
      "nobody's, for another controller",
      "ingress.k8s.aws/alb",
      ["--providers.kubernetesingress.ingressendpoint.ip=1.2.3.4"],
      undefined,
    ],
  ])("is %s", (_, controller, args, expected) => {
    const providers = ["--providers.kubernetesingress", "--providers.kubernetesingressnginx"];
    expect(publishedBy(traefik(...providers, ...args), controller)).toEqual(expected);
  });

  it("is none where the provider is off", () => {
    const address = "--providers.kubernetesingress.ingressendpoint.ip=1.2.3.4";
    expect(publishedBy(traefik(address), own)).toBeUndefined();
  });
});
