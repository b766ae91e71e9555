/** How long a run had to take: the longest chain of resources that wait for one another. */
import type { JournalEntry } from "../../simulator/journal";

export interface StateResource {
  urn: string;
  parent?: string;
  dependencies?: string[];
  provider?: string;
}

/**
 * Seconds along the longest chain, each resource as long as it took itself; and the resources on it.
 * A component takes no time, but whatever waits for it waits for its children.
 */
export function criticalPath(resources: StateResource[], journal: JournalEntry[]): { seconds: number; path: string[] } {
  const taken = new Map<string, number>();
  for (const { urn, operation, start, end } of journal) {
    if (operation !== "delete") taken.set(urn, (taken.get(urn) ?? 0) + (end - start) / 1000);
  }
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const children = new Map<string, string[]>();
  for (const { urn, parent } of resources) {
    if (parent && taken.has(urn)) children.set(parent, [...(children.get(parent) ?? []), urn]);
  }
  const found = new Map<string, { seconds: number; path: string[] }>();
  const visit = (urn: string): { seconds: number; path: string[] } => {
    const known = found.get(urn);
    if (known) return known;
    // A cycle through a component and its child ends here.
    found.set(urn, { seconds: 0, path: [] });
    const resource = byUrn.get(urn);
    const providerUrn = resource?.provider?.split("::").slice(0, -1).join("::");
    const waited = [...(resource?.dependencies ?? []), ...(providerUrn ? [providerUrn] : [])]
      .flatMap((dependency) => (taken.has(dependency) ? [dependency] : [dependency, ...(children.get(dependency) ?? [])]))
      .map(visit);
    const longest = waited.reduce((one, other) => (other.seconds > one.seconds ? other : one), { seconds: 0, path: [] as string[] });
    const own = taken.get(urn) ?? 0;
    const result = { seconds: longest.seconds + own, path: own > 0 ? [...longest.path, urn] : longest.path };
    found.set(urn, result);
    return result;
  };
  return resources.map(({ urn }) => visit(urn)).reduce((one, other) => (other.seconds > one.seconds ? other : one));
}
