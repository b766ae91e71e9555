/** What a stack needs that takes over from one in another cloud. */
import { z } from "zod";
import { filled, key } from "./key";

export const bootstrap = z.enum(["automatic", "paused"]);

const source = z.strictObject({
  cloud: key(z.enum(["aws", "azure", "gcp"]), {
    description: "Cloud of the stack that this one takes over from.",
    allowed: "`aws`, `azure`, `gcp`; another one than the stack's own",
    example: "aws",
  }),
  region: key(filled(), {
    description: "Region of its backups.",
    allowed: "a region of that cloud",
    example: "eu-west-1",
  }),
  account: key(filled(), {
    description: "Account that its backups are in; `pulumi up` has to be logged in there too.",
    allowed: "an account id on aws, a subscription id on azure, a project id on gcp",
    example: "111122223333",
  }),
  bucket: key(filled(), {
    description: "Bucket of its backups.",
    allowed: "a bucket's name; on azure the container's",
    example: "platform-prod-backup-0a1b2c3",
  }),
  storageAccount: key(filled().optional(), {
    description: "Storage account that the container is in.",
    allowed: "on azure, where it is required",
    default: "none",
    example: "platformprod0a1b2c3d",
  }),
  resourceGroup: key(filled().optional(), {
    description: "Resource group that the storage account is in.",
    allowed: "on azure, where it is required",
    default: "none",
    example: "platform-prod-backup0a1b2c3d",
  }),
});

export const migration = z.strictObject({
  source: key(source, {
    description: "Backups that the cluster's Velero may read, in the other cloud; nothing of the other stack changes.",
    example: { cloud: "aws", region: "eu-west-1", account: "111122223333", bucket: "platform-prod-backup-0a1b2c3" },
  }),
});
