/** Alertmanager's configuration: which alert reaches whom, and how often. */
import type { Inputs } from "@pulumi/pulumi";

import type { PlatformConfig, Receiver, Team } from "../config/types";

/** Receiver of what nobody is to be told; no configured one may have its name. */
export const nobody = "nobody";

/**
 * Alertmanager's own format (https://prometheus.io/docs/alerting/latest/configuration/). Every receiver gets the alerts
 * of its teams, whoever else gets them too. Alerts without a team are the platform's own: the infra team's.
 */
export function alertmanagerConfig({ monitoring, environment }: PlatformConfig): Inputs {
  return {
    global: { resolve_timeout: "5m" },
    route: {
      receiver: nobody,
      group_by: ["namespace", "alertname"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes: [
        // The first proves by its presence that alerts arrive; the second only silences others (below).
        { receiver: nobody, matchers: [`alertname=~"Watchdog|InfoInhibitor"`] },
        ...monitoring.receivers.map((receiver) => ({
          receiver: receiver.name,
          matchers: matchers(receiver.teams),
          continue: true,
        })),
      ],
    },
    inhibit_rules: [
      inhibit(`severity="critical"`, `severity=~"warning|info"`, ["namespace", "alertname"]),
      inhibit(`severity="warning"`, `severity="info"`, ["namespace", "alertname"]),
      // Fires in namespaces where only alerts for information do: https://runbooks.prometheus-operator.dev/runbooks/general/infoinhibitor/
      inhibit(`alertname="InfoInhibitor"`, `severity="info"`, ["namespace"]),
    ],
    receivers: [{ name: nobody }, ...monitoring.receivers.map((receiver) => receiverConfig(receiver, environment))],
  };
}

function matchers(teams: Team[]): string[] {
  if (teams.length === 0) {
    return [];
  }
  return [`team=~"${[...teams, ...(teams.includes("infra") ? [""] : [])].join("|")}"`];
}

function inhibit(source: string, target: string, equal: string[]): Inputs {
  return { source_matchers: [source], target_matchers: [target], equal };
}

const title = `[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }}`;

/** What broke, how bad it is, and where to read on. */
const text = [
  "{{ range .Alerts }}",
  "{{ .Labels.severity | toUpper }}: {{ or .Annotations.summary .Labels.alertname }}",
  "{{ .Annotations.description }}",
  "{{ with .Annotations.runbook_url }}Runbook: {{ . }}{{ end }}",
  "{{ end }}",
].join("\n");

function receiverConfig({ name, slack, email, webhook }: Receiver, environment: string): Inputs {
  const subject = `${environment}: ${title}`;
  if (slack) {
    const { channel, webhookUrl } = slack;
    return { name, slack_configs: [{ api_url: webhookUrl, channel, send_resolved: true, title: subject, text }] };
  }
  if (email) {
    const { to, from, smarthost, username, password } = email;
    return {
      name,
      email_configs: [
        {
          to,
          from,
          smarthost,
          ...(username === undefined ? {} : { auth_username: username }),
          ...(password === undefined ? {} : { auth_password: password }),
          send_resolved: true,
          headers: { Subject: subject },
        },
      ],
    };
  }
  return { name, webhook_configs: webhook ? [{ url: webhook.url, send_resolved: true }] : [] };
}
