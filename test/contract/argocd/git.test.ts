/** The rehearsal's Git host, asked by the real git. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveGit, SourceError, type GitPush, type GitRemote } from "../../../simulator/git";
import { prefixOf } from "../../../simulator/git/source";

const directory = mkdtempSync(join(tmpdir(), "git-host-"));
const user = join(directory, "user");
const address = "https://git.example.com/team/platform.git";
const told: GitPush[] = [];
let remote: GitRemote;

beforeAll(async () => {
  mkdirSync(join(user, "gitops", "clusters", "single-cluster"), { recursive: true });
  writeFileSync(join(user, "gitops", ".gitignore"), "*.local\n");
  writeFileSync(join(user, "gitops", "clusters", "single-cluster", "kustomization.yaml"), "committed\n");
  writeFileSync(join(user, "README.md"), "outside the folder\n");
  const git = { cwd: user, env: { GIT_CONFIG_GLOBAL: "/dev/null", HOME: directory } };
  await execa("git", ["init", "--quiet"], git);
  await execa("git", ["add", "--all"], git);
  await execa("git", ["-c", "user.name=u", "-c", "user.email=u@localhost", "commit", "--quiet", "-m", "first"], git);
  appendFileSync(join(user, "gitops", "clusters", "single-cluster", "kustomization.yaml"), "edited\n");
  writeFileSync(join(user, "gitops", "new.yaml"), "untracked\n");
  writeFileSync(join(user, "gitops", "secret.local"), "ignored\n");
  remote = await serve(join(user, "gitops"));
});

afterAll(async () => {
  await remote.stop();
  rmSync(directory, { recursive: true, force: true });
});

function serve(folder: string, repository = address): Promise<GitRemote> {
  const path = "gitops/clusters/single-cluster";
  const onPush = (push: GitPush) => Promise.resolve(void told.push(push));
  return serveGit({
    source: { folder },
    repository,
    revision: "main",
    path,
    onPush,
    directory: join(directory, "host"),
  });
}

/** Clones as Argo CD's repo server does: by the address that the stack names, through the proxy, trusting the host. */
async function clone(name: string, url = address, version = 2): Promise<string> {
  const target = join(directory, name);
  const trusted = join(directory, "trusted.pem");
  writeFileSync(trusted, Object.values(remote.network.certificates).join(""));
  await execa("git", ["-c", `protocol.version=${version}`, "clone", "--quiet", "--branch", "main", url, target], {
    env: { GIT_CONFIG_GLOBAL: "/dev/null", HTTPS_PROXY: remote.network.proxy, GIT_SSL_CAINFO: trusted, no_proxy: "" },
  });
  return target;
}

describe("serveGit", () => {
  it("serves the folder as it is now, at its place in the repository, under the stack's own address", async () => {
    const copy = await clone("copy");
    expect(readFileSync(join(copy, "gitops/clusters/single-cluster/kustomization.yaml"), "utf8")).toBe(
      "committed\nedited\n",
    );
    expect(existsSync(join(copy, "gitops/new.yaml"))).toBe(true);
    expect(existsSync(join(copy, "gitops/secret.local"))).toBe(false);
    expect(existsSync(join(copy, "README.md"))).toBe(false);
  });

  it("serves clients of the first protocol, and the plain address", async () => {
    const copy = await clone("old", remote.url, 0);
    expect(existsSync(join(copy, "gitops/new.yaml"))).toBe(true);
  });

  it("takes pushes of the rehearsal and leaves the user's repository alone", async () => {
    const before = await remote.revision();
    const revision = await remote.push("A change", (folder) => {
      writeFileSync(join(folder, "gitops/new.yaml"), "pushed\n");
    });
    expect(revision).not.toBe(before);
    const copy = await clone("pushed");
    expect(readFileSync(join(copy, "gitops/new.yaml"), "utf8")).toBe("pushed\n");
    expect(readFileSync(join(user, "gitops/new.yaml"), "utf8")).toBe("untracked\n");
  });

  it("takes a user's push, and tells of it", async () => {
    const copy = await clone("pusher", remote.url);
    const before = await remote.revision();
    appendFileSync(join(copy, "gitops/new.yaml"), "by a user\n");
    const commit = ["-c", "user.name=u", "-c", "user.email=u@localhost", "commit", "--quiet", "--all", "-m", "edit"];
    await execa("git", commit, { cwd: copy });
    told.length = 0;
    await execa("git", ["push", "--quiet", "origin", "main"], { cwd: copy });
    const after = await remote.revision();
    expect(after).not.toBe(before);
    expect(told).toEqual([{ before, after, changed: ["gitops/new.yaml"] }]);
    const other = await clone("after-push");
    expect(readFileSync(join(other, "gitops/new.yaml"), "utf8")).toContain("by a user\n");
    // The rehearsal's own next commit builds on it.
    await remote.push("Another change", (folder) => appendFileSync(join(folder, "gitops/new.yaml"), "by us\n"));
    expect(told.map((push) => push.before)).toEqual([before, after]);
  });

  it("refuses a push that does not build on what is there, and tells of nothing", async () => {
    const copy = await clone("stale", remote.url);
    await remote.push("Meanwhile", (folder) => appendFileSync(join(folder, "gitops/new.yaml"), "meanwhile\n"));
    told.length = 0;
    const commit = ["-c", "user.name=u", "-c", "user.email=u@localhost", "commit", "--allow-empty", "-m", "stale"];
    await execa("git", commit, { cwd: copy });
    const pushed = await execa("git", ["push", "origin", "main"], { cwd: copy, reject: false });
    expect(pushed.stderr).toContain("rejected");
    expect(told).toEqual([]);
  });

  it("is the same host again after a restart, with the folder's newer content on top of its history", async () => {
    const before = { url: remote.url, network: remote.network, revision: await remote.revision() };
    await remote.stop();
    writeFileSync(join(user, "gitops/new.yaml"), "newer\n");
    remote = await serve(join(user, "gitops"));
    expect(remote.url).toBe(before.url);
    expect(remote.network).toEqual(before.network);
    const copy = await clone("restarted");
    expect(readFileSync(join(copy, "gitops/new.yaml"), "utf8")).toBe("newer\n");
    const { stdout } = await execa("git", ["rev-list", "HEAD"], { cwd: copy });
    expect(stdout.split("\n")).toContain(before.revision);
  });

  it("copies another repository by its address", async () => {
    const path = "gitops/clusters/single-cluster";
    const options = {
      repository: "git@example.com:team/platform.git",
      revision: "main",
      directory: join(directory, "second"),
    };
    const copy = await serveGit({ ...options, source: { url: remote.url }, path });
    expect(copy.mapped).toBe(false);
    expect(await copy.revision()).toBe(await remote.revision());
    await copy.stop();
    await expect(serveGit({ ...options, source: { url: remote.url }, path: "nowhere" })).rejects.toThrow(
      `gitops repository ${remote.url}: branch main has no folder "nowhere"`,
    );
  });
});

describe("prefixOf", () => {
  it("finds the place of a folder in its repository", () => {
    expect(prefixOf(join(user, "gitops"), "gitops/clusters/single-cluster")).toBe("gitops");
    expect(prefixOf(user, "gitops/clusters/single-cluster")).toBe("");
    expect(prefixOf(join(user, "gitops"), "./clusters/single-cluster/")).toBe("");
  });

  it("says what is not there", () => {
    expect(() => prefixOf(user, "clusters/prod")).toThrow(SourceError);
    expect(() => prefixOf(user, "clusters/prod")).toThrow(
      `it holds nothing of gitops.path "clusters/prod": neither clusters/prod nor prod is there`,
    );
  });
});
