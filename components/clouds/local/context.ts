/** One context of the user's kubeconfig, cut out of it. */
import { KubeConfig } from "@kubernetes/client-node";

export interface LocalContext {
  /** A kubeconfig that holds this context, its cluster and its user, and nothing else. */
  kubeconfig: string;
  client: KubeConfig;
}

/**
 * Reads the context from `$KUBECONFIG` or `~/.kube/config`. What the user's current context is does not matter: a
 * platform must not land in whatever cluster somebody looked at last.
 *
 * @throws where there is no such context, naming those that there are
 */
export function readContext(name: string, ambient: KubeConfig = ambientConfig()): LocalContext {
  const context = ambient.getContextObject(name);
  const cluster = context && ambient.getCluster(context.cluster);
  const user = context && ambient.getUser(context.user);
  if (!context || !cluster) {
    const names = ambient.getContexts().map((known) => known.name);
    throw new Error(
      `region: the kubeconfig has no context "${name}" with a cluster; ` +
        (names.length > 0 ? `it has: ${names.join(", ")}` : "it has no context at all"),
    );
  }
  const client = new KubeConfig();
  client.loadFromOptions({ clusters: [cluster], users: user ? [user] : [], contexts: [context], currentContext: name });
  return { client, kubeconfig: client.exportConfig() };
}

function ambientConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}
