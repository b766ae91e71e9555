/** What of a cluster moves: what people brought there, and not what cloud and platform make on every cluster anew. */
import { hasProgramPods, owned } from "../../validate/program";
import { keyOf, type Manifest } from "../../validate/model";

/**
 * Namespaces of the clouds' own agents, beside those that are on every cluster.
 * - https://cloud.google.com/kubernetes-engine/docs/concepts/namespaces: `gke-managed-…`, `gmp-…`
 * - https://learn.microsoft.com/azure/aks/faq: `gatekeeper-system`, `app-routing-system`, `aks-command`, `dataprotection-microsoft`
 * - https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-agent-resource-collection.html and
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html
 */
const cloudNamespaces =
  /^(gke-.+|gmp-.+|config-management-.+|asm-system|istio-system-gke|gatekeeper-system|app-routing-system|aks-.+|azure-arc|calico-system|tigera-operator|dataprotection-microsoft|amazon-guardduty|amazon-cloudwatch|aws-observability)$/;

/** Where the platform's own history is: its volumes come along, and nothing else of it. */
export const monitoringNamespace = "monitoring";

/** Whether objects of the namespace are the user's to move; empty for what is in no namespace. */
export function moves(namespace: string): boolean {
  return namespace === "" || !(hasProgramPods(namespace) || cloudNamespaces.test(namespace));
}

/** Whether the platform or the cloud makes the object by itself on every cluster. */
export function isPlatforms(object: Manifest): boolean {
  return owned.has(keyOf(object)) || !moves(object.metadata.namespace ?? "");
}
