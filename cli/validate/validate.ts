/** Validates a folder that Argo CD reads: builds it, and holds what comes out against Kubernetes and the platform. */
import { posix, resolve } from "node:path";
import { ensureTools } from "../tools";
import { scenarios, sourcesOf, type Tree } from "./applications/scenarios";
import { checkApplications } from "./checks/applications";
import { checkAutoscaling, checkDisruption, checkSpread } from "./checks/availability";
import { checkOwners } from "./checks/owners";
import { checkImages, checkProbes, checkResources } from "./checks/pods";
import { checkQuota } from "./checks/quota";
import { checkClasses, checkReferences } from "./checks/references";
import { checkSecrets } from "./checks/secrets";
import { checkSecurity } from "./checks/security";
import { checkSelectors } from "./checks/selectors";
import { fieldOf, isRecord, titleOf, type Check, type Finding, type Report, type Scenario } from "./model";
import { customKinds } from "./schemas/custom";
import { platformDefinitions } from "./schemas/definitions";
import { Schemas } from "./schemas/objects";
import { isInside } from "./sources";
import { prefixOf, readFolder, type Folder } from "./tree";

export interface Validation {
  /** By file and line. */
  findings: Finding[];
  /** What was not looked at, and why. */
  notes: string[];
  objects: number;
  /** Folders that were built, and clusters (with each way to lay one out) that were looked at as a whole. */
  builds: number;
  clusters: number;
}

const checks: Check[] = [
  checkImages,
  checkResources,
  checkProbes,
  checkSecurity,
  checkSpread,
  checkDisruption,
  checkAutoscaling,
  checkSelectors,
  checkReferences,
  checkClasses,
  checkSecrets,
  checkQuota,
  checkOwners,
];

/**
 * @param folder the gitops repository, or a part of it.
 * @param say gets a line where something has to be built or fetched first.
 * @throws Error where kustomize is neither installed nor to be built.
 */
export async function validate(folder: string, say: (line: string) => void): Promise<Validation> {
  const root = resolve(folder);
  const { kustomize } = await ensureTools(say, ["kustomize"]);
  const read = await readFolder(root, kustomize);
  const objects = [...read.units.values()].flatMap((unit) => unit.objects);
  const platform = await platformDefinitions(
    objects.map(({ apiVersion }) => apiVersion),
    say,
  );
  const custom = new Map([...customKinds(platform.definitions), ...customKinds(objects)]);
  const notes = [...read.notes];
  if (platform.missing) {
    const { charts, reason } = platform.missing;
    notes.push(`custom objects of ${charts.join(", ")} are not held against their definitions: ${reason}`);
  }
  const rendersElsewhere = objects.some((one) => sourcesOf(one).some((source) => source["chart"] !== undefined));
  const schemas = new Schemas(custom, rendersElsewhere || read.notes.length > 0);
  const tree = treeOf(read, schemas);
  const found = scenarios(tree);
  const findings = new Map<string, Finding>();
  for (const finding of read.findings) findings.set(JSON.stringify(finding), finding);
  for (const scenario of found) {
    runChecks(scenario, tree, schemas, (finding) => {
      // What several overlays have from one base is told once.
      const { object: _, ...same } = finding;
      const key = JSON.stringify(same);
      if (!findings.has(key)) findings.set(key, finding);
    });
    for (const application of scenario.foreign) {
      const note = `${application} deploys what is not in this folder: it is not looked at`;
      if (!notes.includes(note)) notes.push(note);
    }
  }
  return {
    findings: [...findings.values()].sort(byPlace),
    notes,
    objects: objects.length,
    builds: read.units.size,
    clusters: found.length,
  };
}

function runChecks(scenario: Scenario, tree: Tree, schemas: Schemas, add: (finding: Finding) => void): void {
  const report: Report = ({ object, namespace, unit }, path, { rule, problem, advice }) => {
    const place = unit.locate(object, path);
    add({ rule, ...place, object: titleOf(object, namespace), field: fieldOf(path), problem, advice });
  };
  for (const placed of scenario.placed) {
    for (const { path, rule, problem, advice } of schemas.check(placed.object)) {
      report(placed, path, { rule, problem, advice });
    }
  }
  for (const check of [...checks, checkApplications(tree)]) check(scenario, report);
}

function byPlace(one: Finding, other: Finding): number {
  return (
    one.file.localeCompare(other.file) || (one.line ?? 0) - (other.line ?? 0) || one.field.localeCompare(other.field)
  );
}

function treeOf(read: Folder, schemas: Schemas): Tree {
  const { units, roots, repository, root } = read;
  const prefix = prefixOf(root);
  /** Paths in Git begin at the repository's root; a copy of the folder alone may still say where it was. */
  const candidates = (path: string): string[] => {
    const clean = posix.normalize(path).replace(/^\/+|\/+$/g, "") || ".";
    const copied = prefix === "." ? clean.split("/").slice(1).join("/") : clean;
    return [posix.relative(prefix, clean) || ".", copied].filter((one) => one !== "");
  };
  const resolvePath: Tree["resolve"] = (path) => candidates(path).flatMap((one) => units.get(one) ?? [])[0];
  const own = new Set<string>();
  for (const { objects } of units.values()) {
    for (const source of objects.flatMap(sourcesOf)) {
      const { repoURL, path } = source;
      if (typeof repoURL === "string" && typeof path === "string" && resolvePath(path)) own.add(normalUrl(repoURL));
    }
  }
  // The address that the clusters' folders copy into their Applications.
  for (const { documents } of read.sources.values()) {
    for (const { value } of documents) {
      const data = isRecord(value) && isRecord(value["data"]) ? value["data"] : {};
      if (isRecord(value) && value["kind"] === "ConfigMap" && typeof data["repoURL"] === "string")
        own.add(normalUrl(data["repoURL"]));
    }
  }
  return {
    units,
    roots,
    repository,
    resolve: resolvePath,
    exists: (path) => candidates(path).some((one) => read.files.some((file) => isInside(file, one))),
    isOwn: (repoURL) => own.has(normalUrl(repoURL)),
    isSound: (object) => schemas.isSound(object),
    isNamespaced: (object) => schemas.isNamespaced(object),
  };
}

function normalUrl(url: string): string {
  return url
    .replace(/\.git$/, "")
    .replace(/\/$/, "")
    .toLowerCase();
}
