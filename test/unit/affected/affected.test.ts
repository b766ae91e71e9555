import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { execa } from "execa";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { affectedStacks, isOfTheProgram, listStacks } from "../../../cli/affected/affected";
import { changedFiles, isCommit } from "../../../cli/affected/git";
import { repository } from "../../../cli/project";

const stacks = ["dev", "dev-azure", "prod"].map((stack) => ({ stack, cloud: "aws", environment: "dev", region: "" }));

describe("the stacks that a change concerns", () => {
  it.each<[string, string[] | undefined, string[]]>([
    ["a stack's own file", ["Pulumi.dev.yaml"], ["dev"]],
    ["two stacks' files", ["Pulumi.dev.yaml", "README.md", "Pulumi.prod.yaml"], ["dev", "prod"]],
    ["a stack whose name begins like another's", ["Pulumi.dev-azure.yaml"], ["dev-azure"]],
    ["a file of a stack that is no more", ["Pulumi.staging.yaml"], []],
    ["the program's entry", ["index.ts"], ["dev", "dev-azure", "prod"]],
    ["a component", ["components/clouds/aws/nodes.ts"], ["dev", "dev-azure", "prod"]],
    ["data that a component reads", ["components/regions/aws.json"], ["dev", "dev-azure", "prod"]],
    ["its dependencies", ["package-lock.json"], ["dev", "dev-azure", "prod"]],
    ["the project", ["Pulumi.yaml"], ["dev", "dev-azure", "prod"]],
    ["how its TypeScript is read", ["tsconfig.json"], ["dev", "dev-azure", "prod"]],
    ["documents only", ["README.md", "docs/operations.md", "components/README.md"], []],
    ["what Argo CD reads", ["gitops/apps/task-manager/base/deployment.yaml"], []],
    ["tests, rehearsals, the command line", ["test/unit/a.test.ts", "simulator/main.ts", "cli/main.ts"], []],
    ["workflows", [".github/workflows/preview.yml"], []],
    ["files of these names elsewhere", ["tools/x/index.ts", "test/package.json", "docs/components/a.ts"], []],
    ["nothing", [], []],
    ["nobody knows what", undefined, ["dev", "dev-azure", "prod"]],
  ])("%s", (_, changed, expected) => {
    expect(affectedStacks(changed, stacks).map(({ stack }) => stack)).toEqual(expected);
  });

  it("are concerned by every file that the program consists of", () => {
    const files = modulesOf(join(repository, "index.ts"));
    expect(files.length).toBeGreaterThan(80);
    expect(files.filter((file) => !isOfTheProgram(file))).toEqual([]);
  });
});

describe("the stacks that a workflow can reach", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "stacks-"));
    const file = (name: string, text: string) => writeFileSync(join(root, `Pulumi.${name}.yaml`), text);
    file("prod", "config:\n  p:cloud: gcp\n  p:environment: prod\n  p:region: europe-west1\n");
    file("local", "config:\n  p:cloud: local\n  p:environment: dev\n");
    file("empty", "");
    file("odd", "config:\n  p:cloud: 7\n  aws:region: eu-west-1\n");
    writeFileSync(join(root, "Pulumi.yaml"), "name: p\n");
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("are those of a cloud, also where their file is not finished", () => {
    expect(listStacks(root, "p")).toEqual([
      { stack: "empty", cloud: "", environment: "", region: "" },
      { stack: "odd", cloud: "", environment: "", region: "" },
      { stack: "prod", cloud: "gcp", environment: "prod", region: "europe-west1" },
    ]);
  });
});

describe("what Git knows of a change", () => {
  let root: string;
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=me", "-c", "user.email=me@example.com", ...args], { cwd: root });
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "changes-"));
    await git("init", "--quiet", "--initial-branch=main");
    for (const [file, text] of [
      ["Pulumi.dev.yaml", "config: {}\n"],
      ["Straße 1.md", "one\n"],
    ] as const) {
      writeFileSync(join(root, file), text);
    }
    await git("add", ".");
    await git("commit", "--quiet", "--message=one");
    await git("mv", "Pulumi.dev.yaml", "Pulumi.test.yaml");
    writeFileSync(join(root, "Straße 1.md"), "two\n");
    await git("commit", "--quiet", "--all", "--message=two");
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("is the paths as they are, both of a file that was renamed", async () => {
    expect(await changedFiles(root, "HEAD^", "HEAD")).toEqual(["Pulumi.dev.yaml", "Pulumi.test.yaml", "Straße 1.md"]);
    expect(await changedFiles(root, "HEAD", "HEAD")).toEqual([]);
  });

  it("is nothing where there is no commit before it", async () => {
    expect(await changedFiles(root, "0".repeat(40), "HEAD")).toBeUndefined();
    expect(await changedFiles(root, "--output=x", "HEAD")).toBeUndefined();
  });

  it("tells commits from what is none", async () => {
    expect(await isCommit(root, "main")).toBe(true);
    expect(await isCommit(root, "origin/main")).toBe(false);
  });
});

/** Paths from the repository's root of the modules that a module loads, itself included, types left out. */
function modulesOf(file: string, found = new Set<string>()): string[] {
  if (found.has(file)) return [];
  found.add(file);
  const text = readFileSync(file, "utf8");
  if (!file.endsWith(".json")) {
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      const options = { resolveJsonModule: true, moduleResolution: ts.ModuleResolutionKind.Bundler };
      const { resolvedModule } = ts.resolveModuleName(fileName, file, options, ts.sys);
      if (!resolvedModule) throw new Error(`${file} imports ${fileName} from ${dirname(file)}, which is not there`);
      modulesOf(resolvedModule.resolvedFileName, found);
    }
  }
  return [...found].map((path) => relative(repository, path));
}
