/** The scripts of the gitops workflows, run as GitHub runs them, with the programs that they call replaced. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { gitopsWorkflows, step, type WorkflowStep } from "../../unit/workflows/workflows";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gitops-workflow-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that notes its arguments, a line each, and prints an answer. */
function fake(name: string, answer = "") {
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> "${join(folder, name)}"\ncat << 'END'\n${answer}\nEND\n`;
  writeFileSync(join(folder, "bin", name), script, { mode: 0o755 });
}

const called = (name: string) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8").trimEnd().split("\n") : [];

function run({ run: script = "", ...one }: WorkflowStep, env: Record<string, string>) {
  // A script without the variables that its step declares would be another one at GitHub.
  for (const name of Object.keys(one.env ?? {})) expect(Object.keys(env)).toContain(name);
  const output = join(folder, "output");
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-e", "-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
      GITHUB_OUTPUT: output,
      GITHUB_PATH: join(folder, "path"),
      RUNNER_TEMP: join(folder, "temp"),
      ...env,
    },
  });
  const outputs = existsSync(output) ? readFileSync(output, "utf8").trim().split("\n") : [];
  return { status, outputs, printed: stdout + stderr };
}

const named = (file: string, job: string, name: string) =>
  step(file, job, (one) => one.name === name || one.id === name, gitopsWorkflows);

const hostile = '$(touch pwned)"; touch pwned #';

describe("build-and-push.yml", () => {
  const image = named("build-and-push.yml", "build", "image");

  it("names an image after its repository, in the letters that a registry takes", () => {
    expect(run(image, { IMAGE: "", GITHUB_REPOSITORY: "Acme/Web-Shop" }).outputs).toEqual([
      "name=ghcr.io/acme/web-shop",
      "registry=ghcr.io",
    ]);
  });

  it("takes another registry", () => {
    expect(run(image, { IMAGE: "docker.io/acme/web", GITHUB_REPOSITORY: "acme/web" }).outputs).toEqual([
      "name=docker.io/acme/web",
      "registry=docker.io",
    ]);
  });

  it("signs the digest", () => {
    fake("cosign");
    run(named("build-and-push.yml", "build", "Sign it, without a key"), {
      IMAGE: "ghcr.io/acme/web",
      DIGEST: "sha256:1",
    });
    expect(called("cosign")).toEqual(["sign", "--yes", "ghcr.io/acme/web@sha256:1"]);
  });

  it("hands everything on that update-manifests.yml asks for", () => {
    fake("gh");
    run(named("build-and-push.yml", "deliver", "Tell the gitops repository"), {
      GH_TOKEN: "secret",
      GITOPS: "acme/gitops",
      APP: hostile,
      IMAGE: "ghcr.io/acme/web",
      DIGEST: "sha256:1",
      GITHUB_SHA: "abc",
    });
    const calls = called("gh");
    expect(calls.slice(0, 7)).toEqual([
      "workflow",
      "run",
      "update-manifests.yml",
      "--repo",
      "acme/gitops",
      "--ref",
      "main",
    ]);
    const fields = calls.filter((_, index) => calls[index - 1] === "--raw-field");
    expect(fields).toEqual([`app=${hostile}`, "image=ghcr.io/acme/web", "tag=abc", "digest=sha256:1"]);
    const asked = parse(readFileSync(join(gitopsWorkflows, "update-manifests.yml"), "utf8")) as {
      on: { workflow_dispatch: { inputs: object } };
    };
    expect(fields.map((field) => field.split("=")[0])).toEqual(Object.keys(asked.on.workflow_dispatch.inputs));
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });
});

describe("update-manifests.yml", () => {
  const verify = named("update-manifests.yml", "verify", "Verify who built it, and from which commit");
  const env = {
    IMAGE: "ghcr.io/acme/web",
    TAG: "abc",
    DIGEST: "sha256:1",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "acme/gitops",
  };

  it("asks for a signature of this repository's build, of that very commit", () => {
    fake("cosign");
    expect(run(verify, env).status).toBe(0);
    expect(called("cosign")).toEqual([
      "verify",
      "--output",
      "text",
      "--certificate-oidc-issuer",
      "https://token.actions.githubusercontent.com",
      "--certificate-identity",
      "https://github.com/acme/gitops/.github/workflows/build-and-push.yml@refs/heads/main",
      "--certificate-github-workflow-sha",
      "abc",
      "--",
      "ghcr.io/acme/web@sha256:1",
    ]);
  });

  it("takes what somebody types as what it is", () => {
    fake("cosign");
    run(verify, { ...env, IMAGE: `--insecure-ignore-tlog ${hostile}` });
    expect(called("cosign").at(-2)).toBe("--");
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  it("ends where the signature is not right", () => {
    writeFileSync(join(folder, "bin", "cosign"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect(run(verify, env).status).toBe(1);
  });
});

describe("promote.yml", () => {
  const promotions = named("promote.yml", "promotions", "promotions");

  it("asks what a push leads to", () => {
    fake("platform", '[{"app":"shop","from":"dev","to":"staging"}]');
    const { outputs } = run(promotions, { APP: "", FROM: "", BEFORE: "abc" });
    expect(called("platform")).toEqual(["promotions", "--since", "abc"]);
    expect(outputs).toEqual(['found=[{"app":"shop","from":"dev","to":"staging"}]']);
  });

  it("takes what is started by hand, in one line whatever it is", () => {
    const { outputs } = run(promotions, { APP: `${hostile}\nfound=[]`, FROM: "dev", BEFORE: "" });
    expect(outputs).toHaveLength(1);
    expect(JSON.parse(outputs[0]?.replace(/^found=/, "") ?? "")).toEqual([
      { app: `${hostile}\nfound=[]`, from: "dev" },
    ]);
  });

  it("ends where it cannot be told", () => {
    writeFileSync(join(folder, "bin", "platform"), "#!/bin/sh\nexit 2\n", { mode: 0o755 });
    expect(run(promotions, { APP: "", FROM: "", BEFORE: "abc" })).toMatchObject({ status: 2, outputs: [] });
  });
});

describe("promotion.yml", () => {
  const tests = named("promotion.yml", "test", "tests");

  it.each([
    [0, 0],
    [1, 1],
  ])("runs the application's own tests: where they end with %i, it ends with %i", (theirs, ours) => {
    mkdirSync(join(folder, "tests"));
    writeFileSync(join(folder, "tests", "shop"), `#!/bin/sh\necho "tested $1"\nexit ${theirs}\n`, { mode: 0o755 });
    const { status, printed } = run(tests, { APP: "shop", FROM: "dev" });
    expect(printed).toBe("tested dev\n");
    expect(status).toBe(ours);
  });

  it("says so where there are none", () => {
    const { status, printed } = run(tests, { APP: "shop", FROM: "dev" });
    expect(status).toBe(0);
    expect(printed).toContain("::notice::tests/shop is not there");
  });
});

describe("the action that brings the platform", () => {
  const { steps } = (
    parse(readFileSync(join(gitopsWorkflows, "..", "actions", "platform", "action.yml"), "utf8")) as {
      runs: { steps: WorkflowStep[] };
    }
  ).runs;

  it.each(["", "main", "v1", "abc123", `${"a".repeat(40)} `])("asks for a commit where ref is %j", (ref) => {
    const { status, printed } = run(steps[0] ?? {}, { REF: ref });
    expect(status).toBe(1);
    expect(printed).toContain("::error file=.github/actions/platform/action.yml::");
    expect(run(steps[0] ?? {}, { REF: "a".repeat(40) }).status).toBe(0);
  });

  it("puts a command on PATH that runs the platform's, wherever it is called, with what it is given", () => {
    const workspace = join(folder, "work space");
    mkdirSync(join(workspace, "platform", "node_modules", ".bin"), { recursive: true });
    const tsx = join(workspace, "platform", "node_modules", ".bin", "tsx");
    writeFileSync(tsx, `#!/bin/sh\nprintf '%s\\n' "$@"\nexit 3\n`, { mode: 0o755 });
    run(steps.find(({ id }) => id === "path") ?? {}, { GITHUB_WORKSPACE: workspace });
    const path = readFileSync(join(folder, "path"), "utf8").trim();
    const { stdout, status } = spawnSync(join(path, "platform"), ["promote", "a b", "$HOME"], { encoding: "utf8" });
    expect(stdout.split("\n")).toEqual([join(workspace, "platform", "cli", "main.ts"), "promote", "a b", "$HOME", ""]);
    expect(status).toBe(3);
    expect(execFileSync("ls", [path], { encoding: "utf8" })).toBe("platform\n");
  });
});
