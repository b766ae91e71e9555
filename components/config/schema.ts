/**
 * The one schema of a stack's configuration, whatever its cloud: shapes and formats of single values. What holds between
 * several of them is in `checks/`, what they are when left out in `defaults.ts`.
 */
import { z } from "zod";
import { defaultVersion, supportedVersions } from "../versions";
import { cronProblem, domainName } from "./formats";
import { access } from "./schema/access";
import { argocd } from "./schema/argocd";
import { gitops } from "./schema/gitops";
import { email, filled, key, text, whole } from "./schema/key";
import { maintenance } from "./schema/maintenance";
import { bootstrap, migration } from "./schema/migration";
import { monitoring } from "./schema/monitoring";
import { network } from "./schema/network";
import { nodes } from "./schema/nodes";

const tls = z.strictObject({
  enabled: key(z.boolean().optional(), {
    description: "Serve HTTPS; needs a domain.",
    default: "true where a domain is set",
    example: false,
  }),
  email: key(email().optional(), {
    description: "Address that the certificate authority writes to.",
    default: "none; required on azure, which issues no certificate itself",
    example: "platform@example.com",
  }),
  certificate: key(filled().optional(), {
    description: "A certificate that exists already, in place of a new one.",
    allowed: "an ACM ARN on aws, a certificate's path on gcp; on azure and local none",
    default: "a new one for the domain and its subdomains",
    example: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
  }),
});

const dns = z.strictObject({
  resourceGroup: key(
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
    text(
      /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
      "is no name of a resource group; allowed are 1 to 90 letters, digits and _().-, the last no full stop",
    ).optional(),
    {
      description: "Resource group that the domain's zone is in, in the stack's subscription.",
      allowed: "on azure",
      default: "`dns` on azure",
      example: "dns",
    },
  ),
});

const backup = z.strictObject({
  enabled: key(z.boolean().optional(), {
    description: "Back the cluster up to a bucket of the cloud; impossible on `local`.",
    example: true,
  }),
  schedule: key(
    z
      .string()
      .superRefine((value, context) => {
        const message = cronProblem(value);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional(),
    { description: "Cron expression, UTC.", allowed: "five fields, or @daily and the like", example: "0 2 * * *" },
  ),
  retentionDays: key(whole(1, 3650).optional(), { description: "Days that a backup is kept.", example: 30 }),
  lock: key(z.enum(["none", "governance", "compliance"]).optional(), {
    description:
      "Keep what is written from being deleted for retentionDays: with `governance` some may lift it, with `compliance` nobody.",
    allowed: "`none`, `governance`, `compliance`; on azure and gcp `none`, `governance`",
    example: "governance",
  }),
  copyRegion: key(filled().optional(), {
    description: "Another region of the cloud that every backup is copied to.",
    allowed: "a region of the cloud; on gcp one that shares a dual-region bucket with `region`",
    default: "none: no copy",
    example: "eu-central-1",
  }),
});

const storage = z.strictObject({
  shared: key(z.boolean().optional(), {
    description:
      "Adds the storage class `shared`, whose volumes many nodes write to at once: EFS on aws, Azure Files on azure, Filestore on gcp, where each has 1 TiB or more.",
    allowed: "not on local",
    default: "false",
    example: true,
  }),
});

const versions = supportedVersions("aws").map(({ version }) => version);

export const schema = z.strictObject({
  cloud: key(z.enum(["aws", "azure", "gcp", "local"]), {
    description: "Where the cluster runs; cannot be changed on a live stack.",
    default: "required",
    example: "aws",
  }),
  environment: key(z.enum(["dev", "staging", "prod"]), {
    description: "What the cluster is for: sets the defaults of the other keys.",
    default: "required",
    example: "dev",
  }),
  region: key(filled(), {
    description: "Where in the cloud the cluster runs; cannot be changed on a live stack.",
    allowed: "a region of the cloud, or on local a kubeconfig context",
    default: "required",
    example: "eu-west-1",
  }),
  kubernetesVersion: key(
    text(
      /^\d+\.\d+$/,
      'is no minor version; write it in quotes and without the patch release, such as "1.36"',
    ).optional(),
    {
      description: "Kubernetes minor version, in quotes; `local` has its own.",
      allowed: `in standard support at the cloud: on aws ${versions.join(", ")}`,
      default: defaultVersion,
      example: "1.36",
    },
  ),
  nodes: key(nodes.optional(), {
    description: "Size and number of the nodes; `local` has its own.",
    example: { vcpu: 4, memoryGiB: 16, min: 3, max: 6 },
  }),
  network: key(network.optional(), {
    description: "Network of the cluster; `local` has its own.",
    example: { cidr: "10.20.0.0/16" },
  }),
  access: key(access.optional(), {
    description: "Who reaches the cluster, and from where.",
    example: { authorizedNetworks: ["203.0.113.0/24"] },
  }),
  domain: key(text(domainName, "is no DNS name; write it in lower case, like platform.example.com").optional(), {
    description: "DNS zone, existing at the cloud, that hosts `argocd.<domain>` and `grafana.<domain>`.",
    default: "none: no DNS records, no certificates",
    example: "platform.example.com",
  }),
  dns: key(dns.optional(), {
    description: "Where the domain's zone is, on a cloud that does not find it by its name.",
    example: { resourceGroup: "dns" },
  }),
  tls: key(tls.optional(), {
    description: "HTTPS of the platform's names.",
    example: { email: "platform@example.com" },
  }),
  gitops: key(gitops, {
    description: "Where the cluster's applications come from.",
    example: { repository: "https://github.com/example/kubernetes-platform" },
  }),
  storage: key(storage.optional(), {
    description: "Storage classes beside `standard` and `premium`.",
    example: { shared: true },
  }),
  monitoring: key(monitoring.optional(), {
    description: "Prometheus, Grafana and Alertmanager.",
    example: { retentionDays: 30 },
  }),
  argocd: key(argocd.optional(), { description: "Argo CD.", example: { ha: true } }),
  backup: key(backup.optional(), {
    description: "Velero and its bucket.",
    example: { schedule: "0 2 * * *", retentionDays: 30 },
  }),
  maintenance: key(maintenance.optional(), {
    description: "When the cloud may upgrade the cluster and its nodes by itself; on azure and gcp.",
    default: "at night, away from the backups: see docs/operations.md",
    example: { days: ["Sunday"], start: "04:00", hours: 12 },
  }),
  bootstrap: key(bootstrap.optional(), {
    description:
      "`paused` holds back what a restore fills first: the root Application, Prometheus, Alertmanager and Grafana. A live stack cannot go back to it.",
    default: "automatic",
    example: "automatic",
  }),
  migration: key(migration.optional(), {
    description: "The stack takes over from one in another cloud; leave it out again when that is done.",
    default: "none",
    example: {
      source: { cloud: "aws", region: "eu-west-1", account: "111122223333", bucket: "platform-prod-backup-0a1b2c3" },
    },
  }),
  protect: key(z.boolean().optional(), {
    description: "Refuse to delete cluster, network and buckets; `teardown --unprotect` lifts it.",
    example: true,
  }),
  tags: key(z.record(z.string(), z.string()).optional(), {
    description: "On every resource that can carry tags or labels.",
    allowed: "within the cloud's limits",
    default: "none beside the platform's own: `environment`, `stack`, `managed-by`",
    example: { "cost-center": "4711" },
  }),
});

/** A stack's configuration as its user writes it, of the right shape. */
export type Given = z.output<typeof schema>;
