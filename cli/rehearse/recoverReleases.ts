/**
 * Helm releases that were being installed, upgraded or removed when a run was killed. Helm then refuses everything
 * ("another operation (install/upgrade/rollback) is in progress", "cannot re-use a name that is still in use") until
 * somebody does what is done here.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { writeKubeconfig } from "./kubeconfig";
import type { StateResource } from "./state";
import type { Say } from "./up";

const releaseType = "kubernetes:helm.sh/v3:Release";

export interface ReleaseRecovery {
  /** Helm's program. */
  helm: string;
  kubeconfig: string;
  environment: Record<string, string>;
  /** For files that are there only meanwhile. */
  directory: string;
  resources: StateResource[];
  creating: StateResource[];
  say: Say;
}

interface Listed {
  name: string;
  namespace: string;
  status: string;
}

interface Revision {
  revision: number;
  status: string;
}

/** What brings a release back to where the next `up` can go on; undefined: it is there already. */
export type Remedy = "uninstall" | "rollback" | undefined;

/**
 * @param isKnown the engine has it in its state.
 * @param isWanted the engine was installing it.
 */
export function remedyFor(status: string, isKnown: boolean, isWanted: boolean): Remedy {
  if (["pending-install", "uninstalling"].includes(status)) return "uninstall";
  if (["pending-upgrade", "pending-rollback"].includes(status)) return "rollback";
  // One that is deployed is taken over instead; one that failed has a name that is in use.
  return isWanted && !isKnown && status !== "deployed" ? "uninstall" : undefined;
}

/**
 * Uninstalls what was half installed or half removed, rolls back what was half upgraded.
 * @returns what is deployed and unknown to the engine, which was installing it: its ids, `namespace/name`.
 */
export async function settleReleases(recovery: ReleaseRecovery): Promise<Set<string>> {
  const known = new Set(recovery.resources.filter(isRelease).map(({ id }) => id));
  const wanted = new Set(recovery.creating.filter(isRelease).map(({ inputs }) => idOf(inputs)));
  if (known.size + wanted.size === 0) return new Set();

  const folder = mkdtempSync(join(recovery.directory, "helm-"));
  try {
    const file = writeKubeconfig(join(folder, "kubeconfig"), recovery.kubeconfig, recovery.environment);
    const helm = async (...args: string[]): Promise<string> => {
      const env = { HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
      return (await execa(recovery.helm, [...args, "--kubeconfig", file], { env })).stdout;
    };
    const releases = JSON.parse(await helm("list", "--all-namespaces", "--all", "--output", "json")) as Listed[];
    for (const { name, namespace, status } of releases) {
      const id = `${namespace}/${name}`;
      const remedy = remedyFor(status, known.has(id), wanted.has(id));
      if (!remedy) continue;
      const good = remedy === "rollback" ? await lastGood(helm, name, namespace) : undefined;
      recovery.say(`helm release ${id} is ${status}: ${good ? `rolled back to ${good}` : "uninstalled"}`);
      const verb = good ? ["rollback", name, String(good)] : ["uninstall", name];
      await helm(...verb, "--namespace", namespace, "--wait", "--timeout", "5m");
    }
    const deployed = releases.filter(({ status }) => status === "deployed").map((r) => `${r.namespace}/${r.name}`);
    return new Set(deployed.filter((id) => wanted.has(id) && !known.has(id)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function isRelease({ type }: Pick<StateResource, "type">): boolean {
  return type === releaseType;
}

/** `namespace/name`, as the provider has it. */
export function idOf(inputs: Record<string, unknown> = {}): string {
  return `${String(inputs["namespace"])}/${String(inputs["name"])}`;
}

/** The last revision that worked; undefined where none ever did. */
async function lastGood(
  helm: (...args: string[]) => Promise<string>,
  name: string,
  namespace: string,
): Promise<number | undefined> {
  const history = JSON.parse(await helm("history", name, "--namespace", namespace, "--output", "json")) as Revision[];
  return history.filter(({ status }) => ["deployed", "superseded"].includes(status)).at(-1)?.revision;
}
