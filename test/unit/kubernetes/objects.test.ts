import { describe, expect, it } from "vitest";
import { takenOverFields } from "../../../simulator/kubernetes/fields";
import {
  adoptName,
  assignName,
  deletionPropagation,
  hasUnknown,
  timeoutSeconds,
} from "../../../simulator/kubernetes/metadata";
import { normalize, prune, withEmptyInputs } from "../../../simulator/kubernetes/normalize";
import { at, isPatch, kindOfToken, parseId } from "../../../simulator/kubernetes/objects";
import { waitForCheck } from "../../../simulator/kubernetes/await/waitfor";
import type { Observation } from "../../../simulator/kubernetes/await/readiness";
import { unknown, type Properties } from "../../../simulator/provider";

describe("type tokens", () => {
  it.each([
    ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
    ["kubernetes:core/v1:Secret", "v1", "Secret"],
    ["kubernetes:argoproj.io/v1alpha1:Application", "argoproj.io/v1alpha1", "Application"],
  ])("%s", (token, apiVersion, kind) => expect(kindOfToken(token)).toEqual({ apiVersion, kind }));

  it("need a group and a version", () => {
    expect(() => kindOfToken("kubernetes:v1:Secret")).toThrow("does not have both a group and a version");
  });

  it("of patches end in Patch", () => {
    expect(isPatch("kubernetes:core/v1:NamespacePatch", "Namespace")).toBe(true);
    expect(isPatch("kubernetes:core/v1:Namespace", "Namespace")).toBe(false);
  });

  it("and ids have a namespace where the kind has", () => {
    expect(parseId("apps/web")).toEqual({ namespace: "apps", name: "web" });
    expect(parseId("gp2")).toEqual({ name: "gp2" });
  });
});

describe("names", () => {
  it("are generated once", () => {
    const first = assignName({ metadata: {} }, "web");
    expect(at(first, "metadata", "name")).toMatch(/^web-[0-9a-f]{8}$/);
    expect(at(first, "metadata", "annotations", "pulumi.com/autonamed")).toBe("true");
    expect(at(adoptName({}, first), "metadata", "name")).toBe(at(first, "metadata", "name"));
  });

  it("that the user gives, known or not, stay", () => {
    expect(assignName({ metadata: { name: "own" } }, "web")).toEqual({ metadata: { name: "own" } });
    expect(assignName({ metadata: { name: unknown } }, "web")).toEqual({ metadata: { name: unknown } });
    expect(adoptName({ metadata: {} }, { metadata: { name: "own" } })).toEqual({ metadata: {} });
  });
});

describe("annotations", () => {
  const annotated = (key: string, value: string) => ({ metadata: { annotations: { [`pulumi.com/${key}`]: value } } });

  it("set time-outs, which the resource's own overrule", () => {
    expect(timeoutSeconds(annotated("timeoutSeconds", "30"), 0)).toBe(30);
    expect(timeoutSeconds(annotated("timeoutSeconds", "30"), 5)).toBe(5);
    expect(timeoutSeconds({}, 0)).toBe(600);
  });

  it("set what a deletion does to dependents", () => {
    expect(deletionPropagation({})).toBe("Foreground");
    expect(deletionPropagation(annotated("deletionPropagationPolicy", "orphan"))).toBe("Orphan");
    expect(deletionPropagation(annotated("deletionPropagationPolicy", "Background"))).toBe("Background");
  });
});

describe("inputs", () => {
  it("take the server's form", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { uid: "1" },
      data: { a: "MQ==" },
      stringData: { a: "2", b: null },
    };
    expect(normalize(secret)).toEqual({ apiVersion: "v1", kind: "Secret", metadata: {}, data: { a: "Mg==" } });
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: {},
      spec: { preserveUnknownFields: false, versions: [{ x_kubernetes_int_or_string: true }] },
      status: {},
    };
    expect(normalize(crd).spec).toEqual({ versions: [{ "x-kubernetes-int-or-string": true }] });
    expect(normalize(crd)).not.toHaveProperty("status");
  });

  it("that are not all known are left alone", () => {
    const secret = { apiVersion: "v1", kind: "Secret", stringData: { a: unknown } };
    expect(normalize(secret)).toEqual(secret);
    expect(hasUnknown({ a: [{ b: unknown }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: "" }] })).toBe(false);
  });

  it("are what a live object is cut down to", () => {
    const live: Properties = { spec: { a: 1, b: 2, list: [{ name: "x", added: true }, { name: "y" }] }, status: {} };
    const inputs: Properties = { spec: { a: 0, list: [{ name: "x", tty: false }], paused: false } };
    expect(prune(live, inputs)).toEqual({ spec: { a: 1, list: [{ name: "x" }] } });
    expect(withEmptyInputs(prune(live, inputs), inputs)).toEqual({
      spec: { a: 1, list: [{ name: "x", tty: false }], paused: false },
    });
  });
});

describe("fields that a create has set", () => {
  const created = { manager: "pulumi-kubernetes", operation: "Update", fieldsV1: { "f:data": { "f:a": {} } } };
  const status = { manager: "pulumi-kubernetes", operation: "Update", subresource: "status", fieldsV1: {} };
  const theirs = { manager: "argocd", operation: "Apply", fieldsV1: { "f:data": { "f:c": {} } } };

  it("go to the manager that applies, together with its own", () => {
    const ours = { manager: "pulumi-kubernetes-1", operation: "Apply", fieldsV1: { "f:data": { "f:b": {} } } };
    expect(takenOverFields([created, theirs, ours, status], "pulumi-kubernetes-1", "v1")).toEqual([
      { ...ours, fieldsV1: { "f:data": { "f:a": {}, "f:b": {} } } },
      theirs,
      status,
    ]);
  });

  it("are nobody's business where there are none", () => {
    expect(takenOverFields([theirs, status], "pulumi-kubernetes-1", "v1")).toBeUndefined();
  });
});

describe("pulumi.com/waitFor", () => {
  const check = (annotation: string, status: Properties, generation = 1) =>
    waitForCheck(annotation)({
      object: { apiVersion: "v1", kind: "X", metadata: { name: "x", generation }, status },
    } as unknown as Observation);
  const conditions = [{ type: "Ready", status: "True" }];

  it.each([
    ["jsonpath={.status.phase}=Running", { phase: "Running" }, true],
    ["jsonpath={.status.phase}=Running", { phase: "Pending" }, false],
    ["jsonpath={.status.phase}", { phase: "Pending" }, true],
    ["jsonpath={.status.phase}", {}, false],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', { conditions }, true],
    ["jsonpath={.status.conditions[0].status}=False", { conditions }, false],
    ["condition=Ready", { conditions }, true],
    ["condition=Ready=False", { conditions }, false],
    ['["condition=Ready", "jsonpath={.status.phase}=Running"]', { conditions }, false],
  ])("%s", (annotation, status, ready) => expect(check(annotation, status)).toMatchObject({ ready }));

  it("waits for the controller to have seen the newest specification", () => {
    expect(check("jsonpath={.status.phase}=Running", { phase: "Running", observedGeneration: 1 }, 2)).toMatchObject({
      ready: false,
    });
  });

  it("says what it does not understand", () => {
    expect(() => waitForCheck("Ready")).toThrow('expected a "jsonpath=" or "condition=" prefix, got "Ready"');
    expect(() => waitForCheck("jsonpath={.a[?(@.b>1)]}")).toThrow("unexpected jsonpath expression");
  });
});
