import type { KubeConfig } from "@kubernetes/client-node";
import type { KubernetesApi } from "./api";
import type { PlannedKinds, Settings } from "./config";

/** One configured instance of the provider. Either the API server is reached, or `unreachable` says why not. */
export interface Session {
  settings: Settings;
  planned: PlannedKinds;
  kubeConfig?: KubeConfig;
  api?: KubernetesApi;
  unreachable?: string;
}

/** @throws where the cluster is not reached, in the real provider's words. */
export function reached(session: Session): KubernetesApi {
  if (!session.api) throw new Error(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
  return session.api;
}
