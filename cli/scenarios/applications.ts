/** Argo CD's Applications, as scenarios ask for them. */
import type { ApplicationState } from "../../simulator/argocd/applications";
import { applications } from "../../simulator/argocd/applications";
import type { Clients } from "../kubernetes";

/** Undefined where there is no such Application. */
export async function applicationState({ config }: Clients, name: string): Promise<ApplicationState | undefined> {
  return (await applications(config)).find((application) => application.name === name);
}
