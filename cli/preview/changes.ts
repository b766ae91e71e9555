/** What a preview would change, out of the engine's events: names only, never a value. */
import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import { holdsData } from "./precious";

export type Action = "replace" | "delete" | "update" | "import" | "create";

export interface Change {
  action: Action;
  /** `aws:ec2/vpc:Vpc` */
  type: string;
  /** The resource's logical name. */
  name: string;
  /** Paths of the properties that differ: `scalingConfig.maxSize`. Empty for what is new or goes. */
  properties: string[];
  /** Those of the properties that make it a replacement. */
  replacedBy: string[];
  /** Pulumi refuses to delete it before its protection is lifted. */
  protected: boolean;
  /** What is in it is lost with it. */
  holdsData: boolean;
  /** Deleting it makes Pulumi forget it; in the cloud it stays. */
  stays: boolean;
}

/** A replacement is several steps of the engine; `same`, `read` and `refresh` are none that anybody has to review. */
const actions: Partial<Record<OpType, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  import: "import",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "discard-replaced": "replace",
  "read-replacement": "replace",
  "import-replacement": "replace",
};

/** The most dangerous first: what a reader sees before anything is cut off. */
const order: Action[] = ["replace", "delete", "update", "import", "create"];

/** Gathers what the engine tells while it previews. */
export class Changes {
  private readonly found = new Map<string, Change>();
  private readonly diagnostics = new Set<string>();

  see({ resourcePreEvent, diagnosticEvent }: EngineEvent): void {
    if (resourcePreEvent) this.add(resourcePreEvent.metadata);
    if (diagnosticEvent?.severity === "error") this.diagnostics.add(diagnosticText(diagnosticEvent));
  }

  /** The changes, ordered by action, what must not get lost first, then by type and name. */
  list(): Change[] {
    const rank = (change: Change): number => order.indexOf(change.action) * 2 + (isDangerous(change) ? 0 : 1);
    return [...this.found.values()].sort(
      (one, other) =>
        rank(one) - rank(other) || one.type.localeCompare(other.type) || one.name.localeCompare(other.name),
    );
  }

  /** The engine's own error messages, each once, its closing line left out where another one says why. */
  errors(): string[] {
    const all = [...this.diagnostics];
    const telling = all.filter((line) => !/(preview|update) failed$/.test(line));
    return telling.length > 0 ? telling : all;
  }

  private add(step: StepEventMetadata): void {
    const action = actions[step.op];
    const state = step.old ?? step.new;
    // Components are only names for what is in them.
    if (action === undefined || state?.custom !== true) return;
    const key = `${action} ${step.urn}`;
    const before = this.found.get(key);
    const differences = Object.entries(step.detailedDiff ?? {});
    const replacing = differences.filter(([, { diffKind }]) => diffKind.endsWith("replace")).map(([path]) => path);
    this.found.set(key, {
      action,
      type: step.type,
      name: nameOf(step.urn),
      properties: merge(before?.properties, differences.length > 0 ? differences.map(([path]) => path) : step.diffs),
      replacedBy: merge(before?.replacedBy, replacing.length > 0 ? replacing : step.keys),
      protected: (before?.protected ?? false) || step.old?.protect === true,
      holdsData: holdsData(step.type),
      stays: (before?.stays ?? false) || step.old?.retainOnDelete === true,
    });
  }
}

/** What a reviewer has to see before anything else: something may be lost for good. */
export function isDangerous({ action, ...change }: Change): boolean {
  return (action === "replace" || action === "delete") && (change.protected || change.holdsData);
}

/** An engine's line with the resource's name; the terminal's colours, as the engine writes them, taken out. */
function diagnosticText({ urn, message }: { urn?: string; message: string }): string {
  const text = message.replace(/<\{%[^%]*%\}>/g, "").trim();
  return urn ? `${nameOf(urn)}: ${text}` : text;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function merge(one: string[] = [], other: string[] = []): string[] {
  return [...new Set([...one, ...other])].sort();
}
