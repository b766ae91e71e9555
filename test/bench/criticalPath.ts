/** How long a run had to take, the longest chain of resources that wait for one another, and what it lost on top. */
import type { JournalEntry } from "../../simulator/journal";

/** A resource as the engine's state has it. */
export interface StateResource {
  urn: string;
  custom?: boolean;
  parent?: string;
  dependencies?: string[];
  /** `URN::id` of its provider. */
  provider?: string;
}

export interface Step {
  urn: string;
  /** Of the resource itself. */
  seconds: number;
  /** Between the end of the last resource that it waited for and its own start. */
  lost: number;
}

interface Path {
  seconds: number;
  steps: string[];
}

const nothing: Path = { seconds: 0, steps: [] };

/**
 * The order that the engine has to keep, from its state. A resource waits for its dependencies, its provider and its
 * parent; a component takes no time of its own: its children wait for what it waits for, and whatever waits for it
 * waits for them. (The SDK writes the children of the program's own components into `dependencies` itself; of a
 * component that a provider constructs, as EKS's, it knows only the component.)
 */
export class Schedule {
  private readonly byUrn: Map<string, StateResource>;
  private readonly children = new Map<string, StateResource[]>();
  private readonly ran = new Map<string, { start: number; end: number; seconds: number }>();

  constructor(
    private readonly resources: StateResource[],
    journal: JournalEntry[],
  ) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    for (const resource of resources) {
      if (!resource.parent) continue;
      this.children.set(resource.parent, [...(this.children.get(resource.parent) ?? []), resource]);
    }
    for (const { urn, operation, start, end } of journal) {
      if (operation === "delete") continue;
      const before = this.ran.get(urn);
      const seconds = (before?.seconds ?? 0) + (end - start) / 1000;
      this.ran.set(urn, { start: Math.min(before?.start ?? start, start), end, seconds });
    }
  }

  /** The longest chain, each resource as long as it took itself: no engine can be faster. */
  criticalPath(): Path {
    const found = new Map<string, Path>();
    const finish = (urn: string): Path => {
      const known = found.get(urn);
      if (known) return known;
      // Nothing waits for itself; were a state to say so, the chain ends here.
      found.set(urn, nothing);
      const before = longest(this.waitsFor(urn).map(finish));
      const seconds = this.ran.get(urn)?.seconds ?? 0;
      const path = seconds > 0 ? { seconds: before.seconds + seconds, steps: [...before.steps, urn] } : before;
      found.set(urn, path);
      return path;
    };
    return longest(this.resources.map(({ urn }) => finish(urn)));
  }

  /** The chain as it ran: backwards from what ended last, each time to the last thing that it waited for. */
  actualPath(): Step[] {
    const steps: Step[] = [];
    const last = [...this.ran.keys()]
      .filter((urn) => this.byUrn.has(urn))
      .sort(this.byEnd)
      .at(-1);
    for (let urn = last; urn !== undefined;) {
      const before = [...this.reached(urn)]
        .filter((one) => this.ran.has(one))
        .sort(this.byEnd)
        .at(-1);
      const run = this.ran.get(urn);
      if (!run) break;
      const since = before === undefined ? run.start : this.endOf(before);
      steps.unshift({ urn, seconds: run.seconds, lost: Math.max(0, (run.start - since) / 1000) });
      urn = before;
    }
    return steps;
  }

  /** Milliseconds since the epoch of the first start and the last end. */
  span(): { start: number; end: number } {
    const runs = [...this.ran.values()];
    return { start: Math.min(...runs.map(({ start }) => start)), end: Math.max(...runs.map(({ end }) => end)) };
  }

  /** What has to be finished before `urn` can start, with components resolved to what is in them. */
  private waitsFor(urn: string): string[] {
    const resource = this.byUrn.get(urn);
    if (!resource) return [];
    const provider = resource.provider?.split("::").slice(0, -1).join("::");
    return [
      ...(resource.dependencies ?? []).flatMap((dependency) => this.within(dependency)),
      ...(provider ? [provider] : []),
      ...this.beforeChildrenOf(resource.parent),
    ];
  }

  /** Children wait for a parent that is made itself, or for what their component waits for. */
  private beforeChildrenOf(parent: string | undefined): string[] {
    if (parent === undefined) return [];
    return this.byUrn.get(parent)?.custom ? [parent] : this.waitsFor(parent);
  }

  private within(urn: string): string[] {
    if (this.byUrn.get(urn)?.custom) return [urn];
    return [...this.waitsFor(urn), ...(this.children.get(urn) ?? []).flatMap((child) => this.within(child.urn))];
  }

  /** Resources that ran nothing, such as providers, stand for what they waited for. */
  private reached(urn: string, seen = new Set<string>()): Set<string> {
    for (const one of this.waitsFor(urn)) {
      if (seen.has(one)) continue;
      seen.add(one);
      if (!this.ran.has(one)) this.reached(one, seen);
    }
    return seen;
  }

  private readonly byEnd = (one: string, other: string): number => this.endOf(one) - this.endOf(other);

  private endOf(urn: string): number {
    return this.ran.get(urn)?.end ?? 0;
  }
}

function longest(paths: Path[]): Path {
  return paths.reduce((one, other) => (other.seconds > one.seconds ? other : one), nothing);
}
