/** What the user reads beside the table. */
import type { Cloud, PlatformConfig } from "../../components/config/types";

/** What the configuration comes to, defaults included. */
export function summary({
  cloud,
  environment,
  nodes,
  kubernetesVersion,
  protect,
  domain,
  backup,
}: PlatformConfig): string {
  const size =
    cloud === "local"
      ? "its own nodes and version"
      : `Kubernetes ${kubernetesVersion}, ${nodes.min} to ${nodes.max} nodes of ${nodes.vcpu} vCPU and ${nodes.memoryGiB} GiB` +
        (nodes.zones.length > 0 ? ` in ${nodes.zones.join(", ")}` : "");
  const rest = [
    domain === undefined ? "no domain" : `argocd.${domain} and grafana.${domain}`,
    backup.enabled ? `backups kept for ${backup.retentionDays} days` : "no backups",
    protect ? "protected from deletion" : "not protected from deletion",
  ];
  return `${environment} on ${cloud}: ${size}; ${rest.join(", ")}.\nAll of it can be changed: docs/configuration.md`;
}

/** Where everything goes, as Pulumi takes it. */
export function places({ backend, secretsProvider }: { backend: string; secretsProvider: string }): string {
  return `state in      ${backend}\nsecrets under ${secretsProvider}`;
}

export interface Farewell {
  stack: string;
  file: string;
  cloud: Cloud;
  backend: string;
  secretsProvider: string;
  isNew: boolean;
}

/** What to do next. */
export function farewell({ stack, file, cloud, backend, secretsProvider, isNew }: Farewell): string {
  const steps: [string, string][] = [
    [`npm start -- --stack ${stack}`, "rehearse it, without an account"],
    ...(secretsProvider === "passphrase"
      ? [
          ["export PULUMI_CONFIG_PASSPHRASE_FILE=<file>", "the passphrase, for every command of pulumi"] as [
            string,
            string,
          ],
        ]
      : []),
    ["pulumi preview", "what would be made"],
    ["pulumi up", cloud === "local" ? "bring it up" : "bring it up; from then on it costs money"],
    [`git add ${file} && git commit`, "it holds no secret in plain text"],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  return [
    ...(isNew ? ["", `${stack} is ready.`] : []),
    "",
    "Next:",
    ...steps.map(([command, why]) => `  ${command.padEnd(width)}  # ${why}`),
    "",
    "Rights that pulumi up needs in the cloud, alerts, single sign-on: docs/operations.md, docs/configuration.md",
    `On another machine, and in workflows: export PULUMI_BACKEND_URL='${backend}'`,
  ].join("\n");
}
