import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClusterRequest } from "../../../simulator/cloud/behaviour";
import { Store } from "../../../simulator/cloud/store";
import { backendConfigOf, backendsOf, isOurs } from "../../../simulator/controlplane/standins/gce/ingress";
import type { BalancedIngress } from "../../../simulator/controlplane/standins/gce/balancers";
import { driverOf } from "../../../simulator/controlplane/standins/drivers";
import { gcpBehaviours } from "../../../simulator/gcp";
import { GoogleBalancers } from "../../../simulator/gcp/ingresses";
import { Account } from "./account";

const cluster: ClusterRequest = {
  id: "projects/example-test/locations/europe-west1/clusters/platform",
  name: "platform",
  cloud: "gcp",
  region: "europe-west1",
  version: "1.36",
  endpointHost: "198.18.0.1",
  serviceCidr: "10.8.0.0/20",
};

describe("the load balancer of an Ingress", () => {
  let directory: string;
  let store: Store;
  let balancers: GoogleBalancers;
  const record = (type: string, id: string, outputs: object) =>
    store.put({ type, id, urn: "u", inputs: {}, outputs: { project: "example-test", ...outputs } });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ingress-"));
    store = new Store(join(directory, "cloud.json"));
    balancers = new GoogleBalancers(store);
    record("gcp:compute/globalAddress:GlobalAddress", "projects/example-test/global/addresses/web", {
      name: "web",
      address: "198.18.9.9",
    });
    record("gcp:compute/securityPolicy:SecurityPolicy", "projects/example-test/global/securityPolicies/waf", {
      name: "waf",
    });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const refusalOf = (ingress: BalancedIngress): string => {
    const answer = balancers.ensure(cluster, ingress);
    return "refusal" in answer ? answer.refusal : "";
  };
  const wanted = { key: "traefik/traefik", addressName: "web", securityPolicies: ["waf"] };

  it("has the reserved address, and keeps it and its policies from being deleted", () => {
    expect(balancers.ensure(cluster, wanted)).toEqual({ address: "198.18.9.9" });
    expect(balancers.ensure(cluster, wanted)).toEqual({ address: "198.18.9.9" });
    const context = { ...new Account().context(), inventory: store };
    const refusals = () =>
      store
        .all()
        .filter(({ urn }) => urn !== "")
        .map((each) => gcpBehaviours[each.type]?.refuseDelete?.(each, context) ?? "");
    expect(refusals()).toEqual([
      expect.stringContaining(
        "The address resource 'projects/example-test/global/addresses/web' is already being used by 'projects/example-test/global/forwardingRules/k8s2-fr-",
      ),
      expect.stringContaining("resourceInUseByAnotherResource"),
    ]);
    balancers.remove(cluster, wanted.key);
    expect(refusals()).toEqual(["", ""]);
    expect(store.all()).toHaveLength(2);
  });

  it.each([
    [{ addressName: "none" }, "the given static IP name none doesn't translate to an existing static IP."],
    [{ securityPolicies: ["none"] }, "The resource 'projects/example-test/global/securityPolicies/none' was not found"],
    [{ sslPolicy: "none" }, "The resource 'projects/example-test/global/sslPolicies/none' was not found"],
  ])("is refused with %j", (changes, refusal) => {
    expect(refusalOf({ ...wanted, ...changes })).toContain(refusal);
    expect(store.all()).toHaveLength(2);
  });

  it("shares its address with no other", () => {
    balancers.ensure(cluster, wanted);
    expect(refusalOf({ ...wanted, key: "default/other" })).toContain("Specified IP address is in-use");
  });

  it("is not made where the cluster's controller is off", () => {
    record("gcp:container/cluster:Cluster", cluster.id, { addonsConfig: { httpLoadBalancing: { disabled: true } } });
    expect(balancers.isServed(cluster)).toBe(false);
    expect(balancers.isServed({ ...cluster, id: "another" })).toBe(true);
  });
});

describe("GKE's Ingress controller", () => {
  it.each([
    [{ annotations: { "kubernetes.io/ingress.class": "gce" } }, undefined, true],
    [{ annotations: { "kubernetes.io/ingress.class": "nginx" } }, undefined, false],
    [{}, "traefik", false],
    [{}, undefined, true],
  ])("with %j and class %s: %s", (metadata, ingressClassName, ours) => {
    expect(isOurs({ metadata, spec: { ingressClassName } })).toBe(ours);
  });

  it("finds the backends, their ports and configurations", () => {
    const backend = { service: { name: "traefik", port: { number: 443 } } };
    expect(backendsOf({ spec: { defaultBackend: backend } })).toEqual([{ service: "traefik", port: 443 }]);
    const service = (annotations: Record<string, string>) => ({
      metadata: { name: "traefik", namespace: "traefik", annotations },
      spec: { type: "ClusterIP", ports: [{ name: "websecure", port: 443 }] },
    });
    const configured = { "cloud.google.com/backend-config": '{"default":"usual","ports":{"443":"own"}}' };
    expect(backendConfigOf(service(configured), "websecure")).toBe("own");
    expect(backendConfigOf(service({}), 443)).toBeUndefined();
    expect(() => backendConfigOf(service({}), 80)).toThrow('could not find port "80" in service "traefik/traefik"');
    expect(() => backendConfigOf(service({ "cloud.google.com/neg": '{"ingress": false}' }), 443)).toThrow(
      'is type "ClusterIP"',
    );
  });
});

describe("Google's volume drivers", () => {
  const request = { parameters: {}, accessModes: ["ReadWriteOnce"], size: 2 ** 30 };

  it("takes over the in-tree one, in the node's zone", () => {
    const driver = driverOf("kubernetes.io/gce-pd");
    expect(driver).toMatchObject({ name: "pd.csi.storage.gke.io", topologyKey: "topology.gke.io/zone" });
    expect(driver?.refuse({ ...request, parameters: { type: "pd-balanced" } })).toBeUndefined();
  });

  it.each([
    [{ parameters: { typ: "pd-ssd" } }, 'parameters contains invalid option "typ"'],
    [{ parameters: { type: "gp3" } }, "The disk type does not exist."],
    [{ accessModes: ["ReadWriteMany"] }, "specified multi writer"],
    [{ parameters: { type: "pd-standard", "replication-type": "regional-pd" } }, "cannot be smaller than 200 GB"],
  ])("disks refuse %j", (changes, refusal) => {
    expect(driverOf("pd.csi.storage.gke.io")?.refuse({ ...request, ...changes })).toContain(refusal);
  });

  it("shares have at least a TiB", () => {
    const driver = driverOf("filestore.csi.storage.gke.io");
    expect(driver?.sizeOf?.(request)).toBe(2 ** 40);
    expect(driver?.sizeOf?.({ ...request, parameters: { tier: "premium" } })).toBe(2.5 * 2 ** 40);
    expect(driver?.refuse({ ...request, parameters: { tier: "cheap" } })).toContain("invalid tier: cheap");
  });
});
