/** Argo CD's own settings: argocd-cm, argocd-cmd-params-cm and argocd-rbac-cm. */
import { urlOf } from "../addresses";
import type { PlatformConfig } from "../config/types";
import { ssoSecretKey } from "./secrets";

/**
 * Seconds between two looks at the repository, and how many more at most, by chance: Applications that were all made at
 * once are not all rendered at once for ever. Three minutes together; a webhook is faster.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/#application-sync-timeout-jitter
 */
const poll = { seconds: 120, jitter: 60 };

/**
 * Argo CD has no health check for Applications of its own, so sync waves of an Application of Applications would not
 * wait for anything: https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app. One that a person syncs
 * and that is not there yet keeps nobody waiting: its parent would never be done.
 */
const applicationHealth = `
local health = { status = "Progressing", message = "Waiting for the first sync" }
if obj.status ~= nil and obj.status.health ~= nil then
  health.status = obj.status.health.status
  health.message = obj.status.health.message or ""
end
local policy = obj.spec.syncPolicy
local automatic = policy ~= nil and policy.automated ~= nil and policy.automated.enabled ~= false
local compared = obj.status ~= nil and obj.status.sync ~= nil
if not automatic and compared and health.status == "Missing" then
  health.status = "Healthy"
  health.message = "Waits for approval: a person syncs it"
end
return health
`.trimStart();

export function argocdCm(config: PlatformConfig): Record<string, unknown> {
  const { sso } = config.argocd;
  return {
    // Empty leaves it out: the chart would write its example domain.
    url: urlOf(config, "argocd") ?? "",
    "timeout.reconciliation": `${poll.seconds}s`,
    "timeout.reconciliation.jitter": `${poll.jitter}s`,
    "application.resourceTrackingMethod": "annotation",
    // Nobody signs in as it: an administrator makes it a token, docs/delivery.md.
    [`accounts.${deliveryAccount}`]: "apiKey",
    "resource.customizations.health.argoproj.io_Application": applicationHealth,
    ...(sso
      ? {
          // JSON is YAML. Dex reads the secret from argocd-secret.
          "dex.config": JSON.stringify({
            connectors: [
              {
                type: "oidc",
                id: "sso",
                name: "SSO",
                config: {
                  issuer: sso.issuer,
                  clientID: sso.clientId,
                  clientSecret: `$${ssoSecretKey}`,
                  insecureEnableGroups: true,
                  scopes: ["openid", "profile", "email", "groups"],
                },
              },
            ],
          }),
        }
      : {}),
  };
}

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/ */
export function argocdParams({ argocd }: PlatformConfig): Record<string, unknown> {
  return {
    // TLS ends at the load balancer or at the ingress controller.
    "server.insecure": true,
    "controller.sync.timeout.seconds": 1800,
    "controller.repo.server.timeout.seconds": 180,
    "server.repo.server.timeout.seconds": 180,
    // Renders at most so many at once in a pod: each is a process of kustomize or helm.
    "reposerver.parallelism.limit": argocd.ha ? 10 : 5,
    // The figures of Argo CD's own guide for a thousand applications.
    ...(argocd.ha ? { "controller.status.processors": 50, "controller.operation.processors": 25 } : {}),
  };
}

/** Groups of any identity provider that get a role, besides those of the configuration. */
export const groups = {
  admins: "platform:admins",
  developers: "platform:developers",
  operations: "platform:operations",
} as const;

/** What promotes versions asks as this account how Applications are. */
const deliveryAccount = "delivery";

/** Admins: everything. Developers: sync `default`, read `production`. Operations: sync `production`. */
export function argocdRbac({ access }: PlatformConfig): Record<string, unknown> {
  const lines = [
    ...mayRead("role:developers", "default"),
    ...maySync("role:developers", "default"),
    ...mayRead("role:developers", "production"),
    ...mayRead("role:operations", "production"),
    ...maySync("role:operations", "production"),
    ...["default", "production"].map((project) => [
      "p",
      deliveryAccount,
      "applications",
      "get",
      `${project}/*`,
      "allow",
    ]),
    ...[groups.admins, ...access.adminGroups].map((group) => ["g", group, "role:admin"]),
    ...[groups.developers, ...access.developerGroups].map((group) => ["g", group, "role:developers"]),
    ...[groups.operations, ...access.operationsGroups].map((group) => ["g", group, "role:operations"]),
  ];
  return {
    // Whoever logs in without a group sees nothing.
    "policy.default": "",
    "policy.csv": lines.map((fields) => fields.join(", ")).join("\n"),
    scopes: "[groups]",
  };
}

function mayRead(role: string, project: string): string[][] {
  return [
    ["p", role, "applications", "get", `${project}/*`, "allow"],
    ["p", role, "logs", "get", `${project}/*`, "allow"],
    ["p", role, "projects", "get", project, "allow"],
  ];
}

function maySync(role: string, project: string): string[][] {
  return [["p", role, "applications", "sync", `${project}/*`, "allow"]];
}
