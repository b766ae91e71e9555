/** The parts that the drawing shows, from what the program registers: one for each component. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { charts } from "../../components/charts";
import type { Registered } from "./record";

export interface Part {
  /** `Monitoring` */
  title: string;
  /** The file that it is written in. */
  file: string;
  /** What it makes, a line a kind: `Subnet`, `chart velero 12.1.0`, `namespace monitoring`. */
  lines: string[];
}

export interface Parts {
  cloud: Part[];
  kubernetes: Part[];
}

/** Components by the file that names their type. */
export function partsOf(root: string, resources: Registered[]): Parts {
  const files = componentFiles(join(root, "components"));
  const part = (component: string): Part => ({
    title: component.split(":").at(-1) ?? component,
    file: relative(root, files.get(component) ?? ""),
    lines: linesOf(component, resources),
  });
  const components = [...files.keys()].filter((type) => resources.some((resource) => resource.type === type)).sort();
  const isOfKubernetes = (type: string) => type.startsWith("platform:kubernetes:");
  return {
    cloud: components.filter((type) => !isOfKubernetes(type)).map(part),
    kubernetes: components.filter(isOfKubernetes).map(part),
  };
}

function componentFiles(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return new Map(
    files
      .filter((file) => file.endsWith(".ts") && statSync(file).isFile())
      .flatMap((file) => {
        const type = /super\("(platform:[\w:]+)"/.exec(readFileSync(file, "utf8"))?.[1];
        return type === undefined ? [] : [[type, file] as const];
      }),
  );
}

/** Namespaces are told by name in the part that has them, and by what they hold in a part of their own. */
function linesOf(component: string, resources: Registered[]): string[] {
  const lines = resources
    .filter(({ parent, type }) => parent === component && (!type.startsWith("platform:") || isNamespace(type)))
    .map(({ type, name, inputs }) => {
      if (isNamespace(type)) return `namespace ${namespaceOf(name, resources)}`;
      if (type.endsWith(":Release")) return chartLine(inputs);
      return type.startsWith("eks:") ? "EKS component of pulumi-eks" : kindOf(type);
    });
  return [...new Set(lines)].sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

function isNamespace(type: string): boolean {
  return type === "platform:kubernetes:Namespace";
}

function namespaceOf(name: string, resources: Registered[]): string {
  const namespace = resources.find(
    ({ type, name: other }) => type === "kubernetes:core/v1:Namespace" && other === name,
  );
  return String((namespace?.inputs["metadata"] as { name?: string } | undefined)?.name);
}

function chartLine({ chart, version }: Record<string, unknown>): string {
  const known = Object.values(charts).find((one) => one.chart === chart);
  return `chart ${String(chart)} ${typeof version === "string" ? version : (known?.version ?? "")}`;
}

/** `Vpc` of `aws:ec2/vpc:Vpc`; a patch is of the kind that it patches. */
function kindOf(type: string): string {
  if (type.startsWith("pulumi:providers:")) return `provider ${type.split(":").at(-1)}`;
  return (type.split(":").at(-1) ?? type).replace(/Patch$/, "");
}

/** Charts first, then namespaces, then everything else. */
function rank(line: string): number {
  return line.startsWith("chart ") || line.startsWith("EKS ") ? 0 : line.startsWith("namespace ") ? 1 : 2;
}
