/** Key vaults and keys in them. */
import type { CloudRecord, Context } from "../cloud/behaviour";
import { first, object, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { caller, tenantId } from "./account";
import { mayUseData, type Asking } from "./authorization";
import { idPart, sameId } from "./ids";
import { azure, badRequest } from "./refusals";
import { arm, find, removeBelow, type Resource } from "./resource";

const vaultType = "azure-native:keyvault:Vault";
const keyType = "azure-native:keyvault:Key";

/** Days in which a deleted vault can be recovered, where none are given: arm-keyvault VaultProperties.softDeleteRetentionInDays. */
const retentionDays = 90;

const vault = arm(vaultType, {
  api: "2024-11-01",
  located: true,
  uniqueName(inputs) {
    const name = text(inputs, "vaultName");
    // https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery
    const taken = azure(
      409,
      "VaultAlreadyExists",
      `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft delete and purging a vault, follow this link https://go.microsoft.com/fwlink/?linkid=2147740.`,
    );
    return { scope: "global", name: name.toLowerCase(), taken };
  },
  refuse: (inputs) => first(tenantProblem(inputs), purgeProblem(inputs), retentionProblem(inputs)),
  outputs: (inputs) => ({ properties: propertiesOf(inputs) }),
  update(record, inputs) {
    const [before, after] = [object(record.outputs, "properties"), propertiesOf(inputs)];
    const problem = first(
      tenantProblem(inputs),
      purgeProblem(inputs),
      before.softDeleteRetentionInDays !== after.softDeleteRetentionInDays &&
        badRequest('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.'),
      before.enablePurgeProtection === true &&
        after.enablePurgeProtection !== true &&
        badRequest(
          'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
        ),
    );
    if (problem) throw new Error(problem);
    return { properties: after };
  },
  delete: ({ id }, context) => removeBelow(id, context),
  leaves({ inputs, outputs }) {
    // Nobody purges it, and nobody can where it is protected.
    const days = Number(object(outputs, "properties").softDeleteRetentionInDays ?? retentionDays);
    const taken = azure(
      409,
      "ConflictError",
      `A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete. (${text(inputs, "vaultName")})`,
    );
    return { seconds: days * 24 * 3600, taken };
  },
});

function propertiesOf(inputs: Properties): Properties {
  const given = object(inputs, "properties");
  return {
    enableSoftDelete: true,
    softDeleteRetentionInDays: retentionDays,
    enableRbacAuthorization: false,
    enabledForDeployment: false,
    provisioningState: "Succeeded",
    publicNetworkAccess: "Enabled",
    vaultUri: `https://${text(inputs, "vaultName")}.vault.azure.net/`,
    ...given,
  };
}

function tenantProblem(inputs: Properties): string | undefined {
  const properties = object(inputs, "properties");
  const policies = objects(properties, "accessPolicies");
  return first(
    text(properties, "tenantId") !== tenantId &&
      badRequest(`The tenant ID in the request does not match the tenant ID of the subscription (${tenantId}).`),
    properties.accessPolicies === undefined &&
      properties.enableRbacAuthorization !== true &&
      text(properties, "createMode") !== "recover" &&
      badRequest("The parameter accessPolicies is not specified."),
    policies.some((policy) => text(policy, "tenantId") !== tenantId) &&
      badRequest("An invalid value was provided for 'accessPolicies': the tenant is not the vault's."),
    policies.length > 1024 && badRequest("A vault can have at most 1024 access policies."),
  );
}

function purgeProblem(inputs: Properties): string | undefined {
  const { enablePurgeProtection, enableSoftDelete } = object(inputs, "properties");
  return first(
    enablePurgeProtection === false &&
      badRequest(
        'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
      ),
    // https://learn.microsoft.com/azure/key-vault/general/soft-delete-change
    enableSoftDelete === false &&
      badRequest(
        'The property "enableSoftDelete" can be set to false only for creating new vault without soft delete.',
      ),
  );
}

function retentionProblem(inputs: Properties): string | undefined {
  const days = object(inputs, "properties").softDeleteRetentionInDays;
  return typeof days === "number" && (days < 7 || days > 90)
    ? badRequest("The property softDeleteRetentionInDays must be between 7 and 90.")
    : undefined;
}

const key = arm(keyType, {
  api: "2024-11-01",
  refuse(inputs) {
    const properties = object(inputs, "properties");
    const size = properties.keySize;
    return first(
      text(properties, "kty") === "" && badRequest("The property kty of a key is required."),
      /^RSA/.test(text(properties, "kty")) &&
        size !== undefined &&
        ![2048, 3072, 4096].includes(Number(size)) &&
        badRequest(`Key size ${Number(size)} is not supported for RSA: 2048, 3072, 4096.`),
    );
  },
  outputs(inputs, context) {
    const uri = `https://${text(inputs, "vaultName")}.vault.azure.net/keys/${text(inputs, "keyName")}`;
    const home = vaultNamed(text(inputs, "vaultName"), context);
    return {
      ...object(inputs, "properties"),
      attributes: { enabled: true, exportable: false, recoveryLevel: "Recoverable" },
      keyUri: uri,
      keyUriWithVersion: `${uri}/${context.hex(32)}`,
      location: text(home?.outputs ?? {}, "location"),
    };
  },
  // Azure makes a key where there is none, and leaves one that is there as it is: arm-keyvault Keys_CreateIfNotExist.
  update: ({ outputs }) => outputs,
  refuseDelete({ id }, context) {
    const home = vaultNamed(idPart(id, "vaults"), context);
    // Deleted inside of the vault: provider/pkg/resources/customresources/custom_keyvault.go of pulumi-azure-native.
    return home && !mayUseKey("delete", home, caller.objectId, context)
      ? azure(
          403,
          "Forbidden",
          `The user, group or application 'appid=${caller.clientId};oid=${caller.objectId};iss=https://sts.windows.net/${tenantId}/' does not have keys delete permission on key vault '${text(home.outputs, "name")};location=${text(home.outputs, "location")}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
        )
      : undefined;
  },
});

function vaultNamed(name: string, { inventory }: Context): CloudRecord | undefined {
  return inventory.list(vaultType).find(({ inputs }) => sameId(text(inputs, "vaultName"), name));
}

/** Whether a principal may do something (`encrypt`, `delete`) with the keys of a vault, by its policies or by roles. */
export function mayUseKey(action: string, home: CloudRecord, principalId: string, asking: Asking): boolean {
  const properties = object(home.outputs, "properties");
  if (properties.enableRbacAuthorization === true) {
    return mayUseData(`Microsoft.KeyVault/vaults/keys/${action}/action`, home.id, principalId, asking);
  }
  return objects(properties, "accessPolicies").some((policy) => {
    const keys = texts(object(policy, "permissions"), "keys").map((each) => each.toLowerCase());
    return text(policy, "objectId") === principalId && (keys.includes(action) || keys.includes("all"));
  });
}

/** The vault of a key's address, `https://<vault>.vault.azure.net/keys/<name>/<version>`; undefined where there is none such. */
export function vaultOfKey(address: string, context: Context): CloudRecord | undefined {
  const record = context.inventory.list(keyType).find(({ outputs }) => outputs.keyUriWithVersion === address);
  const home = record && record.id.split("/").slice(0, -2).join("/");
  return home ? find(vaultType, home, context) : undefined;
}

export const keyVaultBehaviours: Record<string, Resource> = { [vaultType]: vault, [keyType]: key };
