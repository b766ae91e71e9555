/** What the workflows of a gitops repository promise to whoever copies them; their syntax is actionlint's (test/contract). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { repository } from "../../../cli/project";
import * as platform from "../workflows/workflows";
import { gitopsWorkflows as folder, type WorkflowStep } from "../workflows/workflows";

const names = readdirSync(folder).sort();
const text = (name: string) => platform.workflowText(name, folder);
const workflow = (name: string) => platform.workflow(name, folder);
const actionText = readFileSync(join(folder, "..", "actions", "platform", "action.yml"), "utf8");
const action = parse(actionText) as { inputs: Record<string, { default?: string }>; runs: { steps: WorkflowStep[] } };
const jobs = names.flatMap((file) => Object.entries(workflow(file).jobs).map(([name, job]) => ({ file, name, job })));
const titles = jobs.map((one) => [`${one.file} ${one.name}`, one] as const);
const usesOf = (all: string) => [...all.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, used = ""]) => used);
const uses = [...names.map(text), actionText].flatMap(usesOf);

describe("the workflows", () => {
  it("are those that the documents tell of", () => {
    expect(names).toEqual([
      "build-and-push.yml",
      "promote.yml",
      "promotion.yml",
      "update-manifests.yml",
      "validate.yml",
    ]);
    const page = readFileSync(join(repository, "docs", "delivery.md"), "utf8");
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const read = [...names.map(text), actionText].flatMap(
      (all) => all.match(/(?<=\b(?:vars|secrets)\.)[A-Z_]+/g) ?? [],
    );
    expect([...new Set(read)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(uses)("pin %s", (used) => {
    expect(used).toMatch(
      /^(\.\/\.github\/workflows\/promotion\.yml|\.\/gitops\/\.github\/actions\/platform|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+){2})$/,
    );
  });

  it("have each action in one version, which is the platform's own", () => {
    const versions = new Map<string, Set<string>>();
    for (const used of [...uses, ...platform.workflowNames.flatMap((name) => usesOf(platform.workflowText(name)))]) {
      const [name = ""] = used.split("@");
      versions.set(name, (versions.get(name) ?? new Set()).add(used));
    }
    expect([...versions.values()].filter((found) => found.size > 1)).toEqual([]);
  });

  it.each(names)("%s starts nothing with the rights of main for somebody else's code", (file) => {
    expect(Object.keys(workflow(file).on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow(file).on)).not.toContain("workflow_run");
  });

  it.each(names)("%s gives no rights but those that a job names", (file) => {
    expect(workflow(file).permissions).toEqual({});
  });

  it("give jobs no right to write but to build an image", () => {
    const writing = jobs.filter(({ job }) => Object.values(job.permissions ?? { all: "write" }).includes("write"));
    expect(writing.map(({ file, name, job }) => [file, name, job.permissions])).toEqual([
      ["build-and-push.yml", "build", { contents: "read", packages: "write", "id-token": "write" }],
    ]);
  });

  it.each(titles)("%s leaves no token in its checkout, and lays nothing from outside into a script", (_, { job }) => {
    for (const { uses: used = "", run = "", with: given } of [...(job.steps ?? []), ...action.runs.steps]) {
      if (used.startsWith("actions/checkout@")) expect(given?.["persist-credentials"]).toBe(false);
      expect(run).not.toContain("${{");
    }
  });

  it.each(titles)("%s ends by itself", (_, { job }) => {
    if (job.uses === undefined) expect(job).toHaveProperty("timeout-minutes");
  });

  it("name no platform that nobody has chosen", () => {
    expect(action.inputs["ref"]?.default).toBe("");
    expect(action.inputs["repository"]?.default).toBe("example/kubernetes-platform");
  });
});

describe("what may write to the repository", () => {
  const pushing = jobs.filter(({ job }) =>
    (job.steps ?? []).some(({ uses: used }) => used?.startsWith("actions/create-github-app-token@")),
  );

  it("is two jobs, behind an environment that only main may use", () => {
    expect(pushing.map(({ file, name, job }) => [file, name, job.environment])).toEqual([
      ["promotion.yml", "promote", { name: "delivery", deployment: false }],
      ["update-manifests.yml", "update", { name: "delivery", deployment: false }],
    ]);
  });

  it("runs the platform's commands, and no script of the repository", () => {
    const scripts = pushing.flatMap(({ job }) =>
      (job.steps ?? []).flatMap(({ run }) => (run === undefined ? [] : [run])),
    );
    expect(scripts).toEqual([
      'gh auth setup-git\nplatform promote --from "$FROM" -- "$APP"\n',
      'gh auth setup-git\nplatform set-image --push --image "$IMAGE:$TAG@$DIGEST" -- "$APP"\n',
    ]);
  });

  it("has a token for contents and pull requests of this repository, and no other right", () => {
    for (const { job } of pushing) {
      const made = job.steps?.find(({ uses: used }) => used?.startsWith("actions/create-github-app-token@"));
      expect(made?.with).toEqual({
        "client-id": "${{ vars.DELIVERY_CLIENT_ID }}",
        "private-key": "${{ secrets.DELIVERY_PRIVATE_KEY }}",
        "permission-contents": "write",
        "permission-pull-requests": "write",
      });
    }
  });
});

describe("the order", () => {
  it("is: verified, then written", () => {
    expect(workflow("update-manifests.yml").jobs["update"]?.needs).toBe("verify");
    expect(workflow("update-manifests.yml").jobs["verify"]?.if).toBe("github.ref == 'refs/heads/main'");
  });

  it("is: tested in one environment, then promoted to the next", () => {
    expect(workflow("promotion.yml").jobs["promote"]?.needs).toBe("test");
    expect(workflow("promotion.yml").jobs["test"]?.environment?.name).toBe("${{ inputs.from }}");
    expect(workflow("promote.yml").jobs["promotions"]?.if).toContain("github.ref == 'refs/heads/main'");
  });

  it("of images is that of their commits", () => {
    const inOrder = { "cancel-in-progress": false, queue: "max" };
    expect(workflow("build-and-push.yml").jobs["build"]?.concurrency).toMatchObject(inOrder);
    expect(workflow("update-manifests.yml").concurrency).toMatchObject(inOrder);
  });
});

describe("an image", () => {
  const build = workflow("build-and-push.yml").jobs["build"];
  const using = (name: string) => build?.steps?.find(({ uses: used }) => used?.startsWith(`${name}@`))?.with;

  it("is built of what was merged, never of a pull request", () => {
    expect(build?.if).toContain(`contains(fromJSON('["push", "workflow_dispatch"]'), github.event_name)`);
    expect(build?.if).toContain("github.ref == format('refs/heads/{0}', github.event.repository.default_branch)");
  });

  it("has its commit as its tag, is cached, and tells where it comes from and what is in it", () => {
    expect(using("docker/build-push-action")).toMatchObject({
      push: true,
      tags: "${{ steps.image.outputs.name }}:${{ github.sha }}",
      "cache-from": "type=gha,scope=${{ inputs.app }}",
      "cache-to": "type=gha,scope=${{ inputs.app }},mode=max",
      provenance: "mode=max",
      sbom: true,
    });
  });

  it("is signed by its digest, after which it is told of", () => {
    expect(build?.steps?.at(-1)?.run).toBe('cosign sign --yes "$IMAGE@$DIGEST"');
    expect(workflow("build-and-push.yml").jobs["deliver"]?.needs).toBe("build");
  });
});
