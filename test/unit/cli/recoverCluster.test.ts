/** What a killed run left on the cluster: objects by their names, Helm's releases by their status. */
import { describe, expect, it } from "vitest";
import { isObject } from "../../../cli/rehearse/recoverObjects";
import { remedyFor } from "../../../cli/rehearse/recoverReleases";
import { clusterKubeconfig } from "../../../cli/rehearse/state";

describe("what a killed run left on the cluster", () => {
  it.each([
    ["kubernetes:core/v1:Namespace", true],
    ["kubernetes:argoproj.io/v1alpha1:Application", true],
    ["kubernetes:storage.k8s.io/v1:StorageClassPatch", false],
    ["kubernetes:helm.sh/v3:Release", false],
    ["aws:ec2/vpc:Vpc", false],
  ])("%s is taken over by its name: %s", (type, expected) => {
    expect(isObject({ type })).toBe(expected);
  });

  it.each([
    ["pending-install", false, true, "uninstall"],
    ["uninstalling", true, false, "uninstall"],
    ["pending-upgrade", true, false, "rollback"],
    ["pending-rollback", true, false, "rollback"],
    ["failed", false, true, "uninstall"],
    ["failed", true, false, undefined],
    ["deployed", false, true, undefined],
    ["deployed", true, false, undefined],
    // Somebody else's.
    ["failed", false, false, undefined],
  ] as const)("a release %s (known %s, being made %s): %s", (status, isKnown, isWanted, remedy) => {
    expect(remedyFor(status, isKnown, isWanted)).toBe(remedy);
  });

  it("is reached by the provider's kubeconfig, which the state has before any output", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const provider = { urn: "", type: "pulumi:providers:kubernetes" };
    const kubeconfig = { ...secret, plaintext: JSON.stringify("apiVersion: v1") };
    expect(clusterKubeconfig([{ ...provider, inputs: { kubeconfig } }])).toBe("apiVersion: v1");
    expect(clusterKubeconfig([provider, { ...provider, inputs: { kubeconfig: "plain" } }])).toBe("plain");
    expect(clusterKubeconfig([{ urn: "", type: "aws:eks/cluster:Cluster", inputs: { kubeconfig } }])).toBeUndefined();
  });
});
