/** The engine's state, as `pulumi stack export --show-secrets` has it. */

export interface StateResource {
  urn: string;
  type: string;
  /** Managed by a provider, and no component. */
  custom?: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** The kubeconfig of the stack's Kubernetes provider: known as soon as there is a cluster, outputs only at the end. */
export function clusterKubeconfig(resources: StateResource[]): string | undefined {
  const providers = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
  const found = providers.map(({ inputs }) => reveal(inputs?.["kubeconfig"]));
  return found.find((kubeconfig) => typeof kubeconfig === "string" && kubeconfig !== "") as string | undefined;
}

/** A value that the engine keeps encrypted: its text is JSON. */
function reveal(value: unknown): unknown {
  const plaintext = typeof value === "object" && value !== null && "plaintext" in value ? value.plaintext : undefined;
  return typeof plaintext === "string" ? (JSON.parse(plaintext) as unknown) : value;
}
