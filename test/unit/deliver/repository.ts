/** A gitops repository with a remote, as a workflow's checkout has it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach } from "vitest";

export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
export const reference = (letter: string) => ({
  repository: "ghcr.io/acme/web",
  tag: letter.repeat(40),
  digest: digest(letter),
});

/** A kustomization whose image `web` comes from ghcr.io/acme/web, at the version that the letter names. */
export const overlay = (letter: string, more = "") => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../base
images:
  # Written by the workflows.
  - name: web
    newName: ghcr.io/acme/web
    newTag: ${letter.repeat(40)}
    digest: ${digest(letter)}
${more}`;

/** One application with all environments, one without staging, one with production only, one that shares a cluster. */
export const files: Record<string, string> = {
  "apps/shop/base/kustomization.yaml": "resources: []\n",
  "apps/shop/overlays/dev/kustomization.yaml": overlay("a"),
  "apps/shop/overlays/staging/kustomization.yaml": overlay("a"),
  "apps/shop/overlays/prod/kustomization.yaml": overlay("a"),
  "apps/shop/overlays/minikube/kustomization.yaml": overlay("a"),
  "apps/blog/overlays/dev/kustomization.yaml": overlay("a"),
  "apps/blog/overlays/prod/kustomization.yaml": overlay("a"),
  "apps/sample/kustomization.yaml": overlay("a"),
  "apps/base/frontend/kustomization.yaml": "resources: []\n",
  "apps/development/kustomization.yaml": "resources: [frontend]\n",
  "apps/development/frontend/kustomization.yaml": overlay("a"),
  "apps/staging/frontend/kustomization.yaml": overlay("a"),
  "apps/production/frontend/kustomization.yaml": overlay("a"),
};

const made: string[] = [];
afterEach(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "deliver-test-"));
  made.push(folder);
  return folder;
}

export function write(folder: string, contents: Record<string, string>): void {
  for (const [path, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export interface Clone {
  /** The gitops folder in it. */
  folder: string;
  git: (...args: string[]) => string;
  /** Commits what was written, and pushes it. */
  push: (contents: Record<string, string>) => void;
  /** A file as the remote has it. */
  remote: (path: string, branch?: string) => string;
  /** Subjects of the remote's commits, the newest first. */
  log: (branch?: string) => string[];
}

function open(folder: string, prefix: string, remote: string): Clone {
  const git = (...args: string[]) => run(folder, ...args);
  const there = (...args: string[]) => run(remote, ...args);
  return {
    folder: join(folder, prefix),
    git,
    push: (contents) => {
      write(join(folder, prefix), contents);
      git("add", ".");
      git("commit", "--quiet", "-m", "somebody's change");
      git("push", "--quiet", "origin", "HEAD:main");
    },
    remote: (path, branch = "main") => `${there("show", `${branch}:${join(prefix, path)}`)}\n`,
    log: (branch = "main") => there("log", "--format=%s", branch).split("\n"),
  };
}

function run(folder: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
}

/** Made once, as a dozen processes of Git for every test would take most of its time. */
const templates = new Map<string, string>();

function template(prefix: string): string {
  const root = templates.get(prefix) ?? mkdtempSync(join(tmpdir(), "deliver-template-"));
  if (templates.has(prefix)) return root;
  run(root, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "remote.git");
  run(root, "clone", "--quiet", "--template=", "remote.git", "theirs");
  const folder = join(root, "theirs");
  run(folder, "checkout", "--quiet", "-B", "main");
  run(folder, "config", "user.name", "Test");
  run(folder, "config", "user.email", "test@example.com");
  open(folder, prefix, join(root, "remote.git")).push(files);
  cpSync(folder, join(root, "ours"), { recursive: true });
  templates.set(prefix, root);
  return root;
}

afterAll(() => {
  for (const root of templates.values()) rmSync(root, { recursive: true, force: true });
  templates.clear();
});

/**
 * @param prefix the folder of the repository that holds `apps/`.
 * @returns two clones of one remote: the workflow's and somebody else's.
 */
export function clones(prefix = "gitops"): { ours: Clone; theirs: Clone; remote: string } {
  const from = template(prefix);
  const root = temporary();
  cpSync(from, root, { recursive: true });
  for (const clone of ["ours", "theirs"]) {
    const config = join(root, clone, ".git", "config");
    writeFileSync(config, readFileSync(config, "utf8").replaceAll(from, root));
  }
  const remote = join(root, "remote.git");
  return { ours: open(join(root, "ours"), prefix, remote), theirs: open(join(root, "theirs"), prefix, remote), remote };
}

/** What `gh` was asked, a line a call, and what stood in its input. */
export interface Hub {
  calls: () => { args: string[]; input: string }[];
  end: () => void;
}

/** Puts a `gh` on PATH that knows one open pull request, or none. */
export function fakeHub(open = ""): Hub {
  const folder = temporary();
  const log = join(folder, "calls");
  const answer = `case "$2" in list) echo '${open}' ;; create) echo https://github.com/acme/gitops/pull/7 ;; esac`;
  const record = `node -e 'const fs = require("fs"); const [log, ...args] = process.argv.slice(1); fs.appendFileSync(log, JSON.stringify({ args, input: fs.readFileSync(0, "utf8") }) + "\\n")' "${log}" -- "$@"`;
  writeFileSync(join(folder, "gh"), `#!/bin/sh\n${record}\n${answer}\n`, { mode: 0o755 });
  writeFileSync(log, "");
  const before = process.env["PATH"];
  process.env["PATH"] = `${folder}:${before}`;
  return {
    calls: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { args: string[]; input: string })
        .map(({ args, input }) => ({ args: args.filter((arg) => arg !== "--"), input })),
    end: () => {
      process.env["PATH"] = before;
    },
  };
}
