import { describe, expect, it } from "vitest";
import { diffObject, pathText } from "../../../simulator/kubernetes/diff";
import { unknown, type DiffResult, type Properties } from "../../../simulator/provider";

interface Case {
  type?: string;
  kind: [apiVersion: string, kind: string];
  before: Properties;
  after: Properties;
  /** What the server adds to the inputs; they are the live object without it. */
  live?: Properties;
  namespaced?: boolean;
  mutable?: boolean;
}

function diff({
  type = "",
  kind: [apiVersion, kind],
  before,
  after,
  live,
  namespaced = true,
  mutable = false,
}: Case): DiffResult {
  const object = (rest: Properties): Properties => ({
    apiVersion,
    kind,
    metadata: { name: "a", namespace: "n" },
    ...rest,
  });
  return diffObject({
    type: type || `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`,
    oldInputs: object(before),
    live: {
      ...object(before),
      ...live,
      metadata: { name: "a", namespace: "n", uid: "1", ...(live?.metadata as object) },
    },
    news: object(after),
    namespaced,
    mutable: { configMaps: mutable, secrets: mutable },
  });
}

describe("an unchanged object", () => {
  it("is equal, whatever the server has added", () => {
    const spec = { replicas: 1, template: { spec: { containers: [{ name: "a" }] } } };
    const live = {
      spec: {
        ...spec,
        progressDeadlineSeconds: 600,
        template: { spec: { containers: [{ name: "a", imagePullPolicy: "Always" }] } },
      },
      status: { replicas: 1 },
    };
    expect(diff({ kind: ["apps/v1", "Deployment"], before: { spec }, after: { spec }, live })).toEqual({
      updates: [],
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it("is equal where the server leaves empty values out, but a new one is a change", () => {
    const spec = { hostNetwork: false, tolerations: [], containers: [] };
    const kind: Case["kind"] = ["v1", "Pod"];
    expect(diff({ kind, before: { spec }, after: { spec }, live: { spec: {} } }).replaces).toEqual([]);
    expect(
      diff({ kind, before: { spec: {} }, after: { spec: { automountServiceAccountToken: false } } }).replaces,
    ).toEqual(["spec.automountServiceAccountToken"]);
  });

  it("shows what somebody else has changed", () => {
    const spec = { replicas: 2 };
    const result = diff({
      kind: ["apps/v1", "Deployment"],
      before: { spec },
      after: { spec },
      live: { spec: { replicas: 5 } },
    });
    expect(result.updates).toEqual(["spec.replicas"]);
  });
});

describe("a change", () => {
  it.each<[string, Case, Partial<DiffResult>]>([
    [
      "of a StorageClass's parameters needs a new one under the same name, so the old one goes first",
      {
        kind: ["storage.k8s.io/v1", "StorageClass"],
        before: { parameters: { type: "gp2" } },
        after: { parameters: { type: "gp3" } },
        namespaced: false,
      },
      { replaces: ["parameters.type"], updates: [], deleteBeforeReplace: true },
    ],
    [
      "of a patch is never a replacement",
      {
        type: "kubernetes:storage.k8s.io/v1:StorageClassPatch",
        kind: ["storage.k8s.io/v1", "StorageClass"],
        before: { parameters: { type: "gp2" } },
        after: { parameters: { type: "gp3" } },
        namespaced: false,
      },
      { updates: ["parameters.type"], replaces: [] },
    ],
    [
      "of a role binding's role",
      {
        kind: ["rbac.authorization.k8s.io/v1", "RoleBinding"],
        before: { roleRef: { name: "a" } },
        after: { roleRef: { name: "b" } },
      },
      { replaces: ["roleRef.name"] },
    ],
    [
      "that adds a Job's template",
      { kind: ["batch/v1", "Job"], before: {}, after: { spec: { template: {} } } },
      { replaces: ["spec"] },
    ],
    [
      "of one container's image in a Pod",
      {
        kind: ["v1", "Pod"],
        before: { spec: { containers: [{ image: "a:1" }, { image: "b:1" }] } },
        after: { spec: { containers: [{ image: "a:1" }, { image: "b:2" }] } },
      },
      { replaces: ["spec.containers[1].image"] },
    ],
    [
      "of a ConfigMap's data replaces unless the provider has them mutable",
      { kind: ["v1", "ConfigMap"], before: { data: { a: "1" } }, after: { data: { a: "2" } } },
      { replaces: ["data.a"] },
    ],
    [
      "of a mutable ConfigMap's data",
      { kind: ["v1", "ConfigMap"], before: { data: { a: "1" } }, after: { data: { a: "2" } }, mutable: true },
      { updates: ["data.a"], replaces: [] },
    ],
    [
      "of an immutable Secret's data, where Secrets are mutable",
      {
        kind: ["v1", "Secret"],
        before: { immutable: true, data: { a: "MQ==" } },
        after: { immutable: true, stringData: { a: "2" } },
        mutable: true,
      },
      { replaces: ["data.a"] },
    ],
    [
      "of a custom resource is made in place",
      { kind: ["example.com/v1", "Widget"], before: { spec: { roleRef: "a" } }, after: { spec: { roleRef: "b" } } },
      { updates: ["spec.roleRef"], replaces: [] },
    ],
    [
      "to a value that is not known yet",
      { kind: ["v1", "ConfigMap"], before: { data: { a: "1" } }, after: { data: { a: unknown } }, mutable: true },
      { updates: ["data.a"] },
    ],
    [
      "that takes a label away",
      {
        kind: ["v1", "ServiceAccount"],
        before: { metadata: { name: "a", namespace: "n", labels: { "app.kubernetes.io/name": "a" } } },
        live: { metadata: { labels: { "app.kubernetes.io/name": "a" } } },
        after: {},
      },
      { updates: ["metadata.labels"] },
    ],
  ])("%s", (_, given, expected) => expect(diff(given)).toMatchObject(expected));

  it("of the name is another object, which can be made before the old one goes", () => {
    const result = diff({
      kind: ["v1", "ServiceAccount"],
      before: {},
      after: { metadata: { name: "b", namespace: "n" } },
    });
    expect(result).toEqual({ updates: [], replaces: ["metadata.name"], deleteBeforeReplace: false });
  });
});

it("writes paths as Pulumi does", () => {
  expect(pathText(["metadata", "labels", "app.kubernetes.io/name"])).toBe('metadata.labels["app.kubernetes.io/name"]');
  expect(pathText(["spec", "containers", 0, "image"])).toBe("spec.containers[0].image");
});
