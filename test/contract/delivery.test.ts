/** The gitops repository's workflows by actionlint, and a version's way through gitops/ by their own steps. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readImages } from "../../cli/deliver/images";
import { repository } from "../../cli/project";
import { ensureTools } from "../../cli/tools";
import { gitopsWorkflows, step, type WorkflowStep } from "../unit/workflows/workflows";

const tag = "3f2c1e0".padEnd(40, "0");
const digest = `sha256:${"b".repeat(64)}`;
const app = "guestbook";
const overlay = (environment: string) => `apps/${app}/overlays/${environment}`;
const [first] = readImages(readFileSync(join(repository, "gitops", overlay("dev"), "kustomization.yaml"), "utf8"));
const image = first?.newName ?? first?.name ?? "";

let folder: string;
let workspace: string;
let tools: Awaited<ReturnType<typeof ensureTools>>;
let env: Record<string, string>;

beforeAll(async () => {
  tools = await ensureTools(() => undefined, ["actionlint", "kustomize"]);
  folder = mkdtempSync(join(tmpdir(), "delivery-"));
  workspace = join(folder, "workspace");
  const remote = join(folder, "remote.git");
  const bin = join(folder, "bin");
  for (const path of [workspace, bin]) mkdirSync(path);
  const identity = { NAME: "delivery[bot]", EMAIL: "delivery[bot]@users.noreply.github.com" };
  env = {
    PATH: `${bin}:${process.env["PATH"]}`,
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_PATH: join(folder, "path"),
    RUNNER_TEMP: folder,
    GH_TOKEN: "secret",
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((who) =>
        Object.entries(identity).map(([what, value]) => [`GIT_${who}_${what}`, value]),
      ),
    ),
  };
  const gh = `#!/bin/sh\necho "$@" >> "${join(folder, "gh")}"\ncase "$2" in create) cat > "${join(folder, "body")}"; echo https://github.com/acme/gitops/pull/7 ;; esac\n`;
  writeFileSync(join(bin, "gh"), gh, { mode: 0o755 });

  // A repository of its own, as the README of gitops/ says, and the platform beside it, as the action lays it there.
  await execa("git", ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  await execa("git", ["clone", "--quiet", remote, join(workspace, "gitops")], { reject: false });
  await git("checkout", "--quiet", "-B", "main");
  cpSync(join(repository, "gitops"), join(workspace, "gitops"), { recursive: true });
  await git("add", ".");
  await git("commit", "--quiet", "-m", "A copy of the sample");
  await git("push", "--quiet", "origin", "main");
  symlinkSync(repository, join(workspace, "platform"));
  const { steps } = (
    parse(readFileSync(join(gitopsWorkflows, "..", "actions", "platform", "action.yml"), "utf8")) as {
      runs: { steps: WorkflowStep[] };
    }
  ).runs;
  await run(steps.find(({ id }) => id === "path") ?? {});
  env["PATH"] = `${readFileSync(join(folder, "path"), "utf8").trim()}:${env["PATH"]}`;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function git(...args: string[]): Promise<string> {
  return (await execa("git", args, { cwd: join(workspace, "gitops"), env })).stdout;
}

async function run({ run: script = "" }: WorkflowStep, more: Record<string, string> = {}) {
  const { exitCode, all } = await execa("bash", ["--norc", "-e", "-c", script], {
    cwd: workspace,
    env: { ...env, ...more },
    all: true,
    reject: false,
  });
  return { exitCode, printed: all ?? "" };
}

const named = (file: string, job: string, name: string) =>
  step(file, job, (one) => one.name === name || one.id === name, gitopsWorkflows);

/** What the overlay's pods run, as Kustomize builds it from a branch. */
async function runs(environment: string, branch = "main"): Promise<string[]> {
  await git("fetch", "--quiet", "origin", branch);
  await git("checkout", "--quiet", "--detach", "FETCH_HEAD");
  const { stdout } = await execa(tools.kustomize, ["build", join(workspace, "gitops", overlay(environment))]);
  await git("checkout", "--quiet", "main");
  return [...new Set([...stdout.matchAll(/^\s*(?:- )?image: (.*)$/gm)].map(([, found = ""]) => found))];
}

it("actionlint finds nothing wrong in them, in a repository of its own", async () => {
  const args = ["-no-color", "-shellcheck=", "-pyflakes="];
  const { stdout, exitCode } = await execa(tools.actionlint, args, { cwd: join(workspace, "gitops"), reject: false });
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
});

describe("a new version of the guestbook", { timeout: 300_000 }, () => {
  const wanted = `${image}:${tag}@${digest}`;
  let before: string;

  const promote = (from: string) => run(named("promotion.yml", "promote", "Promote it"), { APP: app, FROM: from });
  const promotions = async () => {
    writeFileSync(env["GITHUB_OUTPUT"] ?? "", "");
    const script = named("promote.yml", "promotions", "promotions");
    await run(script, { APP: "", FROM: "", BEFORE: before });
    return JSON.parse(readFileSync(env["GITHUB_OUTPUT"] ?? "", "utf8").replace("found=", "")) as unknown;
  };
  const pull = async () => {
    before = await git("rev-parse", "HEAD");
    await git("pull", "--quiet", "origin", "main");
  };

  it("is written into dev, valid", async () => {
    const write = named("update-manifests.yml", "update", "Write it");
    const { exitCode, printed } = await run(write, { APP: app, IMAGE: image, TAG: tag, DIGEST: digest });
    expect(printed).toContain("guestbook: pushed as");
    expect(exitCode).toBe(0);
    expect(await runs("dev")).toContain(wanted);
    expect(await runs("staging")).not.toContain(wanted);
  });

  it("leads to a promotion, which takes the same digest to staging", async () => {
    await pull();
    expect(await promotions()).toEqual([{ app, from: "dev", to: "staging" }]);
    expect((await promote("dev")).printed).toContain("guestbook: pushed as");
    expect(await runs("staging")).toContain(wanted);
    expect(await runs("prod")).not.toContain(wanted);
  });

  it("is proposed for production, the same digest again, and not pushed", async () => {
    await pull();
    expect(await promotions()).toEqual([{ app, from: "staging", to: "prod" }]);
    expect((await promote("staging")).printed).toContain("a person decides: https://github.com/acme/gitops/pull/7");
    expect(await runs("prod", `promote/${app}-prod`)).toContain(wanted);
    expect(await runs("prod")).not.toContain(wanted);
    expect(readFileSync(join(folder, "gh"), "utf8")).toContain(`pr create --head promote/${app}-prod --base main`);
    expect(readFileSync(join(folder, "body"), "utf8")).toContain(`→ ${wanted}`);
  });

  it("goes no further where what it would make is not valid", async () => {
    const path = join(workspace, "gitops", overlay("staging"), "kustomization.yaml");
    writeFileSync(
      path,
      readFileSync(path, "utf8")
        .replace(tag, "f".repeat(40))
        .replace(digest, `sha256:${"c".repeat(64)}`),
    );
    const service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: nobody\nspec:\n  selector:\n    app: nobody\n";
    const base = join(workspace, "gitops", `apps/${app}/base`);
    writeFileSync(join(base, "nobody.yaml"), `${service}  ports:\n    - port: 80\n`);
    const list = join(base, "kustomization.yaml");
    writeFileSync(list, readFileSync(list, "utf8").replace("resources:\n", "resources:\n  - nobody.yaml\n"));
    await git("add", ".");
    await git("commit", "--quiet", "-m", "A Service without pods");
    await git("push", "--quiet", "origin", "main");
    const { exitCode, printed } = await promote("staging");
    expect(printed).toContain("not pushed: platform validate refuses what it would make");
    expect(exitCode).toBe(1);
    expect(await runs("prod", `promote/${app}-prod`)).toContain(wanted);
  });
});
