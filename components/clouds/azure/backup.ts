/** Where backups are kept. */
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties";
import { ManagementPolicy } from "@pulumi/azure-native/storage/managementPolicy";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount";
import * as pulumi from "@pulumi/pulumi";

import type { BackupTrait } from "../../cluster";
import { findRegion } from "../../regions";
import { globalName } from "./names";
import type { Caller, Place } from "./place";

export interface BackupArgs {
  place: Pick<Place, "location" | "tags">;
  caller: Caller;
  /** The stack refuses to be deleted, or to go without its backups. */
  protect: boolean;
}

/** Days in which what is deleted or overwritten can be brought back. */
const recoverableDays = 30;

/**
 * A private, encrypted, versioned container. Backups outlive their stack: deleting it leaves them in the subscription as
 * they are, in a resource group of their own, since a group takes along all that is in it.
 */
export class BackupStorage extends pulumi.ComponentResource {
  readonly accountId: pulumi.Output<string>;
  private readonly account: StorageAccount;
  private readonly container: BlobContainer;
  private readonly group: ResourceGroup;

  constructor(
    prefix: string,
    private readonly args: BackupArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:BackupStorage", prefix, {}, opts);
    const { place, protect } = args;
    // On each resource: engines of earlier versions do not pass it on from the component.
    const kept = { parent: this, retainOnDelete: true };
    this.group = new ResourceGroup(`${prefix}-backup`, { ...place }, kept);
    const resourceGroupName = this.group.name;
    const zonal = (findRegion("azure", place.location)?.zones.length ?? 0) > 0;
    this.account = new StorageAccount(
      globalName(prefix),
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
      { ...kept, protect },
    );
    this.accountId = this.account.id;
    const inside = { resourceGroupName, accountName: this.account.name };
    const service = new BlobServiceProperties(
      `${prefix}-backup`,
      {
        ...inside,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: recoverableDays },
        containerDeleteRetentionPolicy: { enabled: true, days: recoverableDays },
      },
      kept,
    );
    this.container = new BlobContainer(
      `${prefix}-backup`,
      { ...inside, containerName: "velero", publicAccess: "None" },
      { ...kept, dependsOn: [service] },
    );
    new ManagementPolicy(
      `${prefix}-backup`,
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
      { ...kept, dependsOn: [service] },
    );
    this.registerOutputs();
  }

  /**
   * The container in Velero's words, which with `useAAD` asks for no keys and with the address for no rights to look at the
   * account: https://github.com/vmware-tanzu/velero-plugin-for-microsoft-azure/blob/main/backupstoragelocation.md. The
   * plugin's version goes with Velero 1.18, as its README's table says.
   */
  trait(): BackupTrait {
    const { subscriptionId } = this.args.caller;
    return {
      provider: "azure",
      bucket: this.container.name,
      location: pulumi.interpolate`${this.account.primaryEndpoints.blob}${this.container.name}`,
      config: {
        subscriptionId,
        resourceGroup: this.group.name,
        storageAccount: this.account.name,
        storageAccountURI: this.account.primaryEndpoints.blob,
        useAAD: "true",
      },
      snapshotConfig: { subscriptionId, resourceGroup: this.group.name },
      plugin: {
        name: "velero-plugin-for-microsoft-azure",
        image: "velero/velero-plugin-for-microsoft-azure:v1.14.3",
      },
    };
  }
}
