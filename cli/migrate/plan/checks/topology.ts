/** Topologies that pods are spread over, and kept together or apart in. */
import type { Workload } from "../../../validate/checks/workloads";
import { cloudOfNodeLabel, labelAliases } from "../clouds/marks";
import type { Check, CheckInput, Report } from "../report";

export const checkTopology: Check = (input, report) => {
  for (const workload of input.view.workloads) topology(workload, input, report);
};

/** Keys of topologies, of spread and of affinity between pods. */
function topology(workload: Workload, { target }: CheckInput, report: Report): void {
  const { topologySpreadConstraints: spread = [], affinity: given } = workload.pod;
  const { object } = workload.placed;
  const below = workload.path.join(".");
  const patch: Record<string, unknown> = {};
  const rename = (key: string, field: string): string => {
    const to = labelAliases[key] ?? (cloudOfNodeLabel(key) === undefined ? key : "kubernetes.io/hostname");
    if (to !== key) {
      report.adapted(
        "topology-key",
        object,
        { field, what: `only the source's nodes have ${key}`, then: `${key} → ${to}` },
        { pods: workload, patch: {} },
      );
    }
    return to;
  };
  const renamed = spread.map((one) => ({
    ...one,
    topologyKey: rename(one.topologyKey, `${below}.topologySpreadConstraints`),
  }));
  if (renamed.some((one, index) => one.topologyKey !== spread[index]?.topologyKey))
    patch["topologySpreadConstraints"] = renamed;
  const zones = Math.max(1, target.config.nodes.zones.length);
  for (const { minDomains = 0, whenUnsatisfiable, topologyKey } of renamed) {
    if (topologyKey !== "topology.kubernetes.io/zone" || whenUnsatisfiable !== "DoNotSchedule" || minDomains <= zones)
      continue;
    report.blocking("zone-spread", object, {
      field: `${below}.topologySpreadConstraints`,
      what: `it wants ${minDomains} zones, and the target has ${zones}`,
      then: "ask for fewer, or prefer it (whenUnsatisfiable: ScheduleAnyway)",
    });
  }
  const between: Record<string, unknown> = {};
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const terms = given?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = given?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const field = `${below}.affinity.${kind}`;
    const next = {
      requiredDuringSchedulingIgnoredDuringExecution: terms.map((one) => ({
        ...one,
        topologyKey: rename(one.topologyKey, field),
      })),
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map((one) => ({
        ...one,
        podAffinityTerm: { ...one.podAffinityTerm, topologyKey: rename(one.podAffinityTerm.topologyKey, field) },
      })),
    };
    const changed = [...terms, ...preferred.map((one) => one.podAffinityTerm)].some(
      ({ topologyKey }) => labelAliases[topologyKey] !== undefined || cloudOfNodeLabel(topologyKey) !== undefined,
    );
    if (changed) between[kind] = next;
    const perZone =
      kind === "podAntiAffinity" &&
      terms.some(({ topologyKey }) => (labelAliases[topologyKey] ?? topologyKey) === "topology.kubernetes.io/zone");
    if (perZone && (workload.pods ?? 0) > zones) {
      report.blocking("zone-spread", object, {
        field,
        what: `each of its ${workload.pods} pods wants a zone for itself, and the target has ${zones}`,
        then: "prefer it, or spread over zones with topologySpreadConstraints",
      });
    }
  }
  if (Object.keys(between).length > 0) patch["affinity"] = between;
  if (Object.keys(patch).length > 0) report.modifiers.patchPods(workload, patch);
}
