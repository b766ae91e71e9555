/** Where pods run, and how long they stay on a node that is lost. */

/** Seconds that a stateless pod waits for a node that does not answer; Kubernetes' own default is 300. */
const lostNodeSeconds = 5;

/** Stateless pods move as soon as their node is found lost. */
export const leaveLostNodes = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map((key) => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: lostNodeSeconds,
}));

/** Spreads the pods over zones and nodes where that is possible; a cluster of one node still runs them all. */
export function spread(matchLabels: Record<string, string>): Record<string, unknown>[] {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
  }));
}
