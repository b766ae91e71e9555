import { beforeAll, describe, expect, it } from "vitest";

import type { IngressTrait } from "../../../../components/cluster";
import { type Recording, valueOf } from "../record";
import { prod, up, usual } from "./google";

/** An attachment with its outputs' values. */
async function attachment(trait: IngressTrait, kind: string) {
  const found = trait.attachments.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`${kind} is missing`);
  const spec = await valueOf(found.spec);
  const annotations = await valueOf(found.annotations ?? {});
  return { ...found, spec, annotations };
}

describe("HTTPS", () => {
  let r: Recording;
  let trait: IngressTrait;
  beforeAll(async () => {
    const made = await usual.prod();
    r = made.recording;
    trait = made.result.traits.ingress;
  });

  it("is Google's Ingress with address, certificate and TLS policy, made last", async () => {
    expect(trait.attachments.map(({ kind }) => kind)).toEqual([
      "BackendConfig",
      "FrontendConfig",
      "ManagedCertificate",
      "Ingress",
    ]);
    expect(await attachment(trait, "Ingress")).toMatchObject({
      name: "traefik",
      apiVersion: "networking.k8s.io/v1",
      annotations: {
        "kubernetes.io/ingress.class": "gce",
        "kubernetes.io/ingress.global-static-ip-name": "platform-test-ingress",
        "networking.gke.io/managed-certificates": "traefik",
        "networking.gke.io/v1beta1.FrontendConfig": "traefik",
      },
      spec: { defaultBackend: { service: { name: "traefik", port: { number: 443 } } } },
    });
    expect((await attachment(trait, "Ingress")).spec).not.toHaveProperty("ingressClassName");
    expect(await attachment(trait, "FrontendConfig")).toMatchObject({
      apiVersion: "networking.gke.io/v1beta1",
      spec: { sslPolicy: "platform-test-tls", redirectToHttps: { enabled: true } },
    });
    expect(r.one("gcp:compute/sSLPolicy:SSLPolicy", "platform-test-tls").inputs).toMatchObject({
      minTlsVersion: "TLS_1_2",
      profile: "RESTRICTED",
    });
  });

  it("has a certificate for the names that the platform publishes: one more would keep it from being issued", async () => {
    expect((await attachment(trait, "ManagedCertificate")).spec).toEqual({
      domains: ["argocd.example.com", "grafana.example.com"],
    });
  });

  it("goes on encrypted to the pods themselves", () => {
    expect(trait.service).toEqual({
      type: "ClusterIP",
      annotations: {
        "cloud.google.com/neg": '{"ingress":true}',
        "cloud.google.com/backend-config": '{"default":"traefik"}',
        "cloud.google.com/app-protocols": '{"websecure":"HTTPS"}',
      },
    });
    expect(trait.tlsAt).toBe("load-balancer");
  });

  it("asks Traefik itself whether it is well, and has requests filtered", async () => {
    expect((await attachment(trait, "BackendConfig")).spec).toMatchObject({
      securityPolicy: { name: "platform-test-firewall" },
      healthCheck: { type: "HTTP", port: 8080, requestPath: "/ping" },
      connectionDraining: { drainingTimeoutSec: 30 },
    });
  });

  it("tells clients from the load balancer, its own outer address included", async () => {
    expect(await Promise.all(trait.trustedIPs.map(valueOf))).toEqual([
      "130.211.0.0/22",
      "35.191.0.0/16",
      "203.0.113.80/32",
    ]);
    expect(await valueOf(trait.address?.value)).toBe("203.0.113.80");
    expect(trait.address?.kind).toBe("ip");
  });

  it("takes a certificate that exists, and asks for none", async () => {
    const certificate = "projects/example/global/sslCertificates/wildcard";
    const { result } = await up(prod({ tls: { enabled: true, certificate } }));
    const { annotations } = await attachment(result.traits.ingress, "Ingress");
    expect(annotations).toMatchObject({ "ingress.gcp.kubernetes.io/pre-shared-cert": "wildcard" });
    expect(annotations).not.toHaveProperty(["networking.gke.io/managed-certificates"]);
    expect(result.traits.ingress.attachments.map(({ kind }) => kind)).not.toContain("ManagedCertificate");
  });
});

describe("HTTP alone", () => {
  it("names no TLS anywhere", async () => {
    const { result } = await usual.dev();
    const ingress = await attachment(result.traits.ingress, "Ingress");
    expect(ingress.spec).toEqual({ defaultBackend: { service: { name: "traefik", port: { number: 80 } } } });
    expect(Object.keys(ingress.annotations)).toEqual([
      "kubernetes.io/ingress.class",
      "kubernetes.io/ingress.global-static-ip-name",
    ]);
  });
});

describe("Cloud Armor", () => {
  type Rule = { action: string; priority: number; match: { expr?: { expression: string } }; rateLimitOptions?: object };

  it("asks for attacks first, then counts, then lets pass: the first rule that fits is the last one asked", async () => {
    const { recording } = await usual.dev();
    const { inputs } = recording.one("gcp:compute/securityPolicy:SecurityPolicy", "platform-test-firewall");
    const rules = [...(inputs.rules as Rule[])].sort((a, b) => a.priority - b.priority);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
    expect(rules.map(({ action }) => action)).toEqual([
      ...Array.from({ length: 6 }, () => "deny(403)"),
      "throttle",
      "allow",
    ]);
    expect(rules[0]?.match.expr?.expression).toBe("evaluatePreconfiguredWaf('cve-canary', {'sensitivity': 1})");
    expect(rules.at(-2)?.rateLimitOptions).toEqual({
      conformAction: "allow",
      exceedAction: "deny(429)",
      enforceOnKey: "IP",
      rateLimitThreshold: { count: 2000, intervalSec: 300 },
    });
    expect(rules.at(-1)).toMatchObject({ priority: 2147483647, match: { config: { srcIpRanges: ["*"] } } });
  });
});
