/** A second copy of the backups, in another region: what is left when a region is. */
import { ObjectReplicationPolicy } from "@pulumi/azure-native/storage/objectReplicationPolicy";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../../config/types";
import { BackupStorage } from "./backup";
import type { Caller } from "./place";

export interface Backups {
  storage: BackupStorage;
  copy?: BackupStorage;
}

/** The account of a stack's backups, and its copy where one is asked for. */
export function createBackups(
  prefix: string,
  { region: location, tags, protect, backup }: PlatformConfig,
  caller: Caller,
  parent: pulumi.Resource,
): Backups {
  const storage = new BackupStorage(prefix, { place: { location, tags }, caller, backup, protect }, { parent });
  if (backup.copyRegion === undefined) return { storage };
  const place = { location: backup.copyRegion, tags };
  const copy = new BackupStorage(prefix, { place, caller, backup, copy: true, protect }, { parent });
  new BackupCopy(prefix, { from: storage, to: copy }, { parent });
  return { storage, copy };
}

interface BackupCopyArgs {
  from: BackupStorage;
  /** In another region. */
  to: BackupStorage;
}

/** In Azure's words: all blobs, those from before the policy too. */
const everything = "1601-01-01T00:00:00Z";

/**
 * Azure copies what is there and whatever is written, within minutes and without a promise of how many, and deletions
 * too: what Velero expires goes from the copy as well, and can be brought back there for as long as in the container itself.
 * It ends with the stack; both accounts stay.
 *
 * The policy is made in the copy's account first, which gives it and its rule their ids:
 * https://learn.microsoft.com/azure/storage/blobs/object-replication-overview#specify-the-policy-and-rule-ids
 */
class BackupCopy extends pulumi.ComponentResource {
  constructor(prefix: string, { from, to }: BackupCopyArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:azure:BackupCopy", prefix, {}, opts);
    const accounts = { sourceAccount: from.account.id, destinationAccount: to.account.id };
    const rule = {
      sourceContainer: from.container.name,
      destinationContainer: to.container.name,
      filters: { minCreationTime: everything },
    };
    const incoming = new ObjectReplicationPolicy(
      `${prefix}-backup-in`,
      {
        ...accounts,
        resourceGroupName: to.resourceGroupName,
        accountName: to.account.name,
        objectReplicationPolicyId: "default",
        rules: [rule],
      },
      // Azure asks for versions on both sides, and for the feed of changes on the one.
      { parent: this, dependsOn: [...from.ready, ...to.ready] },
    );
    const ruleId = incoming.rules.apply((rules) => rules?.[0]?.ruleId ?? "");
    new ObjectReplicationPolicy(
      `${prefix}-backup-out`,
      {
        ...accounts,
        resourceGroupName: from.resourceGroupName,
        accountName: from.account.name,
        objectReplicationPolicyId: incoming.policyId,
        rules: [{ ...rule, ruleId }],
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
