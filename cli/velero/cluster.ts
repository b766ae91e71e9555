/** The cluster of a user's stack, for commands that work on it by Velero. */
import type { Stack } from "@pulumi/pulumi/automation";
import { NoStackError, existingStack } from "../stack";
import { connect, type Clients } from "../kubernetes";
import { proxyFromEnvironment } from "../teardown/proxy";

/** @throws NoStackError where there is no such stack, or it has no cluster: the message is for the user. */
export async function clusterOfStack(name: string): Promise<Clients> {
  return clusterOf(await existingStack(name));
}

/** @throws NoStackError where the stack has no cluster. */
export async function clusterOf(stack: Stack): Promise<Clients> {
  const kubeconfig: unknown = (await stack.outputs())["kubeconfig"]?.value;
  if (typeof kubeconfig !== "string") {
    throw new NoStackError(`The stack ${stack.name} has no cluster: bring it up first, with pulumi up.`);
  }
  return connect(kubeconfig, proxyFromEnvironment);
}
