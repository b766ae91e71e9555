/** What a scenario is: something that teams do with the platform, done on a rehearsal's cluster and checked. */
import type { ArgoCdCli } from "./argocd";
import type { GitCheckout } from "./checkout";
import type { Workloads } from "./workloads";
import type { Clients } from "../kubernetes";
import type { Side } from "../migrate/side";

export interface Scenario {
  /** As `--scenario` names it. */
  name: string;
  /** What it shows, in one line. */
  title: string;
  /**
   * Runs on a cluster whose automatic Applications are Synced and Healthy, and leaves it so.
   * @throws Error that says what was expected and what was seen.
   */
  run(lab: Lab): Promise<void>;
}

/** What a scenario has to work with. */
export interface Lab {
  /** The stack, as a migration sees it. */
  side: Side;
  clients: Clients;
  /** A user's clone of the gitops repository: a push is live in seconds. */
  git: GitCheckout;
  workloads: Workloads;
  /** Argo CD's own command line, logged in as its administrator. */
  argocd: ArgoCdCli;
  /** Paths of `argocd`, `kubectl`, `kustomize` and the others. */
  tools: Record<string, string>;
  /** What a program needs to reach the cluster as a user of the cloud: `PATH`, `HTTPS_PROXY`, credentials. */
  environment: Record<string, string>;
  /** File with the stack's kubeconfig. */
  kubeconfig: string;
  /** Folder for the scenario's own files; it goes with the rehearsal. */
  folder: string;
  /** Shows what is going on. */
  say(line: string): void;
  /** Adds a line to the report: what was seen, with its figures. */
  saw(fact: string): void;
}

/**
 * @param seen what was there, shown where it is not what it should be.
 * @throws Error with both.
 */
export function expectThat(holds: boolean, what: string, seen?: unknown): asserts holds {
  if (!holds) throw new Error(seen === undefined ? what : `${what}; seen: ${JSON.stringify(seen)}`);
}
