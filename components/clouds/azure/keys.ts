/** The encryption key of the cluster's Secrets. */
import { Key } from "@pulumi/azure-native/keyvault/key";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import * as pulumi from "@pulumi/pulumi";

import { globalName } from "./names";
import type { Caller, Place } from "./place";

export interface KeysArgs {
  place: Place;
  caller: Caller;
  /** Object id of the cluster's own identity. */
  clusterPrincipalId: pulumi.Input<string>;
  /** Days in which a deleted vault, and with it every Secret, can still be brought back: 7 to 90. */
  recoverableDays: number;
}

/**
 * A vault of the cluster's own with one key. It is reached from everywhere, with the cluster's identity: AKS supports a
 * closed vault only with its API server inside the network.
 *
 * Who may use it is said by access policies and not by role assignments: they hold at once, and AKS tries the key while
 * it creates the cluster. https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption
 */
export class SecretsKey extends pulumi.ComponentResource {
  /** Address of the key's present version. */
  readonly id: pulumi.Output<string>;

  constructor(
    name: string,
    { place, caller, clusterPrincipalId, recoverableDays }: KeysArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:SecretsKey", name, {}, opts);
    const vault = new Vault(
      // Pulumi's digits make the name a new one each time: that of a deleted vault stays taken until it is purged.
      globalName(name),
      {
        ...place,
        properties: {
          tenantId: caller.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: false,
          accessPolicies: [
            {
              tenantId: caller.tenantId,
              objectId: clusterPrincipalId,
              permissions: { keys: ["encrypt", "decrypt"] },
            },
          ],
          enableSoftDelete: true,
          enablePurgeProtection: true,
          softDeleteRetentionInDays: recoverableDays,
          publicNetworkAccess: "Enabled",
        },
      },
      // Azure never lets this be changed.
      { parent: this, ignoreChanges: ["properties.softDeleteRetentionInDays"] },
    );
    const key = new Key(
      `${name}-secrets`,
      {
        resourceGroupName: place.resourceGroupName,
        vaultName: vault.name,
        // The two operations that AKS' plugin calls, and no other:
        // https://github.com/Azure/kubernetes-kms/blob/master/pkg/plugin/keyvault.go
        properties: { kty: "RSA", keySize: 2048, keyOps: ["encrypt", "decrypt"] },
        tags: place.tags,
      },
      // The vault takes it along. By itself it could be deleted only with rights inside the vault, which who runs `up` lacks:
      // https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/resources/customresources/custom_keyvault.go
      { parent: this, retainOnDelete: true },
    );
    this.id = key.keyUriWithVersion;
    this.registerOutputs();
  }
}
