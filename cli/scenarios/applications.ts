/** Argo CD's Applications, as scenarios ask for them and wait for them. */
import type { ApplicationState } from "../../simulator/argocd/applications";
import { applicationStates, approve, waitForSync } from "../../simulator/argocd/applications";
import type { Clients } from "../kubernetes";
import type { Lab } from "./scenario";

/** Undefined where there is no such Application. */
export async function applicationState({ config }: Clients, name: string): Promise<ApplicationState | undefined> {
  return (await applicationStates(config)).find((application) => application.name === name);
}

/**
 * Approves whatever waits for it, one after the other as a person would: it may be a parent of what waits next.
 * @returns the names, in order.
 */
export async function approveAll({ config }: Clients, say: (line: string) => void): Promise<string[]> {
  const approved: string[] = [];
  for (;;) {
    const all = await applicationStates(config);
    const next = all.find(({ name, waitsForApproval }) => waitsForApproval && !approved.includes(name));
    if (!next) return approved;
    say(`approves ${next.name}`);
    await approve(config, next.name);
    approved.push(next.name);
    await waitForSync(config, { timeoutSeconds: 300, approved, onProgress: say });
  }
}

/**
 * Syncs an Application as a person does, and waits until it is done. Not by the command line's own waiting: Argo CD's
 * server lists Applications before it follows their changes, and a sync that ends in between is never told of.
 */
export async function syncByHand({ argocd, clients, say }: Lab, name: string): Promise<void> {
  say(`argocd app sync ${name}`);
  await argocd.run("app", "sync", name, "--async");
  await waitForSync(clients.config, { timeoutSeconds: 180, approved: [name] });
}

/** What a scenario begins with where it changes something that a person approves. */
export async function syncIfWaiting(lab: Lab, name: string): Promise<void> {
  if ((await applicationState(lab.clients, name))?.waitsForApproval) await syncByHand(lab, name);
}

/**
 * Waits until Argo CD says so of an Application.
 * @returns the seconds that it took.
 * @throws Error after a minute.
 */
export async function untilSync(
  { clients, workloads }: Lab,
  name: string,
  sync: "OutOfSync" | "Synced",
): Promise<number> {
  return workloads.until(`${name} is ${sync}`, 60, async () => (await applicationState(clients, name))?.sync === sync);
}
