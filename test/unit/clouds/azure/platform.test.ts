/** The whole program on Azure: what the platform makes of this cloud's traits. */
import { beforeAll, describe, expect, it } from "vitest";

import { createCluster } from "../../../../components/clouds";
import { Platform } from "../../../../components/platform";
import { charts } from "../../../../simulator/kubernetes/charts";
import { checkSecrets, checkValues } from "../../../../simulator/kubernetes/release/values";
import { computed, domain, invoke, prod, subscription, tenant } from "../azure";
import { record, type Recording } from "../record";

let r: Recording;
beforeAll(async () => {
  const config = prod();
  ({ recording: r } = await record(
    async () => new Platform("platform", config, await createCluster("platform", config)),
    (type, name, inputs) =>
      type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : computed(type, name, inputs),
    invoke,
  ));
}, 60_000);

const values = (chart: string) =>
  r.one("kubernetes:helm.sh/v3:Release", `platform-${chart}`).inputs.values as Record<string, unknown>;

it("sets nothing that a chart does not know, and no secret", () => {
  const releases = r.ofType("kubernetes:helm.sh/v3:Release");
  expect(releases.length).toBeGreaterThan(6);
  const refused = releases.flatMap(({ inputs }) => {
    const chart = charts.get(String(inputs.chart));
    if (!chart) return [`${String(inputs.chart)} is unknown`];
    return [...checkValues(chart, inputs.values), ...checkSecrets(inputs.values)].map(
      ({ property, reason }) => `${String(inputs.chart)} ${property}: ${reason}`,
    );
  });
  expect(refused).toEqual([]);
});

describe("external-dns", () => {
  it("reads from a file where its cloud is", () => {
    expect(values("external-dns")).toMatchObject({
      provider: { name: "azure" },
      extraVolumes: [{ name: "cloud", configMap: { name: "cloud" } }],
      extraVolumeMounts: [{ name: "cloud", mountPath: "/etc/kubernetes", readOnly: true }],
      podLabels: { "azure.workload.identity/use": "true" },
      serviceAccount: {
        name: "external-dns",
        annotations: { "azure.workload.identity/client-id": "platform-external-dns-client" },
      },
    });
    const { metadata, data } = r.one("kubernetes:core/v1:ConfigMap", "platform-external-dns-cloud").inputs;
    expect(metadata).toEqual({ name: "cloud", namespace: "external-dns" });
    expect(JSON.parse((data as Record<string, string>)["azure.json"] ?? "")).toEqual({
      tenantId: tenant,
      subscriptionId: subscription,
      resourceGroup: "dns",
      useWorkloadIdentityExtension: true,
    });
  });

  it("starts when the file is there", () => {
    const release = r.one("kubernetes:helm.sh/v3:Release", "platform-external-dns");
    expect(r.waitsFor(release, r.one("kubernetes:core/v1:ConfigMap", "platform-external-dns-cloud"))).toBe(true);
  });
});

it("gets certificates by writing into the zone", () => {
  expect(r.one("kubernetes:cert-manager.io/v1:ClusterIssuer", "platform-issuer").inputs).toMatchObject({
    spec: {
      acme: {
        email: "platform@example.com",
        solvers: [
          {
            dns01: {
              azureDNS: { hostedZoneName: domain, managedIdentity: { clientID: "platform-cert-manager-client" } },
            },
          },
        ],
      },
    },
  });
});

it("has Traefik behind the fixed address, sending everyone to HTTPS, with clients' own addresses", () => {
  expect(values("traefik")).toMatchObject({
    service: {
      annotations: { "service.beta.kubernetes.io/azure-pip-name": "platform-ingress01234567" },
      spec: { type: "LoadBalancer", externalTrafficPolicy: "Local" },
    },
    ports: { web: { http: { redirections: { entryPoint: { to: "websecure", permanent: true } } } } },
    // The Service's own address is published: AKS writes it into its status.
    providers: { kubernetesIngress: { publishedService: { enabled: true } } },
  });
});

it("takes the default away from AKS' class without touching what cannot be changed", () => {
  const { metadata, parameters } = r.one("kubernetes:storage.k8s.io/v1:StorageClassPatch", "platform-default").inputs;
  expect(metadata).toEqual({
    name: "default",
    annotations: { "storageclass.kubernetes.io/is-default-class": "false", "pulumi.com/patchForce": "true" },
  });
  expect(parameters).toEqual({});
});

it("does not look for what AKS hides", () => {
  expect(values("kube-prometheus-stack")).toMatchObject({
    kubeEtcd: { enabled: false },
    kubeScheduler: { enabled: false },
    kubeControllerManager: { enabled: false },
    kubeProxy: { enabled: false },
    coreDns: { enabled: true },
  });
});
