/** Where pods may run: labels, zones, taints and machines of the source, in the target's words. */
import type { V1NodeSelectorRequirement, V1NodeSelectorTerm, V1PodSpec } from "@kubernetes/client-node";
import type { Workload } from "../../../validate/checks/workloads";
import {
  accelerator,
  cloudOfNodeLabel,
  commonNodeLabels,
  isCloudTaint,
  labelAliases,
  spotLabels,
} from "../clouds/marks";
import type { Check, CheckInput, Report } from "../report";

/** What a requirement on a node becomes; without `to` it is taken away. */
interface Fate {
  to?: V1NodeSelectorRequirement;
}

export const checkScheduling: Check = (input, report) => {
  for (const workload of input.view.workloads) {
    const requirements = new Requirements(workload, input, report);
    selector(workload, requirements, report);
    affinity(workload, requirements, report);
    topology(workload, input, report);
    tolerations(workload, input, report);
    machine(workload, input, report);
  }
};

/** Judges each requirement once, whether it stands in a nodeSelector or in an affinity. */
class Requirements {
  constructor(
    private readonly workload: Workload,
    private readonly input: CheckInput,
    private readonly report: Report,
  ) {}

  /** @param required false where the scheduler only prefers it. */
  fate(requirement: V1NodeSelectorRequirement, required: boolean, field: string): Fate {
    const key = labelAliases[requirement.key] ?? requirement.key;
    const { values = [], operator } = requirement;
    const said = `${requirement.key}${values.length > 0 ? ` ${operator} ${values.join(", ")}` : ` ${operator}`}`;
    const at = (what: string, then: string) => ({ field, what, then });
    const object = this.workload.placed.object;
    if (accelerator.test(key)) {
      this.report.blocking(
        "accelerator",
        object,
        at(`${said}: the platform has no nodes with accelerators`, noSuchNodes),
      );
      return { to: requirement };
    }
    if (key === "topology.kubernetes.io/zone" || key === "topology.kubernetes.io/region") {
      return this.place({ ...requirement, key }, said, field);
    }
    const spot = spotLabels[requirement.key];
    if (spot !== undefined && requirement.key !== "platform/pool") {
      const to = { key: "platform/pool", operator: this.flipped(requirement, spot), values: ["spot"] };
      this.note(at(said, `${requirement.key} → platform/pool`), "spot-capacity");
      return { to };
    }
    if (key === "node.kubernetes.io/instance-type") {
      this.note(
        at(`${said}: a machine of ${this.input.source.cloud}`, `taken away: all nodes have ${this.size()}`),
        "node-label",
      );
      return {};
    }
    if (cloudOfNodeLabel(key) !== undefined) {
      this.note(
        at(`${said}: a label of ${this.input.source.cloud}'s nodes`, "taken away: the target's nodes are of one kind"),
        "node-label",
      );
      return {};
    }
    if (key === "kubernetes.io/arch") return this.fixed(requirement, "amd64", "architecture", said, field);
    if (key === "kubernetes.io/os") return this.fixed(requirement, "linux", "operating-system", said, field);
    if (key === "kubernetes.io/hostname" && ["In", "Gt", "Lt"].includes(operator)) {
      this.report.blocking(
        "node-name",
        object,
        at(`${said}: a node of the source`, "say by labels of pods or by spread where it has to run"),
      );
      return { to: requirement };
    }
    if (required && !commonNodeLabels.includes(key) && ["In", "Exists", "Gt", "Lt"].includes(operator)) {
      this.report.blocking(
        "node-label",
        object,
        at(
          `${said}: no node of the target has that label, so its pods would wait for ever`,
          "take the requirement away; nodes that you label by hand are not the target's",
        ),
      );
    }
    return { to: { ...requirement, key } };
  }

  private place(requirement: V1NodeSelectorRequirement, said: string, field: string): Fate {
    const { source, target } = this.input;
    const isZone = requirement.key.endsWith("/zone");
    const map = isZone
      ? zoneMap(source.config.nodes.zones, target.config.nodes.zones)
      : { [source.region]: target.region };
    const { values = [] } = requirement;
    const unknown = values.filter((value) => map[value] === undefined);
    if (unknown.length > 0) {
      this.note(
        { field, what: `${said}: ${unknown.join(", ")} is no zone of the stack's nodes`, then: "taken away" },
        "zone-affinity",
      );
      return {};
    }
    const to = [...new Set(values.map((value) => map[value] ?? value))];
    const shown = values.length === 0 ? requirement.key : `${values.join(", ")} → ${to.join(", ")}`;
    this.note({ field, what: said, then: shown }, "zone-affinity");
    return { to: values.length === 0 ? requirement : { ...requirement, values: to } };
  }

  /** What all nodes are: a requirement of it is met or never is. */
  private fixed(
    requirement: V1NodeSelectorRequirement,
    only: string,
    code: "architecture" | "operating-system",
    said: string,
    field: string,
  ): Fate {
    const { operator, values = [] } = requirement;
    const met = operator === "In" ? values.includes(only) : operator === "NotIn" ? !values.includes(only) : true;
    if (!met) {
      const then =
        code === "architecture" ? "build the image for amd64 too, and take the requirement away" : noSuchNodes;
      this.report.blocking(code, this.workload.placed.object, {
        field,
        what: `${said}: the target's nodes are ${only}`,
        then,
      });
    }
    return { to: { ...requirement, key: labelAliases[requirement.key] ?? requirement.key } };
  }

  private flipped({ operator, values = [] }: V1NodeSelectorRequirement, spot: string): string {
    const wants = ["In", "Exists"].includes(operator) === (values.length === 0 || values.includes(spot));
    return wants ? "In" : "NotIn";
  }

  private note(
    told: { field: string; what: string; then: string },
    code: "zone-affinity" | "node-label" | "spot-capacity",
  ): void {
    // The patch itself is made of all requirements at once.
    this.report.adapted(code, this.workload.placed.object, told, { pods: this.workload, patch: {} });
  }

  private size(): string {
    const { vcpu, memoryGiB } = this.input.target.config.nodes;
    return `${vcpu} vCPU and ${memoryGiB} GiB`;
  }
}

const noSuchNodes = "add such nodes to the target by hand, or accept that its pods wait";

/** First zone to first zone, and so on; several to the last where the target has fewer. */
export function zoneMap(source: string[], target: string[]): Record<string, string> {
  return Object.fromEntries(source.map((zone, index) => [zone, target[Math.min(index, target.length - 1)] ?? zone]));
}

function selector(workload: Workload, requirements: Requirements, report: Report): void {
  const patch: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(workload.pod.nodeSelector ?? {})) {
    const field = `${workload.path.join(".")}.nodeSelector["${key}"]`;
    const { to } = requirements.fate({ key, operator: "In", values: [value] }, true, field);
    if (to?.key === key && to.values?.[0] === value) continue;
    patch[key] = null;
    if (to && to.operator === "In") patch[to.key] = to.values?.[0] ?? value;
  }
  if (Object.keys(patch).length > 0) report.modifiers.patchPods(workload, { nodeSelector: patch });
}

function affinity(workload: Workload, requirements: Requirements, report: Report): void {
  const given = workload.pod.affinity?.nodeAffinity;
  if (!given) return;
  const below = `${workload.path.join(".")}.affinity.nodeAffinity`;
  const term = ({ matchExpressions = [], ...rest }: V1NodeSelectorTerm, required: boolean): V1NodeSelectorTerm => ({
    ...rest,
    matchExpressions: matchExpressions.flatMap((one) => requirements.fate(one, required, below).to ?? []),
  });
  const filled = ({ matchExpressions = [], matchFields = [] }: V1NodeSelectorTerm) =>
    matchExpressions.length + matchFields.length > 0;
  const required = given.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = given.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = required.map((one) => term(one, true));
  const preferences = preferred.map((one) => ({ ...one, preference: term(one.preference, false) }));
  if (
    JSON.stringify([terms, preferences]) ===
    JSON.stringify([required.map(normal), preferred.map((one) => ({ ...one, preference: normal(one.preference) }))])
  ) {
    return;
  }
  // Of terms one has to hold: where one asks for nothing any more, every node will do.
  const free = terms.some((one) => !filled(one));
  report.modifiers.patchPods(workload, {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution:
          free || terms.length === 0 ? null : { nodeSelectorTerms: terms },
        preferredDuringSchedulingIgnoredDuringExecution: preferences.filter(({ preference }) => filled(preference)),
      },
    },
  });
}

function normal({ matchExpressions = [], ...rest }: V1NodeSelectorTerm): V1NodeSelectorTerm {
  return { ...rest, matchExpressions };
}

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

function tolerations({ placed: { object }, pod, path }: Workload, { target }: CheckInput, report: Report): void {
  const field = `${path.join(".")}.tolerations`;
  const foreign = (pod.tolerations ?? []).flatMap(({ key }) => (key !== undefined && isCloudTaint(key) ? key : []));
  if (foreign.length > 0) {
    report.note("toleration", object, {
      field,
      what: `${[...new Set(foreign)].join(", ")}: taints of the source's nodes`,
      then: "nothing: what tolerates a taint that is not there runs everywhere",
    });
  }
  const wantsSpot = Object.entries(spotLabels).some(([key, value]) => pod.nodeSelector?.[key] === value);
  if (!wantsSpot) return;
  if (!target.config.nodes.spot) {
    report.blocking("spot-capacity", object, {
      field,
      what: "it runs on spot capacity only, and the target has none",
      then: "set nodes.spot to true with --set nodes.spot=true",
    });
  } else if (
    target.cloud === "azure" &&
    !(pod.tolerations ?? []).some(
      ({ key, operator }) =>
        key === "kubernetes.azure.com/scalesetpriority" || (operator === "Exists" && key === undefined),
    )
  ) {
    report.blocking("spot-capacity", object, {
      field,
      what: "on Azure pods come to spot nodes only where they tolerate kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
      then: "add that toleration in Git; on the source it changes nothing",
    });
  }
}

/** What a pod takes of its machine. */
function machine(workload: Workload, { view, target }: CheckInput, report: Report): void {
  const { pod, path, placed } = workload;
  const below = path.join(".");
  if (pod.nodeName !== undefined && placed.object.kind !== "Pod") {
    report.blocking("node-name", placed.object, {
      field: `${below}.nodeName`,
      what: `it is bound to node ${pod.nodeName}`,
      then: "take nodeName away",
    });
  }
  if (pod.runtimeClassName !== undefined && pod.runtimeClassName !== "") {
    report.blocking("runtime-class", placed.object, {
      field: `${below}.runtimeClassName`,
      what: `${pod.runtimeClassName}: ${target.cloud}'s nodes have the usual runtime only`,
      then: "take it away, or accept that its pods are refused",
    });
  }
  if (pod.hostNetwork || hostPorts(pod).length > 0) {
    report.note("host-network", placed.object, {
      field: pod.hostNetwork ? `${below}.hostNetwork` : `${below}.containers`,
      what: pod.hostNetwork ? "it is in its node's network" : `it has ports of its node: ${hostPorts(pod).join(", ")}`,
      then: "see that nothing of the target's nodes has the same ports, and that its firewall lets them pass",
    });
  }
  const arm = armNodes(view.nodes);
  const named = pod.nodeSelector?.["kubernetes.io/arch"] ?? pod.nodeSelector?.["beta.kubernetes.io/arch"];
  const runsOn = view.pods.filter(
    (one) =>
      one.metadata.namespace === placed.namespace &&
      belongs(one.metadata.name, workload) &&
      arm.has(String((one.spec as V1PodSpec).nodeName)),
  );
  if (named === undefined && runsOn.length > 0) {
    report.note("architecture", placed.object, {
      field: `${below}.containers`,
      what: "it runs on arm64 nodes, and the target's are amd64",
      then: "see that its images are built for amd64, too",
    });
  }
}

function hostPorts({ containers }: V1PodSpec): number[] {
  return containers.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => hostPort ?? []));
}

function armNodes(nodes: CheckInput["view"]["nodes"]): Set<string> {
  return new Set(
    nodes
      .filter(({ metadata }) => metadata.labels?.["kubernetes.io/arch"] === "arm64")
      .map(({ metadata }) => metadata.name),
  );
}

function belongs(pod: string, { placed: { object } }: Workload): boolean {
  return pod === object.metadata.name || pod.startsWith(`${object.metadata.name}-`);
}
