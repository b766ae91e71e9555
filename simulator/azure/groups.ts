/** Resource groups: what is in one goes with it. */
import { azure } from "./refusals";
import { arm, removeBelow, type Resource } from "./resource";

const type = "azure-native:resources:ResourceGroup";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-subscription-limits */
const groupsInSubscription = 980;

const resourceGroup = arm(type, {
  api: "2024-03-01",
  located: true,
  refuse: (_inputs, { inventory }) =>
    inventory.list(type).length >= groupsInSubscription
      ? azure(
          409,
          "ResourceGroupQuotaExceeded",
          `The maximum number of resource groups allowed is '${groupsInSubscription}'.`,
        )
      : undefined,
  outputs: () => ({ properties: { provisioningState: "Succeeded" } }),
  delete: ({ id }, context) => removeBelow(id, context),
});

export const groupBehaviours: Record<string, Resource> = { [type]: resourceGroup };
