/** Follows Applications from a cluster's folder to everything that ends up on the cluster. */
import { isRecord, records, type Manifest, type Placed, type Scenario, type Unit } from "../model";
import { generate, type Repository } from "./generators";
import { unknown } from "./template";

export interface Tree {
  /** By folder, relative to the root: built kustomizations and folders of plain manifests. */
  units: Map<string, Unit>;
  /** Units that no other kustomization consists of. */
  roots: Unit[];
  repository: Repository;
  /** The unit that an Application's path names; unset where there is none. */
  resolve(path: string): Unit | undefined;
  /** Whether the path leads to anything, manifests or not. */
  exists(path: string): boolean;
  /** Whether an address is that of the repository that the root is in. */
  isOwn(repoURL: string, path: string): boolean;
  /** Whether its objects' forms are right. */
  isSound(object: Manifest): boolean;
  isNamespaced(object: Manifest): boolean;
}

/** More ways to lay out one cluster are not looked at. */
const mostAlternatives = 8;

/** One for each cluster's folder and each way to lay it out; one for each unit that no Application reaches. */
export function scenarios(tree: Tree): Scenario[] {
  const reached = new Set<Unit>();
  const starts = tree.roots.filter(({ objects }) => objects.some(isDeploying));
  const built = starts.map((start) => ({ start, found: lay(tree, start, reached) }));
  // What another cluster's Applications deploy is a part of that one.
  const clusters = built.filter(({ start }) => !reached.has(start)).flatMap(({ found }) => found);
  const alone = tree.roots.filter((unit) => !reached.has(unit) && !starts.includes(unit));
  return [
    ...clusters,
    ...alone.map((unit) => ({
      name: unit.folder,
      whole: false,
      placed: place(tree, unit, "", undefined),
      foreign: [],
    })),
  ];
}

function isDeploying({ apiVersion, kind }: Manifest): boolean {
  return apiVersion.startsWith("argoproj.io/") && (kind === "Application" || kind === "ApplicationSet");
}

function lay(tree: Tree, start: Unit, reached: Set<Unit>): Scenario[] {
  const results: Scenario[] = [];
  const alternatives = new Map<string, number>();
  const choices: Record<string, number>[] = [{}];
  for (let choice = choices.shift(); choice && results.length < mostAlternatives; choice = choices.shift()) {
    const scenario: Scenario = { name: start.folder, whole: true, placed: [], foreign: [] };
    const visited = new Set<string>();
    const visit = (unit: Unit, namespace: string, application: string | undefined): void => {
      for (const placed of place(tree, unit, namespace, application)) {
        scenario.placed.push(placed);
        for (const one of applicationsOf(placed, choice ?? {})) follow(one);
      }
    };
    const applicationsOf = ({ object }: Placed, chosen: Record<string, number>): Manifest[] => {
      if (!isDeploying(object)) return [];
      if (object.kind === "Application") return [object];
      const { applications, exclusive } = generate(object, tree.repository);
      if (!exclusive) return applications;
      const name = object.metadata.name;
      if (!alternatives.has(name)) {
        alternatives.set(name, applications.length);
        const open = [...choices, chosen];
        for (let other = 1; other < applications.length; other += 1) {
          choices.push(...open.map((one) => ({ ...one, [name]: other })));
        }
      }
      return applications.slice(chosen[name] ?? 0, (chosen[name] ?? 0) + 1);
    };
    const follow = (application: Manifest): void => {
      const spec = isRecord(application.spec) ? application.spec : {};
      const destination = isRecord(spec["destination"]) ? spec["destination"] : {};
      const namespace = known(destination["namespace"]);
      for (const source of sourcesOf(application)) {
        const path = typeof source["path"] === "string" ? source["path"] : undefined;
        const units = path === undefined ? [] : matching(tree, path);
        if (units.length === 0) {
          scenario.foreign.push(application.metadata.name);
          // A folder that is here and did not build: what it would make is not known.
          if (path !== undefined && tree.exists(path)) scenario.whole = false;
        }
        for (const unit of units) {
          reached.add(unit);
          const visit_ = `${application.metadata.name} ${unit.folder} ${namespace}`;
          if (visited.has(visit_)) continue;
          visited.add(visit_);
          visit(unit, namespace, application.metadata.name);
        }
      }
    };
    visit(start, "", undefined);
    results.push(scenario);
  }
  return results;
}

/** `spec.source`, or `spec.sources` where there are several. */
export function sourcesOf({ spec }: Manifest): Record<string, unknown>[] {
  if (!isRecord(spec)) return [];
  return isRecord(spec["source"]) ? [spec["source"]] : records(spec["sources"]);
}

/** A path that holds something unknown may be any folder that fits it. */
function matching({ units, resolve }: Tree, path: string): Unit[] {
  if (!path.includes(unknown)) {
    const unit = resolve(path);
    return unit ? [unit] : [];
  }
  const parts = path.split(unknown);
  if (parts.every((part) => part.replaceAll("/", "") === "")) return [];
  const pattern = new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
  return [...units.values()].filter(({ folder }) => pattern.test(folder) || pattern.test(`./${folder}`));
}

function known(value: unknown): string {
  return typeof value === "string" && !value.includes(unknown) ? value : "";
}

function place(tree: Tree, unit: Unit, destination: string, application: string | undefined): Placed[] {
  return unit.objects.map((object) => ({
    object,
    namespace: tree.isNamespaced(object) ? (object.metadata.namespace ?? destination) : "",
    unit,
    ...(application !== undefined && { application }),
    sound: tree.isSound(object),
  }));
}
