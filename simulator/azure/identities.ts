/** User-assigned identities, and the tokens of others that they are given out for. */
import type { Context } from "../cloud/behaviour";
import { first } from "../cloud/values";
import type { Properties } from "../provider";
import { tenantId } from "./account";
import { idOf, sameId, uuid } from "./ids";
import { azure } from "./refusals";
import { arm, removeBelow, type Resource } from "./resource";

const identityType = "azure-native:managedidentity:UserAssignedIdentity";
const credentialType = "azure-native:managedidentity:FederatedIdentityCredential";

/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
const credentialsOfIdentity = 20;

const userAssignedIdentity = arm(identityType, {
  api: "2023-01-31",
  located: true,
  outputs: (_inputs, context) => ({ clientId: uuid(context), principalId: uuid(context), tenantId }),
  delete: ({ id }, context) => removeBelow(id, context),
});

const federatedIdentityCredential = arm(credentialType, {
  api: "2023-01-31",
  refuse(inputs, context) {
    const siblings = credentialsOf(identityOf(inputs, context), context);
    return first(
      siblings.length >= credentialsOfIdentity &&
        azure(
          400,
          "BadRequest",
          `The maximum number of federated identity credentials of a managed identity is ${credentialsOfIdentity}.`,
        ),
      // https://github.com/Azure/bicep-types-az/issues/2029
      siblings.some(({ outputs }) => outputs.issuer === inputs.issuer && outputs.subject === inputs.subject) &&
        azure(409, "Conflict", "Issuer and subject combination already exists for this Managed Identity."),
    );
  },
  lock(inputs, context) {
    const id = identityOf(inputs, context);
    return { key: id.toLowerCase(), shared: false, refusal: () => concurrentWrites(id) };
  },
});

/** https://github.com/Azure/bicep-registry-modules/issues/1447 */
function concurrentWrites(id: string): string {
  return azure(
    409,
    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    `Too many Federated Identity Credentials are written concurrently for the managed identity '${id.toLowerCase()}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
  );
}

/** The id of the identity that a credential's inputs name. */
function identityOf(inputs: Properties, context: Context): string {
  return idOf(credentialType, inputs, context).split("/").slice(0, -2).join("/");
}

function credentialsOf(identityId: string, { inventory }: Context) {
  return inventory.list(credentialType).filter(({ id }) => sameId(id.split("/").slice(0, -2).join("/"), identityId));
}

export const identityBehaviours: Record<string, Resource> = {
  [identityType]: userAssignedIdentity,
  [credentialType]: federatedIdentityCredential,
};
