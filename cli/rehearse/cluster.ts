/** A rehearsal's cluster, as the stack's user reaches it. */
import { applications } from "../../simulator/argocd/applications";
import { connect, countPods, type Clients } from "../kubernetes";
import type { Rehearsal } from "./world";

/** What an earlier step has made: steps run in order, and not at all after one that failed. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a step ran before the step that it needs");
  return value;
}

/** The stack's output. */
export async function kubeconfigOf({ stack }: Rehearsal): Promise<string> {
  return (await present(stack).outputs())["kubeconfig"]?.value as string;
}

export async function cluster(rehearsal: Rehearsal): Promise<Clients> {
  const { environment } = present(rehearsal.clouds);
  return connect(await kubeconfigOf(rehearsal), environment["HTTPS_PROXY"]);
}

/** Puts into the report what Applications and pods there are now. */
export async function reportApplications({ report }: Rehearsal, clients: Clients): Promise<void> {
  report.applications = await applications(clients.config);
  const { total, ready } = await countPods(clients);
  report.pods = { total, ready };
}
