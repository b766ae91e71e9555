import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { isOwn } from "../../../cli/teardown/definitions";

const own = new Map([
  ["argocd", new Date("2026-03-01T10:00:00Z")],
  ["traefik", new Date("2026-03-01T10:00:00Z")],
  ["sealed-secrets", new Date("2026-03-01T10:00:00Z")],
]);

function definition(group: string, made: string, release?: string): V1CustomResourceDefinition {
  const annotations: Record<string, string> =
    release === undefined ? {} : { "meta.helm.sh/release-namespace": release };
  return {
    metadata: { name: `things.${group}`, annotations, creationTimestamp: new Date(made) },
    spec: { group, names: { kind: "Thing", plural: "things" }, scope: "Namespaced", versions: [] },
  };
}

describe("definitions of the stack", () => {
  it.each([
    ["of a release in one of its namespaces", definition("argoproj.io", "2026-03-01T10:01:00Z", "argocd"), true],
    ["of a release elsewhere", definition("argoproj.io", "2026-03-01T10:01:00Z", "other"), false],
    ["unmarked, made with its Traefik", definition("traefik.io", "2026-03-01T10:00:00Z"), true],
    ["unmarked, there before its Traefik", definition("traefik.io", "2026-02-01T10:00:00Z"), false],
    ["of the gitops folder's Sealed Secrets", definition("bitnami.com", "2026-03-01T10:05:00Z"), true],
    ["of Sealed Secrets that were there before", definition("bitnami.com", "2026-02-01T10:00:00Z"), false],
    ["of nobody's", definition("example.com", "2026-03-01T10:01:00Z"), false],
  ])("%s", (_, item, expected) => {
    expect(isOwn(item, own)).toBe(expected);
  });

  it("has none of Traefik's where it has not installed it", () => {
    expect(isOwn(definition("traefik.io", "2026-03-01T10:00:00Z"), new Map())).toBe(false);
  });
});
