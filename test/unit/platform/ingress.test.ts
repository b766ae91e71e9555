import { describe, expect, it } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import type { Traits } from "../../../components/cluster";
import type { PlatformConfig } from "../../../components/config/types";
import type { Recording } from "../clouds/record";
import { devConfig, fullTraits, install, plainTraits, prodConfig } from "./fixture";

async function traefik(config: PlatformConfig, traits: Traits): Promise<{ values: Values; recording: Recording }> {
  const { recording } = await install(config, traits);
  const { inputs } = recording.one("kubernetes:helm.sh/v3:Release", "platform-test-traefik");
  return { values: inputs.values as Values, recording };
}

interface Values {
  deployment: { replicas: number };
  autoscaling?: unknown;
  providers: unknown;
  service: unknown;
  ports: { web: { http: Record<string, unknown>; forwardedHeaders: unknown } };
}

describe("Traefik", () => {
  it("behind its own load balancer publishes what its Service gets, and sees the clients", async () => {
    const { values } = await traefik(devConfig(), plainTraits);
    expect(values.service).toEqual({
      annotations: { "example.com/scheme": "public" },
      spec: { type: "LoadBalancer", externalTrafficPolicy: "Local" },
    });
    expect(values.providers).toEqual({
      kubernetesIngress: { publishedService: { enabled: true } },
      kubernetesIngressNGINX: { enabled: true, publishService: { enabled: true } },
    });
    expect(values.ports.web.forwardedHeaders).toEqual({ trustedIPs: [] });
  });

  it("behind the cloud's load balancer publishes that one's name, and believes nobody else", async () => {
    const { values } = await traefik(prodConfig(), fullTraits);
    expect(values.service).toEqual({ annotations: {}, spec: { type: "ClusterIP" } });
    expect(values.providers).toEqual({
      kubernetesIngress: {
        publishedService: { enabled: false },
        ingressEndpoint: { hostname: "lb-1.example.net" },
      },
      kubernetesIngressNGINX: { enabled: true, publishStatusAddress: "lb-1.example.net" },
    });
    expect(values.ports.web.forwardedHeaders).toEqual({ trustedIPs: ["10.0.0.0/20", "10.0.16.0/20"] });
  });

  it("takes the address that the cloud reserved", async () => {
    const { values } = await traefik(devConfig(), {
      ...plainTraits,
      ingress: {
        ...plainTraits.ingress,
        service: { type: "LoadBalancer", annotations: {}, loadBalancerIP: "203.0.113.9" },
        address: { kind: "ip", value: pulumi.output("203.0.113.9") },
      },
    });
    expect(values.service).toMatchObject({ spec: { loadBalancerIP: "203.0.113.9" } });
    expect(values.providers).toMatchObject({ kubernetesIngress: { ingressEndpoint: { ip: "203.0.113.9" } } });
  });

  it("is tied to the cloud's load balancer by one object after the other, with what the cloud reads from annotations", async () => {
    const objects = ["Backend", "Frontend", "Balancer"].map((kind) => ({
      name: "traefik",
      apiVersion: "balancers.example.com/v1",
      kind,
      annotations: kind === "Balancer" ? { "example.com/address": pulumi.output("reserved") } : undefined,
      spec: { kind },
    }));
    const { recording } = await traefik(prodConfig(), {
      ...fullTraits,
      ingress: { ...fullTraits.ingress, attachments: objects },
    });
    const [backend, frontend, balancer] = objects.map(({ kind }) =>
      recording.one(`kubernetes:balancers.example.com/v1:${kind}`, `platform-test-traefik-${kind}`),
    );
    const release = recording.one("kubernetes:helm.sh/v3:Release", "platform-test-traefik");
    expect(backend && recording.waitsFor(backend, release)).toBe(true);
    expect(backend && frontend && recording.waitsFor(frontend, backend)).toBe(true);
    expect(frontend && balancer && recording.waitsFor(balancer, frontend)).toBe(true);
    expect(balancer?.inputs.metadata).toEqual({
      name: "traefik",
      namespace: "traefik",
      annotations: { "example.com/address": "reserved" },
    });
    expect(backend?.inputs.metadata).toEqual({ name: "traefik", namespace: "traefik" });
  });

  it("limits the rate of every request by the client's address", async () => {
    const direct = await traefik(devConfig(), plainTraits);
    const behind = await traefik(prodConfig(), fullTraits);
    const spec = ({ recording }: { recording: Recording }) =>
      recording.one("kubernetes:traefik.io/v1alpha1:Middleware", "platform-test-rate-limit").inputs;
    expect(direct.values.ports.web.http.middlewares).toEqual(["traefik-rate-limit@kubernetescrd"]);
    expect(spec(direct)).toMatchObject({ metadata: { name: "rate-limit", namespace: "traefik" } });
    expect(spec(direct).spec).toEqual({ rateLimit: { average: 100, burst: 200, period: "1s" } });
    expect(spec(behind).spec).toMatchObject({
      rateLimit: { sourceCriterion: { ipStrategy: { excludedIPs: ["10.0.0.0/20", "10.0.16.0/20"] } } },
    });
  });

  it("sends plain HTTP to HTTPS only where it has the certificates itself", async () => {
    const redirected = { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } };
    const atIngress = await traefik(prodConfig(), { ...fullTraits, ingress: plainTraits.ingress });
    expect(atIngress.values.ports.web.http).toMatchObject(redirected);
    const atBalancer = await traefik(prodConfig(), fullTraits);
    expect(atBalancer.values.ports.web.http).not.toHaveProperty("redirections");
    const withoutTls = await traefik(prodConfig({ tls: { enabled: false } }), {
      ...fullTraits,
      ingress: plainTraits.ingress,
    });
    expect(withoutTls.values.ports.web.http).not.toHaveProperty("redirections");
  });

  it("runs once where it is cheap, and grows where it matters", async () => {
    const dev = await traefik(devConfig(), plainTraits);
    expect(dev.values.deployment.replicas).toBe(1);
    expect(dev.values).not.toHaveProperty("autoscaling");
    const prod = await traefik(prodConfig(), fullTraits);
    expect(prod.values.autoscaling).toMatchObject({ enabled: true, minReplicas: 3, maxReplicas: 10 });
  });

  it("serves the class nginx, which is ours to make", async () => {
    const { recording } = await traefik(devConfig(), plainTraits);
    expect(recording.ofType("kubernetes:networking.k8s.io/v1:IngressClass").map(({ inputs }) => inputs)).toMatchObject([
      { metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } },
    ]);
  });
});

describe("the platform's pages", () => {
  const ingressType = "kubernetes:networking.k8s.io/v1:Ingress";

  it("have certificates of the cluster's issuer where TLS ends at Traefik", async () => {
    const { recording } = await install(prodConfig(), { ...fullTraits, ingress: plainTraits.ingress });
    expect(recording.one(ingressType, "platform-test-argocd").inputs).toMatchObject({
      metadata: {
        name: "argocd",
        namespace: "argocd",
        annotations: { "cert-manager.io/cluster-issuer": "platform" },
      },
      spec: {
        ingressClassName: "traefik",
        tls: [{ hosts: ["argocd.example.com"], secretName: "argocd-tls" }],
        rules: [
          {
            host: "argocd.example.com",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "argocd-server", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    });
    expect(recording.one("kubernetes:cert-manager.io/v1:ClusterIssuer", "platform-test-issuer").inputs).toMatchObject({
      metadata: { name: "platform" },
      spec: { acme: { email: "ops@example.com", solvers: [{ dns01: { route53: { region: "eu-west-1" } } }] } },
    });
  });

  it("have none where the load balancer has them", async () => {
    const { recording } = await install(prodConfig(), fullTraits);
    const grafana = recording.one(ingressType, "platform-test-grafana").inputs;
    expect(grafana.spec).not.toHaveProperty("tls");
    expect(grafana).toMatchObject({
      metadata: { annotations: {} },
      spec: { rules: [{ host: "grafana.example.com" }] },
    });
    expect(recording.ofType("kubernetes:cert-manager.io/v1:ClusterIssuer")).toEqual([]);
  });

  it("have self-signed ones where no authority can know the domain", async () => {
    const { recording } = await install(devConfig({ domain: "platform.test", tls: { enabled: true } }), plainTraits);
    expect(recording.one("kubernetes:cert-manager.io/v1:ClusterIssuer", "platform-test-issuer").inputs.spec).toEqual({
      selfSigned: {},
    });
    expect(recording.ofType("kubernetes:helm.sh/v3:Release").map(({ inputs }) => inputs.name)).not.toContain(
      "external-dns",
    );
  });
});
