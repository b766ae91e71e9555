/** Requirements on nodes, by their labels: what of them the target's nodes keep, and what becomes of the rest. */
import type { V1NodeSelectorRequirement } from "@kubernetes/client-node";
import type { Workload } from "../../../validate/checks/workloads";
import { accelerator, cloudOfNodeLabel, commonNodeLabels, labelAliases, spotLabels } from "../clouds/marks";
import type { CheckInput, Report } from "../report";

/** What a requirement on a node becomes; without `to` it is taken away. */
export interface Fate {
  to?: V1NodeSelectorRequirement;
}

/** Judges each requirement once, whether it stands in a nodeSelector or in an affinity. */
export class Requirements {
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
