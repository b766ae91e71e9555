import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeShell, type Access } from "../../../cli/rehearse/shell";

let directory: string;
let access: Access;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "shell-")), "it's a folder");
  mkdirSync(join(directory, "releases"), { recursive: true });
  writeFileSync(join(directory, "releases", "argocd.json"), '{"arn:cluster":"http://127.0.0.1:4321"}');
  const kubectl = join(directory, "the real kubectl");
  writeFileSync(kubectl, '#!/bin/sh\necho "for $KUBECONFIG"\n', { mode: 0o755 });
  access = writeShell({
    directory,
    kubeconfig: join(directory, "kubeconfig"),
    tools: { kubectl, argocd: kubectl },
    gitops: "http://127.0.0.1:1234/repository.git",
    traffic: "http://127.0.0.1:5678",
  });
});

afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

it("gives a shell the programs and the addresses, whatever the folder is called", () => {
  expect(inShell("kubectl get pods")).toBe(`for ${join(directory, "kubeconfig")}\n`);
  expect(inShell('echo "$GITOPS $TRAFFIC $ARGOCD_SERVER $ARGOCD_OPTS"')).toBe(
    "http://127.0.0.1:1234/repository.git http://127.0.0.1:5678 127.0.0.1:4321 --plaintext\n",
  );
  expect(access.argocd).toBe("http://127.0.0.1:4321");
});

it("gives it the product's own command, wherever that is", () => {
  const script = readFileSync(join(directory, "commands", "platform"), "utf8");
  const [, tsx = "", main = ""] = /^exec '(.*)' '(.*)' "\$@"$/m.exec(script) ?? [];
  expect(inShell("command -v platform")).toBe(`${join(directory, "commands", "platform")}\n`);
  expect(() => accessSync(tsx, constants.X_OK)).not.toThrow();
  expect(readFileSync(main, "utf8")).toContain('new Command("platform")');
});

it("keeps what the shell had on its PATH, and is nobody else's to read", () => {
  expect(inShell("command -v cat")).toMatch(/\/cat$/m);
  expect(statSync(access.shell).mode & 0o077).toBe(0);
});

function inShell(command: string): string {
  return execFileSync("bash", ["-euc", `. "$1"\n${command}`, "bash", access.shell], { encoding: "utf8" });
}
