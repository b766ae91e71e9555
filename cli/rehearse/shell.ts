/** What a user's own shell needs to work with a rehearsal that stays: a file to source, and the programs beside it. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argocdAddresses } from "../../simulator/releases";
import { repository } from "../project";
import type { ProgramName } from "../tools";

/** Programs that a user types; the others are the rehearsal's own. */
const offered = ["kubectl", "argocd", "kustomize", "kubeseal", "helm"] as const satisfies ProgramName[];

export interface ShellArgs {
  /** The rehearsal's: gets `shell.sh` and `commands`. */
  directory: string;
  /** Path of a kubeconfig that works in any shell. */
  kubeconfig: string;
  tools: Record<string, string>;
  /** Where the gitops repository is cloned from and pushed to. */
  gitops: string;
  /** Where requests for applications go, by their `Host`. */
  traffic: string;
}

/** How a rehearsal that stays is reached. None of it is secret; the files that it names may be. */
export interface Access {
  kubeconfig: string;
  /** Address of the gitops repository. */
  gitops: string;
  /** Where requests for applications go, by their `Host`. */
  traffic: string;
  /** Address of Argo CD's page and API. */
  argocd: string;
  /** File for `.` in a shell: the addresses as variables, the programs on `PATH`. */
  shell: string;
}

/**
 * Writes the file. In the shell that reads it `kubectl`, `argocd`, `kustomize`, `kubeseal`, `helm` and `platform` are on
 * `PATH`, and `KUBECONFIG`, `GITOPS`, `TRAFFIC`, `ARGOCD_SERVER` and `ARGOCD_OPTS` are set.
 */
export function writeShell({ directory, kubeconfig, tools, gitops, traffic }: ShellArgs): Access {
  const bin = join(directory, "commands");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  for (const name of offered) symlinkSync(tools[name] ?? name, join(bin, name));
  const [tsx, main] = [join(repository, "node_modules", ".bin", "tsx"), join(repository, "cli", "main.ts")];
  writeFileSync(join(bin, "platform"), `#!/bin/sh\nexec ${quoted(tsx)} ${quoted(main)} "$@"\n`, { mode: 0o755 });
  const argocd = argocdAddress(directory);
  const variables = {
    KUBECONFIG: kubeconfig,
    GITOPS: gitops,
    TRAFFIC: traffic,
    ARGOCD_SERVER: new URL(argocd).host,
    // TLS ends in front of Argo CD's server, and here nothing is in front of it.
    ARGOCD_OPTS: "--plaintext",
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const shell = join(directory, "shell.sh");
  writeFileSync(shell, [...lines, `export PATH=${quoted(bin)}:"$PATH"`, ""].join("\n"), { mode: 0o600 });
  return { kubeconfig, gitops, traffic, argocd, shell };
}

/** Where Argo CD's server answers on this machine: a rehearsal has one cluster. */
export function argocdAddress(directory: string): string {
  const addresses = JSON.parse(readFileSync(argocdAddresses(join(directory, "releases")), "utf8")) as object;
  return String(Object.values(addresses)[0]);
}

/** A word for the shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
