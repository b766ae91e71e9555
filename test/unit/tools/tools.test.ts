import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ensureCrds,
  ensureTools,
  migrationPrograms,
  programNames,
  programs,
  rehearsalPrograms,
  type ProgramName,
} from "../../../cli/tools";
import { compareVersions, goDirective } from "../../../cli/tools/build";
import { isNpm } from "../../../cli/tools/npm";
import { buildDirectory, moduleFolders } from "../../../cli/tools/cache";

let directory: string;
const before = { PATH: process.env["PATH"], XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] };
const said: string[] = [];
const say = (line: string) => said.push(line);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tools-"));
  mkdirSync(join(directory, "bin"));
  // Nothing but a shell: what these tests call programs are scripts.
  process.env["PATH"] = `${join(directory, "bin")}${delimiter}/bin`;
  process.env["XDG_CACHE_HOME"] = join(directory, "cache");
  said.length = 0;
});

afterEach(() => {
  Object.assign(process.env, before);
  if (before.XDG_CACHE_HOME === undefined) delete process.env["XDG_CACHE_HOME"];
  rmSync(directory, { recursive: true, force: true });
});

function script(name: string, text: string, folder = join(directory, "bin")): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("ensureTools", () => {
  it("takes a program of the right version from PATH", async () => {
    const kwok = script("kwok", 'echo "kwok version v0.8.0 go1.26.8 (linux/amd64)"');
    expect(await ensureTools(say, ["kwok"])).toEqual({ kwok });
    expect(said).toEqual([]);
  });

  it("takes any Redis from version 6 on", async () => {
    const redis = script("redis-server", 'echo "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc"');
    expect(await ensureTools(say, ["redis"])).toEqual({ redis });
  });

  it("passes over another version on PATH for what was built before", async () => {
    script("kwok", 'echo "kwok version v0.7.0"');
    script("redis-server", 'echo "Redis server v=5.0.14"');
    const kwok = script("kwok", "exit 1", buildDirectory("kwok", programs.kwok));
    const redis = script("redis", "exit 1", buildDirectory("redis", programs.redis));
    expect(await ensureTools(say, ["kwok", "redis"])).toEqual({ kwok, redis });
  });

  it("says what to install where there is no Go", async () => {
    process.env["PATH"] = join(directory, "bin");
    await expect(ensureTools(say, ["kwok"])).rejects.toThrow(
      "programs have to be built, and there is no Go on PATH: install Go 1.26.0 or newer (https://go.dev/dl/) and run this again",
    );
  });

  it("says what to install where Go is too old", async () => {
    script("go", "echo go1.22.1");
    await expect(ensureTools(say, ["kwok"])).rejects.toThrow("Go 1.22.1 is too old: install Go 1.26.0 or newer");
  });

  it("builds the programs of one folder together, and each folder once", async () => {
    script(
      "go",
      `case "$1" in env) echo go1.26.8; exit;; esac
       out=; for word; do [ "$previous" = -o ] && out=$word; previous=$word; done
       echo "$PWD $*" >> ${directory}/calls
       for name in kube-scheduler kubectl; do
         printf '#!/bin/sh\\necho Kubernetes v1.36.3\\n' > "$out$name"; chmod +x "$out$name"
       done`,
    );
    const tools = await ensureTools(say, ["kubectl", "kube-scheduler"]);
    expect(Object.keys(tools)).toEqual(["kubectl", "kube-scheduler"]);
    const calls = readFileSync(join(directory, "calls"), "utf8").trim().split("\n");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain(`${join("tools", "kubernetes")} build -v -trimpath -ldflags -s -w -X k8s.io`);
    expect(calls[0]).toMatch(/k8s.io\/kubernetes\/cmd\/kube-scheduler k8s.io\/kubernetes\/cmd\/kubectl$/);

    await ensureTools(say, ["kubectl"]);
    expect(readFileSync(join(directory, "calls"), "utf8").trim().split("\n")).toHaveLength(1);
  });

  it("takes a program of npm's as its folder's lock has it, whole or not at all", async () => {
    script("node", `exec ${process.execPath} "$@"`);
    script(
      "npm",
      `[ -f package-lock.json ] || exit 3; echo "$*" >> ${directory}/calls; mkdir -p node_modules/.bin
       printf '#!/bin/sh\\necho 3.35.0\\n' > node_modules/.bin/azurite-blob; chmod +x node_modules/.bin/azurite-blob`,
    );
    const { azurite } = await ensureTools(say, ["azurite"]);
    expect(azurite).toBe(join(buildDirectory("azurite", programs.azurite), "azurite"));
    expect(await ensureTools(say, ["azurite"])).toEqual({ azurite });
    const calls = readFileSync(join(directory, "calls"), "utf8").trim().split("\n");
    expect(calls).toEqual(["ci --ignore-scripts --no-audit --no-fund --loglevel=error"]);

    rmSync(join(directory, "cache"), { recursive: true });
    script("npm", "echo no network >&2; exit 1");
    await expect(ensureTools(say, ["azurite"])).rejects.toThrow("azurite cannot be installed:\nno network");
    await expect(ensureTools(say, ["azurite"])).rejects.toThrow("cannot be installed");
  });

  it("leaves nothing behind when a build fails, and gives Go's own words", async () => {
    script("go", 'case "$1" in env) echo go1.26.8; exit;; esac; echo "kwok.go:1: undefined: x" >&2; exit 1');
    await expect(ensureTools(say, ["kwok"])).rejects.toThrow(/kwok cannot be built:\n  kwok.go:1: undefined: x/);
    await expect(ensureTools(say, ["kwok"])).rejects.toThrow(/cannot be built/);
  });

  it("refuses a build that tells another version than the one that was asked for", async () => {
    script(
      "go",
      `case "$1" in env) echo go1.26.8; exit;; esac
       for word; do [ "$previous" = -o ] && out=$word; previous=$word; done
       printf '#!/bin/sh\\necho v99.99.99\\n' > "$out"; chmod +x "$out"`,
    );
    await expect(ensureTools(say, ["argocd"])).rejects.toThrow("argocd was built as version 99.99.99, not 3.2.6");
  });
});

describe("ensureCrds", () => {
  it("names the charts that it knows", async () => {
    await expect(ensureCrds(say, ["no-such-chart"])).rejects.toThrow(/no-such-chart; known: argo-cd, aws-load/);
  });

  it("refuses a module whose content has changed", async () => {
    script("go", `case "$1" in env) echo go1.26.8; exit;; esac; echo '{"Dir": "${directory}", "Sum": "h1:other"}'`);
    await expect(ensureCrds(say, ["velero"])).rejects.toThrow(
      "github.com/vmware-tanzu/velero v1.18.1 is not what it was: its hash is h1:other",
    );
  });

  it("tells what the module proxy says", async () => {
    script("go", `case "$1" in env) echo go1.26.8; exit;; esac; echo '{"Error": "403 Forbidden"}'; exit 1`);
    await expect(ensureCrds(say, ["velero"])).rejects.toThrow("velero v1.18.1 cannot be downloaded: 403 Forbidden");
  });
});

interface Lock {
  packages: Record<string, object>;
}

describe("the table of programs", () => {
  // Programs of ours have the version of what they stand in for.
  const own: ProgramName[] = ["redis", "kubelet-exec", "velero-plugin-for-microsoft-azure"];
  it.each(programNames.filter((name) => !own.includes(name)))("pins %s in its folder", (name) => {
    const { folder, package: main, version } = programs[name];
    if (isNpm(folder)) {
      const lock = JSON.parse(readFileSync(join(moduleFolders, folder, "package-lock.json"), "utf8")) as Lock;
      expect(lock.packages[`node_modules/${folder}`]).toMatchObject({
        version,
        bin: { [main]: "dist/src/blob/main.js" },
      });
      return;
    }
    const goMod = readFileSync(join(moduleFolders, folder, "go.mod"), "utf8");
    const pinned = goMod
      .split("\n")
      .map((line) => line.trim().split(" "))
      .filter(([path = ""]) => path !== "" && main.startsWith(path))
      .map(([, pin]) => pin);
    // Prometheus counts its module otherwise: v0.315.0 is 3.15.0.
    const counted = folder === "prometheus" ? version.replace(/^3\.(\d\d)\./, "0.3$1.") : version;
    expect(pinned, main).toContain(`v${counted}`);
  });

  it("leaves what only migrations run to them", () => {
    for (const name of migrationPrograms) expect(rehearsalPrograms).not.toContain(name);
    expect(rehearsalPrograms).toContain("kwok");
  });
});

it("compares versions by their numbers", () => {
  expect(compareVersions("1.26.8", "1.26.0")).toBeGreaterThan(0);
  expect(compareVersions("1.9.1", "1.26.0")).toBeLessThan(0);
  expect(compareVersions("1.26", "1.26.0")).toBe(0);
});

it("reads the Go version that a module asks for", () => {
  expect(goDirective("module x\n\ngo 1.26.0\n")).toBe("1.26.0");
  expect(() => goDirective("module x")).toThrow("no go directive");
});
