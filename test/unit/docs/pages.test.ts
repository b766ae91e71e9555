/** What the documents say of the repository: links, commands, versions. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rehearseCommand } from "../../../cli/rehearse/command";
import { parseFault, parseSetting } from "../../../cli/rehearse/options";
import { programs } from "../../../cli/tools";
import { crdSources } from "../../../cli/tools/crds";
import { charts } from "../../../components/charts";

const root = resolve(__dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "gitops/README.md",
  ...inDocs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name)),
];
const packageJson = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};

describe.each(pages)("%s", (page) => {
  const text = read(page);

  it("links to pages and headings that exist", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => !/^https:/.test(link) && !isThere(page, link));
    expect(broken).toEqual([]);
  });

  it("names scripts that package.json has", () => {
    const named = [...text.matchAll(/npm (?:run )?(start|test|[a-z]+(?::[a-z]+)*)\b/g)].map(([, name = ""]) => name);
    const scripts = named.filter((name) => !["ci", "install", "run"].includes(name) && !/^warns?$/.test(name));
    expect(scripts.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });

  it("shows rehearsals whose options exist and parse", () => {
    const known = rehearseCommand().options.map(({ long }) => long);
    for (const [, line = ""] of text.matchAll(/npm start -- ([^`\n]+)/g)) {
      const words = line.split(/[ ,|]+/).filter(Boolean);
      words.forEach((word, index) => {
        const value = words[index + 1] ?? "";
        if (word.startsWith("--")) expect(known).toContain(word);
        if (word === "--set") expect(() => parseSetting(value)).not.toThrow();
        if (word === "--fault") expect(() => parseFault(value)).not.toThrow();
      });
    }
  });

  it("names files that are there", () => {
    const named = [...text.matchAll(/`((?:components|simulator|cli|tools|test|gitops)\/[\w./-]+)`/g)];
    const missing = named.map(([, path = ""]) => path).filter((path) => !existsSync(join(root, path)));
    // A path of gitops/README.md is one in that folder.
    expect(page.startsWith("gitops") ? [] : missing).toEqual([]);
  });
});

/** Whether a link leads somewhere: a file, and in it the heading after `#`. */
function isThere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || headings(read(target)).includes(anchor);
}

/** As GitHub makes them from headings. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe("the README", () => {
  const text = read("README.md");
  /** The cells of the table's line that begins with this one. */
  const row = (first: string) =>
    text
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .find((cells) => cells[1] === first) ?? [];

  it("has the two commands as lines of their own", () => {
    expect(text.split("\n")).toEqual(expect.arrayContaining(["npm ci && npm start", "npm ci && npm test"]));
  });

  it.each([
    ["Pulumi engine", 3, programs.pulumi.version],
    ["Pulumi SDK", 2, packageJson.dependencies["@pulumi/pulumi"]],
    ["AWS provider", 2, packageJson.dependencies["@pulumi/aws"]],
    ["Azure provider (azure-native)", 2, packageJson.dependencies["@pulumi/azure-native"]],
    ["Google provider", 2, packageJson.dependencies["@pulumi/gcp"]],
    ["EKS component (pulumi-eks)", 2, packageJson.dependencies["@pulumi/eks"]],
    ["Kubernetes provider", 2, packageJson.dependencies["@pulumi/kubernetes"]],
    ["random provider", 2, packageJson.dependencies["@pulumi/random"]],
    ["Kubernetes API server, controllers, scheduler", 3, programs["kube-apiserver"].version],
    ["etcd", 3, programs.etcd.version],
    ["nodes, pods", 3, programs.kwok.version],
    ["Helm", 3, programs.helm.version],
    ["Argo CD", 2, `chart ${charts["argo-cd"].version}`],
    ["Argo CD", 3, programs.argocd.version],
    ["Redis of Argo CD", 3, programs.redis.version],
    ["`argo-cd`", 3, crdSources["argo-cd"]?.version.slice(1)],
  ])("tells the version of %s", (part, column, version) => {
    expect(row(part)[column]).toContain(version);
  });

  it("tells the versions that the charts install where they are not the rehearsed ones", () => {
    const appVersion = (chart: string) =>
      (JSON.parse(read(`simulator/kubernetes/charts/${chart}.json`)) as { appVersion: string }).appVersion.slice(1);
    for (const chart of ["argo-cd", "aws-load-balancer-controller"]) {
      expect(row(`\`${chart}\``)[2]).toBe(appVersion(chart));
    }
  });
});
