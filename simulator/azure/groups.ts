/** Resource groups: what is in one goes with it. */
import { first, text } from "../cloud/values";
import { azure } from "./refusals";
import { normalized, zonesOf } from "./regions";
import { arm, removeBelow, type Resource } from "./resource";

const type = "azure-native:resources:ResourceGroup";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-subscription-limits */
const groupsInSubscription = 980;

const resourceGroup = arm(type, {
  api: "2024-03-01",
  located: true,
  refuse(inputs, { inventory }) {
    const location = text(inputs, "location");
    return first(
      !zonesOf(normalized(location)) &&
        azure(
          400,
          "LocationNotAvailableForResourceGroup",
          `The provided location '${location}' is not available for resource group.`,
        ),
      inventory.list(type).length >= groupsInSubscription &&
        azure(
          409,
          "ResourceGroupQuotaExceeded",
          `The maximum number of resource groups allowed is '${groupsInSubscription}'.`,
        ),
    );
  },
  outputs: () => ({ properties: { provisioningState: "Succeeded" } }),
  delete: ({ id }, context) => removeBelow(id, context),
});

export const groupBehaviours: Record<string, Resource> = { [type]: resourceGroup };
