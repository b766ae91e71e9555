/**
 * Errors as Azure's provider hands them on to the user: status, the API's code, its words.
 *
 * Form: https://github.com/pulumi/pulumi-azure-native/issues/4206. Codes and words are from errors that users report, from
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes and the pages named beside them. Where
 * neither has one, the words are ours and so is the code: `InvalidParameter`, `BadRequest`, or a name in the style of the
 * service's others. That Azure refuses is sourced at each check; how it words it is then not.
 */
export function azure(status: number, code: string, message: string): string {
  return `Status=${status} Code="${code}" Message="${message}"`;
}

export const invalid = (message: string) => azure(400, "InvalidParameter", message);
export const badRequest = (message: string) => azure(400, "BadRequest", message);

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found */
export function notFound(id: string): string {
  const [, , , , resourceGroup = "", , ...rest] = id.split("/");
  return azure(
    404,
    "ResourceNotFound",
    `The Resource '${rest.join("/")}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** What the network says of a resource that another one names: https://github.com/hashicorp/terraform-provider-azurerm/issues/2945 */
export function missingReference(id: string, by: string): string {
  return azure(
    400,
    "InvalidResourceReference",
    `Resource ${id} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}

/** https://github.com/Azure/terraform-provider-azapi/issues/503 */
export function anotherOperation(): string {
  return azure(409, "AnotherOperationInProgress", "Another operation on this or dependent resource is in progress.");
}
