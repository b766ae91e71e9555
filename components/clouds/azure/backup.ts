/** Where backups are kept. */
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties";
import { ManagementPolicy } from "@pulumi/azure-native/storage/managementPolicy";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount";
import * as pulumi from "@pulumi/pulumi";

import type { BackupTrait } from "../../cluster";
import type { BackupConfig } from "../../config/types";
import { findRegion } from "../../regions";
import { globalName } from "./names";
import type { Caller, Place } from "./place";
import { recoverableDays } from "./recoverable";

/** The version goes with Velero 1.18, as the table in the plugin's README says. */
export const plugin = {
  name: "velero-plugin-for-microsoft-azure",
  image: "velero/velero-plugin-for-microsoft-azure:v1.14.3",
};

export interface BackupArgs {
  place: Pick<Place, "location" | "tags">;
  caller: Caller;
  backup: BackupConfig;
  /** The copy of another account, in a region of its own. */
  copy?: true;
  /** The stack refuses to be deleted, or to go without its backups. */
  protect: boolean;
}

/**
 * A private, encrypted, versioned container. Backups outlive their stack: deleting it leaves them in the subscription as
 * they are, in a resource group of their own, since a group takes along all that is in it.
 *
 * A lock refuses Velero nothing, which changes some of what it writes and deletes it early. What is deleted is kept for as
 * long as a backup, and nobody can delete it any further; the container and its account cannot be deleted while anything is
 * in them: https://learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies#deletion
 */
export class BackupStorage extends pulumi.ComponentResource {
  readonly account: StorageAccount;
  readonly container: BlobContainer;
  readonly resourceGroupName: pulumi.Output<string>;
  /** What has to be there before anything is copied from the container or into it. */
  readonly ready: pulumi.Resource[];

  constructor(
    prefix: string,
    private readonly args: BackupArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:BackupStorage", args.copy ? `${prefix}-copy` : prefix, {}, opts);
    const { place, backup, copy, protect } = args;
    const name = `${prefix}-backup${copy ? "-copy" : ""}`;
    // On each resource: engines of earlier versions do not pass it on from the component.
    const stays = { parent: this, retainOnDelete: true };
    this.resourceGroupName = new ResourceGroup(name, { ...place }, stays).name;
    const { resourceGroupName } = this;
    const zonal = (findRegion("azure", place.location)?.zones.length ?? 0) > 0;
    this.account = new StorageAccount(
      globalName(copy ? `${prefix}-copy` : prefix),
      {
        ...place,
        resourceGroupName,
        kind: "StorageV2",
        sku: { name: zonal ? "Standard_ZRS" : "Standard_LRS" },
        accessTier: "Hot",
        allowBlobPublicAccess: false,
        // Velero comes with its identity; keys that would open everything to whoever has them do not exist.
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
        allowCrossTenantReplication: false,
        enableHttpsTrafficOnly: true,
        minimumTlsVersion: "TLS1_2",
      },
      { ...stays, protect },
    );
    const inside = { resourceGroupName, accountName: this.account.name };
    const locked = backup.lock !== "none";
    const kept = { enabled: true, days: locked ? Math.max(recoverableDays, backup.retentionDays) : recoverableDays };
    const service = new BlobServiceProperties(
      name,
      {
        ...inside,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: kept,
        containerDeleteRetentionPolicy: kept,
        // What is copied is found in it.
        ...(!copy && backup.copyRegion !== undefined
          ? { changeFeed: { enabled: true, retentionInDays: recoverableDays } }
          : {}),
      },
      stays,
    );
    this.container = new BlobContainer(
      name,
      {
        ...inside,
        // It can be locked only when it is made: turning the lock on makes another one beside the one that is there.
        containerName: locked ? "velero-locked" : "velero",
        publicAccess: "None",
        ...(locked ? { immutableStorageWithVersioning: { enabled: true } } : {}),
      },
      { ...stays, dependsOn: [service] },
    );
    new ManagementPolicy(
      name,
      {
        ...inside,
        managementPolicyName: "default",
        policy: {
          rules: [
            {
              // Velero expires its own backups; this is what it cannot see.
              name: "leftovers",
              type: "Lifecycle",
              enabled: true,
              definition: {
                filters: { blobTypes: ["blockBlob"] },
                actions: { version: { delete: { daysAfterCreationGreaterThan: recoverableDays } } },
              },
            },
          ],
        },
      },
      // Without versions Azure refuses a rule about them.
      { ...stays, dependsOn: [service] },
    );
    this.ready = [service, this.container];
    this.registerOutputs();
  }

  /** `https://….blob.core.windows.net/velero` */
  get location(): pulumi.Output<string> {
    return pulumi.interpolate`${this.account.primaryEndpoints.blob}${this.container.name}`;
  }

  /**
   * The container in Velero's words, which with `useAAD` asks for no keys and with the address for no rights to look at the
   * account: https://github.com/vmware-tanzu/velero-plugin-for-microsoft-azure/blob/main/backupstoragelocation.md
   */
  trait(copy?: BackupStorage): BackupTrait {
    const { subscriptionId } = this.args.caller;
    return {
      provider: "azure",
      bucket: this.container.name,
      location: this.location,
      ...(copy ? { copyLocation: copy.location } : {}),
      config: {
        subscriptionId,
        resourceGroup: this.resourceGroupName,
        storageAccount: this.account.name,
        storageAccountURI: this.account.primaryEndpoints.blob,
        useAAD: "true",
      },
      snapshotConfig: { subscriptionId, resourceGroup: this.resourceGroupName },
      plugin,
    };
  }
}
