/** Applications that lead somewhere, and may. */
import { minimatch } from "minimatch";
import { unknown } from "../applications/template";
import { sourcesOf, type Tree } from "../applications/scenarios";
import {
  groupOf,
  isRecord,
  texts,
  titleOf,
  type Check,
  type Path,
  type Placed,
  type Report,
  type Scenario,
} from "../model";
import { isProgramNamespace, projects, type Project } from "../program";
import { ofKind } from "./workloads";

export function checkApplications(tree: Tree): Check {
  return (scenario, report) => {
    for (const application of ofKind(scenario, "Application")) {
      checkSources(application, tree, report);
      checkPlace(application, scenario, report);
      checkOptions(application, report);
    }
  };
}

const rule = "application" as const;

function checkSources({ object, ...placed }: Placed, tree: Tree, report: Report): void {
  const several = isRecord(object.spec) && !isRecord(object.spec["source"]);
  for (const [index, source] of sourcesOf(object).entries()) {
    const { path, repoURL } = source;
    if (typeof path !== "string" || path.includes(unknown) || tree.exists(path) || !tree.isOwn(String(repoURL), path))
      continue;
    const at: Path = several ? ["spec", "sources", index, "path"] : ["spec", "source", "path"];
    report({ object, ...placed }, at, {
      rule,
      problem: `there is no folder ${path}`,
      advice: "write the path of one, from the repository's root",
    });
  }
}

/** Argo CD looks at no field by itself: what an API server is given without server-side apply, it drops without a word. */
function checkOptions(application: Placed, report: Report): void {
  const { spec } = application.object;
  const policy = isRecord(spec) && isRecord(spec["syncPolicy"]) ? spec["syncPolicy"] : {};
  const options = texts(policy["syncOptions"]);
  if (!options.includes("Validate=false") || options.includes("ServerSideApply=true")) return;
  report(application, ["spec", "syncPolicy", "syncOptions"], {
    rule,
    problem: "Validate=false without ServerSideApply=true: unknown fields are dropped instead of refused",
    advice: "add ServerSideApply=true, or leave Validate=false out",
  });
}

function checkPlace(application: Placed, scenario: Scenario, report: Report): void {
  const spec = isRecord(application.object.spec) ? application.object.spec : {};
  const destination = isRecord(spec["destination"]) ? spec["destination"] : {};
  const { namespace } = destination;
  const name = String(spec["project"]);
  const created =
    isRecord(spec["syncPolicy"]) && texts(spec["syncPolicy"]["syncOptions"]).includes("CreateNamespace=true");
  const content = scenario.placed.filter((placed) => placed.application === application.object.metadata.name);
  const makes = (one: string): boolean =>
    scenario.placed.some(({ object }) => object.kind === "Namespace" && object.metadata.name === one);
  if (
    typeof namespace === "string" &&
    scenario.whole &&
    !isProgramNamespace(namespace) &&
    !created &&
    !makes(namespace)
  ) {
    report(application, ["spec", "destination", "namespace"], {
      rule,
      problem: `nothing makes the namespace ${namespace}`,
      advice: "add the Namespace, or write the name of one that is there",
    });
  }
  const own = ofKind(scenario, "AppProject").find(({ object }) => object.metadata.name === name);
  const project = own ? (own.object.spec as Project) : projects[name];
  if (!project) {
    const known = Object.keys(projects).join(", ");
    report(application, ["spec", "project"], {
      rule,
      problem: `there is no project ${name}`,
      advice: `write one of: ${known}`,
    });
    return;
  }
  for (const refused of content.filter((placed) => !mayHave(project, placed)).slice(0, 1)) {
    report(application, ["spec", "project"], {
      rule,
      problem: `project ${name} may not have ${titleOf(refused.object, refused.namespace)}`,
      advice: "write another project, or leave the object to an Application of the project platform",
    });
  }
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ */
function mayHave(project: Project, { object, namespace }: Placed): boolean {
  if (namespace === "") {
    return (project.clusterResourceWhitelist ?? []).some(
      ({ group, kind }) => fits(groupOf(object.apiVersion), group) && fits(object.kind, kind),
    );
  }
  const patterns = (project.destinations ?? []).map((one) => one.namespace ?? "*");
  const refused = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .some((pattern) => fits(namespace, pattern.slice(1)));
  return !refused && patterns.some((pattern) => !pattern.startsWith("!") && fits(namespace, pattern));
}

/** The core group has no name, which `*` fits too. */
function fits(name: string, pattern: string): boolean {
  return pattern === "*" || minimatch(name, pattern);
}
