import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../simulator/kubernetes/objects";
import { InitializationFailed, unknown, type Properties } from "../../simulator/provider";
import { startTestCluster, TestResource, type TestCluster } from "./kubernetes-cluster";

let cluster: TestCluster;

const resource = (type: string, name: string) => new TestResource(cluster.provider, type, name);
const meta = (name: string, namespace = "apps") => ({ name, namespace });

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.provider.configure("test", { kubeconfig: cluster.kubeconfig });
  await cluster.provider.configure("mutable", {
    kubeconfig: cluster.kubeconfig,
    enableConfigMapMutable: "true",
    enableSecretMutable: "true",
  });
  await namespace("apps").create(namespaceInputs("apps"));
});

afterAll(() => cluster?.end());

const namespace = (name: string) => resource("kubernetes:core/v1:Namespace", name);
const namespaceInputs = (name: string): Properties => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

function deployment(replicas: number, image = "nginx:1.29", labels: Properties = { app: "web" }): Properties {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta("web"),
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: false,
          containers: [{ name: "web", image, resources: { requests: { cpu: "1000m", memory: "1024Mi" } } }],
        },
      },
    },
  };
}

describe("objects", () => {
  it("are created, waited for, changed in place, and equal to themselves", async () => {
    const web = resource("kubernetes:apps/v1:Deployment", "web");
    const outputs = await web.create(deployment(2));
    expect(at(outputs, "status", "readyReplicas")).toBe(2);
    expect(web.id).toBe("apps/web");
    // `1000m` comes back as `1`, and `hostNetwork: false` not at all.
    expect(await web.diff(deployment(2))).toEqual({ updates: [], replaces: [], deleteBeforeReplace: false });

    expect(await web.diff(deployment(3, "nginx:1.30"))).toMatchObject({
      updates: ["spec.replicas", "spec.template.spec.containers[0].image"],
      replaces: [],
    });
    const planned = await web.update(deployment(3, "nginx:1.30"), { preview: true });
    expect(at(planned, "spec", "replicas")).toBe(3);
    const updated = await web.update(deployment(3, "nginx:1.30"));
    expect(at(updated, "status", "updatedReplicas")).toBe(3);
    expect(at(updated, "metadata", "annotations", "deployment.kubernetes.io/revision")).toBe("2");
    // The fields of the create are now the apply's: nothing else owns what the program sets.
    const live = await cluster.api.get({ apiVersion: "apps/v1", kind: "Deployment" }, "apps", "web");
    const managers = (live.metadata.managedFields ?? []).filter(({ subresource }) => !subresource);
    expect(managers.filter(({ manager }) => manager === "pulumi-kubernetes")).toEqual([]);

    expect(await web.diff(deployment(3, "nginx:1.30", { app: "other" }))).toMatchObject({
      replaces: ["spec.selector.matchLabels.app"],
      deleteBeforeReplace: true,
    });
    expect((await web.read())?.inputs).toEqual(web.inputs);
    await web.delete();
    expect(await web.read()).toBeUndefined();
  });

  it("say why they do not become ready, and are mended by the next update", async () => {
    const stuck = resource("kubernetes:apps/v1:Deployment", "web");
    const huge = deployment(1);
    const container = at(huge, "spec", "template", "spec", "containers") as Properties[];
    (container[0] as Properties).resources = { requests: { cpu: "100" } };
    const error = await stuck.create(huge, { timeoutSeconds: 5 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InitializationFailed);
    const failed = error as InitializationFailed;
    expect(failed.id).toBe("apps/web");
    expect(failed.reasons[0]).toContain("'web' timed out waiting to be Ready");
    expect(failed.reasons.join("\n")).toContain("Minimum number of live Pods was not attained");
    expect(failed.reasons.join("\n")).toContain("Insufficient cpu");
    stuck.id = failed.id;
    stuck.inputs = huge;
    stuck.outputs = failed.outputs;
    await expect(stuck.read()).rejects.toThrow("was created but failed to initialize");
    expect(at(await stuck.update(deployment(1)), "status", "readyReplicas")).toBe(1);
    await stuck.delete();
  });

  it("get a name of their own, and keep it", async () => {
    const map = new TestResource(cluster.provider, "kubernetes:core/v1:ConfigMap", "settings", "test");
    const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "apps" }, data: { a: "1" } };
    await map.create(inputs);
    const name = String(at(map.outputs, "metadata", "name"));
    expect(name).toMatch(/^settings-[0-9a-f]{8}$/);
    expect(at(await map.check(inputs), "metadata", "name")).toBe(name);
    // Changed data needs a new ConfigMap, which may live beside the old one as its name is generated.
    expect(await map.diff({ ...inputs, data: { a: "2" } })).toEqual({
      updates: [],
      replaces: ["data.a"],
      deleteBeforeReplace: false,
    });
    const mutable = new TestResource(cluster.provider, "kubernetes:core/v1:ConfigMap", "settings", "mutable");
    Object.assign(mutable, { id: map.id, inputs: map.inputs, outputs: map.outputs });
    expect(await mutable.diff({ ...inputs, data: { a: "2" } })).toMatchObject({ updates: ["data.a"], replaces: [] });
    await mutable.update({ ...inputs, data: { a: "2" } });
    expect(at(mutable.outputs, "data", "a")).toBe("2");
    await map.delete();
  });

  it("refuse fields that the API server does not know, in previews too", async () => {
    const map = resource("kubernetes:core/v1:ConfigMap", "odd");
    const odd = { apiVersion: "v1", kind: "ConfigMap", metadata: meta("odd"), dta: { a: "1" } };
    await expect(map.create(odd, { preview: true })).rejects.toThrow('unknown field "dta"');
    await expect(map.create(odd)).rejects.toThrow('unknown field "dta"');
  });

  it("refuse a name that is taken, unless the provider adopts what exists", async () => {
    const first = resource("kubernetes:core/v1:ConfigMap", "taken");
    const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: meta("taken"), data: { a: "1" } };
    await first.create(inputs);
    const second = resource("kubernetes:core/v1:ConfigMap", "second");
    await expect(second.create(inputs)).rejects.toThrow("already exists in the cluster");
    await cluster.provider.configure("upsert", { kubeconfig: cluster.kubeconfig, upsertExistingObjects: "true" });
    const adopting = new TestResource(cluster.provider, "kubernetes:core/v1:ConfigMap", "second", "upsert");
    const changed = { ...inputs, data: { a: "2" } };
    await expect(adopting.create(changed)).rejects.toThrow("server-side apply field conflict detected");
    const annotated = { ...changed, metadata: { ...meta("taken"), annotations: { "pulumi.com/patchForce": "true" } } };
    expect(at(await adopting.create(annotated), "data", "a")).toBe("2");
    await first.delete();
  });

  it("patch an object that is somebody else's, and give the patch back", async () => {
    const patch = resource("kubernetes:storage.k8s.io/v1:StorageClassPatch", "gp2");
    const annotation = "storageclass.kubernetes.io/is-default-class";
    const inputs = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "gp2", annotations: { [annotation]: "false" } },
    };
    await patch.create({ ...inputs, metadata: { ...inputs.metadata, labels: { patched: "yes" } } });
    const classKind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
    const live = await cluster.api.get(classKind, undefined, "gp2");
    expect(live.metadata.labels).toMatchObject({ patched: "yes" });
    await patch.delete();
    const after = await cluster.api.get(classKind, undefined, "gp2");
    expect(after.metadata.labels?.patched).toBeUndefined();
    expect(after.provisioner).toBe(live.provisioner);
  });

  it("hide a Secret's data from the state, and compare text with what the server keeps", async () => {
    const inputs = { apiVersion: "v1", kind: "Secret", metadata: meta("login"), stringData: { password: "hunter2" } };
    const login = resource("kubernetes:core/v1:Secret", "login");
    await login.create(inputs);
    const { data, __inputs, ...open } = login.outputs;
    expect(JSON.stringify(open)).not.toMatch(/hunter2|aHVudGVyMg==/);
    // Pulumi's mark of a secret value (sdk/go/common/resource/properties.go).
    for (const hidden of [data, __inputs]) {
      expect(at(hidden, "4dabf18193072939515e22adb298388d")).toBe("1b47061264138c4ac30d75fd1eb44270");
    }
    expect(await login.diff(inputs)).toMatchObject({ updates: [], replaces: [] });
    expect(await login.diff({ ...inputs, stringData: { password: "other" } })).toMatchObject({
      replaces: ["data.password"],
      deleteBeforeReplace: true,
    });
    await login.delete();
  });

  it("wait for a load balancer's address and for claims as their class binds", async () => {
    const service = resource("kubernetes:core/v1:Service", "front");
    const spec = { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] };
    const outputs = await service.create({ apiVersion: "v1", kind: "Service", metadata: meta("front"), spec });
    expect(at(outputs, "status", "loadBalancer", "ingress")).toHaveLength(1);
    await service.delete();
    const claim = resource("kubernetes:core/v1:PersistentVolumeClaim", "disk");
    const made = await claim.create({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: meta("disk"),
      spec: { storageClassName: "gp2", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2048Mi" } } },
    });
    expect(at(made, "status", "phase")).toBe("Pending");
    await claim.delete();
  });
});

describe("custom resources", () => {
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", x_kubernetes_preserve_unknown_fields: true } },
            },
          },
        },
      ],
    },
  };
  const widget = {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { ...meta("one"), finalizers: ["example.com/hold"] },
    spec: { size: 1 },
  };

  it("can be previewed before their definition, and made right after it", async () => {
    const one = resource("kubernetes:example.com/v1:Widget", "one");
    expect(at(await one.create(widget, { preview: true }), "spec", "size")).toBe(1);
    await expect(one.create(widget)).rejects.toThrow("Verify that any required CRDs have been created");
    const definition = resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "widgets");
    const made = definition.create(crd);
    await one.create(widget);
    await made;
    expect(one.id).toBe("apps/one");
    expect(await definition.diff(crd)).toMatchObject({ updates: [], replaces: [] });
  });

  it("that never go are named by their namespace's deletion", async () => {
    const held = namespace("held");
    await held.create(namespaceInputs("held"));
    const two = resource("kubernetes:example.com/v1:Widget", "two");
    await two.create({ ...widget, metadata: { ...widget.metadata, ...meta("two", "held") } });
    await expect(held.delete(8)).rejects.toThrow(/widgets\.example\.com held\/two \(finalizers: example\.com\/hold\)/);
    const live = await cluster.api.get({ apiVersion: "example.com/v1", kind: "Widget" }, "held", "two");
    await cluster.api.patchJson(live, [{ op: "remove", path: "/metadata/finalizers" }]);
    await held.delete();
  });
});

describe("a cluster that is not there", () => {
  it("can be previewed, and nothing more", async () => {
    await cluster.provider.configure("later", { kubeconfig: unknown });
    const dead = { clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }] };
    const context = { contexts: [{ name: "c", context: { cluster: "c", user: "c" } }], "current-context": "c" };
    await cluster.provider.configure("dead", {
      kubeconfig: JSON.stringify({ ...dead, ...context, users: [{ name: "c", user: { token: "t" } }] }),
    });
    for (const connection of ["later", "dead"]) {
      const web = new TestResource(cluster.provider, "kubernetes:apps/v1:Deployment", "web", connection);
      expect(at(await web.create(deployment(1), { preview: true }), "spec", "replicas")).toBe(1);
      await expect(web.create(deployment(1))).rejects.toThrow("configured Kubernetes cluster is unreachable");
    }
    const web = new TestResource(cluster.provider, "kubernetes:apps/v1:Deployment", "web", "dead");
    await expect(web.create(deployment(1))).rejects.toThrow("ECONNREFUSED");
  });
});
