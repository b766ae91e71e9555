/** What the workflows promise to whoever lets them into a cloud; their syntax is actionlint's (test/contract). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../../../cli/project";
import { workflow, workflowNames, workflowText } from "./workflows";

const jobs = workflowNames.flatMap((file) =>
  Object.entries(workflow(file).jobs).map(([name, job]) => ({ file, name, job })),
);
const titles = jobs.map((one) => [`${one.file} ${one.name}`, one] as const);
const uses = workflowNames.flatMap((file) =>
  [...workflowText(file).matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, used = ""]) => [file, used] as const),
);

describe("the workflows", () => {
  it("are those that the documents tell of", () => {
    expect(workflowNames).toEqual(["deploy.yml", "preview.yml", "stack.yml", "test.yml"]);
    expect(uses.length).toBeGreaterThan(15);
  });

  it.each(uses)("%s pins %s", (_, used) => {
    expect(used).toMatch(/^(\.\/\.github\/workflows\/stack\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+){1,2})$/);
  });

  it("have each action in one version", () => {
    const versions = new Map(uses.map(([, used]) => [used.split("@")[0], new Set<string>()]));
    for (const [, used] of uses) versions.get(used.split("@")[0])?.add(used);
    expect([...versions.values()].filter((found) => found.size > 1)).toEqual([]);
  });

  it.each(workflowNames)("%s starts nothing with the rights of main for somebody else's code", (file) => {
    expect(Object.keys(workflow(file).on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow(file).on)).not.toContain("workflow_run");
  });

  it.each(workflowNames)("%s gives no rights but those that a job names", (file) => {
    expect(workflow(file).permissions).toEqual({});
  });

  it.each(titles)("%s may do one thing only: read, sign in, or comment", (_, { job }) => {
    expect([
      { contents: "read" },
      { contents: "read", "id-token": "write" },
      { "pull-requests": "write" },
    ]).toContainEqual(job.permissions);
  });

  it.each(titles)("%s signs in to a cloud only by what one stack needs", (_, { file, job }) => {
    const signsIn = job.permissions?.["id-token"] === "write";
    expect(signsIn).toBe(file === "stack.yml" || job.uses === "./.github/workflows/stack.yml");
  });

  it.each(workflowNames)("%s knows no stored key", (file) => {
    expect(workflowText(file)).not.toMatch(/secrets\.|secrets: inherit|github\.token|GITHUB_TOKEN/);
  });

  it.each(titles)("%s leaves no token in its checkout, and lays nothing from outside into a script", (_, { job }) => {
    for (const { uses: used = "", run = "", with: given } of job.steps ?? []) {
      if (used.startsWith("actions/checkout@")) expect(given?.["persist-credentials"]).toBe(false);
      expect(run).not.toContain("${{");
      expect(String(given?.["script"] ?? "")).not.toContain("${{");
    }
  });
});

describe("a preview", () => {
  it("is refused to forks, and to dependencies that nobody has looked at", () => {
    const { jobs: found } = workflow("preview.yml");
    expect(found["affected"]?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(found["affected"]?.if).toContain("github.actor != 'dependabot[bot]'");
    expect(found["preview"]?.needs).toBe("affected");
    expect(found["preview"]?.with?.["deploy"]).toBe(false);
  });

  it("has an identity of its own, which is not the one that deploys", () => {
    expect(workflow("stack.yml").jobs["stack"]?.environment).toEqual({
      name: "${{ inputs.deploy && inputs.stack || format('{0}-preview', inputs.stack) }}",
      deployment: "${{ inputs.deploy }}",
    });
  });
});

describe("a deployment", () => {
  it("never runs twice for one stack, is never cancelled half way, and is not dropped for a later one", () => {
    const { group, ...rest } = workflow("stack.yml").jobs["stack"]?.concurrency ?? {};
    expect(rest).toEqual({ "cancel-in-progress": false, queue: "max" });
    expect(group).toContain("inputs.deploy && format('deploy-{0}', inputs.stack)");
    expect(workflow("deploy.yml").concurrency).toBeUndefined();
  });

  it("goes from dev over staging to prod, and shows what it would change before prod is approved", () => {
    const { on, jobs: found } = workflow("deploy.yml");
    expect(on["push"]).toEqual({ branches: ["main"] });
    const stages = Object.entries(found).map(([name, { needs, with: given }]) => [name, needs, given?.["deploy"]]);
    expect(stages).toEqual([
      ["affected", undefined, undefined],
      ["dev", "affected", true],
      ["staging", ["affected", "dev"], true],
      ["review", ["affected", "staging"], false],
      ["prod", ["affected", "review"], true],
    ]);
    for (const name of ["dev", "staging", "prod"]) {
      expect(found[name]?.strategy?.matrix.include).toBe(`\${{ fromJSON(needs.affected.outputs.${name}) }}`);
    }
    expect(found["review"]?.strategy).toEqual(found["prod"]?.strategy);
    for (const name of ["staging", "review", "prod"]) expect(found[name]?.if).toContain("!failure() && !cancelled()");
  });

  it("comes from main only", () => {
    expect(workflow("deploy.yml").jobs["affected"]?.if).toContain("github.ref == 'refs/heads/main'");
  });
});

it("docs/ci.md names every variable that the workflows read", () => {
  const read = new Set(workflowNames.flatMap((file) => workflowText(file).match(/(?<=\bvars\.)\w+/g) ?? []));
  const documented = readFileSync(join(repository, "docs", "ci.md"), "utf8");
  expect(read.size).toBeGreaterThan(8);
  expect([...read].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});
