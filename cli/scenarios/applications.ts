/** Argo CD's Applications, as scenarios ask for them. */
import type { ApplicationState } from "../../simulator/argocd/applications";
import { applicationStates, waitForSync } from "../../simulator/argocd/applications";
import type { Clients } from "../kubernetes";
import type { Lab } from "./scenario";

/** Undefined where there is no such Application. */
export async function applicationState({ config }: Clients, name: string): Promise<ApplicationState | undefined> {
  return (await applicationStates(config)).find((application) => application.name === name);
}

/**
 * Syncs an Application as a person does, and waits until it is done. Not by the command line's own waiting: Argo CD's
 * server lists Applications before it follows their changes, and a sync that ends in between is never told of.
 */
export async function syncByHand({ argocd, clients }: Lab, name: string): Promise<void> {
  await argocd.run("app", "sync", name, "--async");
  await waitForSync(clients.config, { timeoutSeconds: 180, approved: [name] });
}
