/** Which volumes of a pod are backed up. */
import { stringify } from "yaml";

/** The ConfigMap that every backup names: https://velero.io/docs/v1.18/resource-filtering/#resource-policies */
export const volumePolicy = "volume-policy";

/** A backup's reference to it, in the words that Velero compares with. */
export const resourcePolicy = { kind: "configmap", name: volumePolicy } as const;

/** All but what is a pod's own and goes with it: an application writes there what it can do without. */
export function volumePolicyData(): Record<string, string> {
  const policy = {
    version: "v1",
    volumePolicies: [{ conditions: { volumeTypes: ["emptyDir"] }, action: { type: "skip" } }],
  };
  return { "policy.yaml": stringify(policy) };
}
