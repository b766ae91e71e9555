/** The simulated Azure as a provider. */
import type { ClusterHost } from "../cloud/behaviour";
import type { Clock } from "../cloud/clock";
import type { FaultKind, Faults } from "../cloud/faults";
import { CloudProvider } from "../cloud/provider";
import type { Store } from "../cloud/store";
import * as schema from "../schema";
import { subscriptionId } from "./account";
import { armType, sameId } from "./ids";
import { azureBehaviours, azureInvokes } from "./index";
import { azure } from "./refusals";

export interface AzureOptions {
  store: Store;
  clusters: ClusterHost;
  clock: Clock;
  faults: Faults;
  crash(): void;
}

export function azureProvider(options: AzureOptions): CloudProvider {
  return new CloudProvider({
    ...options,
    name: "azure-native",
    version: "3.28.0",
    account: subscriptionId,
    schema,
    behaviours: azureBehaviours,
    invokes: azureInvokes,
    faultMessages,
    // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-subscription-not-found
    refuseConfig: ({ subscriptionId: given }) =>
      typeof given === "string" && !sameId(given, subscriptionId)
        ? azure(404, "SubscriptionNotFound", `The subscription '${given}' could not be found.`)
        : undefined,
    // A region is each resource's own matter: the provider's is only what resources without one take.
    region: ({ location }) => (typeof location === "string" ? location : ""),
  });
}

/**
 * Faults in Azure's words: throttling by Resource Manager
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling), quotas of AKS and of
 * everything else (https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-resource-quota), and a
 * context that ends before the operation does (azcore's poller).
 */
const faultMessages: Record<FaultKind, (type: string) => string> = {
  throttle: (type) =>
    azure(
      429,
      "TooManyRequests",
      `The request is being throttled as the limit has been reached for operation type - ${armType(type)}/write. For more information, see - https://aka.ms/srpthrottlinglimits`,
    ),
  quota: (type) =>
    type.startsWith("azure-native:containerservice:")
      ? azure(
          400,
          "ErrCode_InsufficientVCPUQuota",
          "Insufficient vcpu quota requested 4, remaining 0 for family standardDSv5Family for region westeurope.",
        )
      : azure(
          409,
          "QuotaExceeded",
          `Operation could not be completed as it results in exceeding approved quota of ${armType(type)}.`,
        ),
  timeout: (type) => `Code="Canceled" Message="waiting for ${armType(type)}: context deadline exceeded"`,
  partial: (type) =>
    azure(500, "InternalServerError", `An internal error occurred while ${armType(type)} was being updated.`),
  crash: (type) => `the engine ended while ${armType(type)} was being created`,
};
