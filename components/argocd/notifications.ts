/**
 * Argo CD's notifications: what became of a deployment, to the same receivers as the alerts.
 * Formats: https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/
 */
import type * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig, Receiver } from "../config/types";
import { urlOf } from "../addresses";
import { concerns } from "../receivers";

interface Event {
  /** Condition over the Application. */
  when: string;
  /** Told once for each value of this, not for every sync. */
  oncePer?: string;
  /** What became of the application, after its name. */
  says: string;
  /** The particulars, as a pipeline of Go's templates. */
  detail: string;
}

const events: Record<string, Event> = {
  "sync-failed": {
    when: "app.status?.operationState.phase in ['Error', 'Failed']",
    says: "sync failed",
    detail: ".app.status.operationState.message",
  },
  "health-degraded": {
    when: "app.status.health.status == 'Degraded'",
    says: "degraded",
    detail: 'printf "at revision %s" .app.status.sync.revision',
  },
  deployed: {
    when: "app.status?.operationState.phase in ['Succeeded'] and app.status.health.status == 'Healthy'",
    oncePer: "app.status?.sync?.revision",
    says: "deployed",
    detail: 'printf "revision %s is synced and healthy" .app.status.sync.revision',
  },
};

export function notificationValues(config: PlatformConfig): Record<string, unknown> {
  const receivers = ofDeployments(config.monitoring.receivers);
  return {
    argocdUrl: urlOf(config, "argocd") ?? "http://localhost:8080",
    secret: { create: false, name: "argocd-notifications-secret" },
    notifiers: mapEntries(receivers, (receiver) => [`service.${serviceOf(receiver)}`, notifier(receiver)]),
    templates: mapEntries(Object.entries(events), ([name, event]) => [`template.${name}`, template(event, receivers)]),
    triggers: mapEntries(Object.entries(events), ([name, { when, oncePer }]) => [
      `trigger.on-${name}`,
      [{ when, send: [name], ...(oncePer === undefined ? {} : { oncePer }) }],
    ]),
    subscriptions:
      receivers.length === 0
        ? []
        : [{ recipients: receivers.map(recipient), triggers: Object.keys(events).map((event) => `on-${event}`) }],
  };
}

/** The ConfigMap holds YAML within YAML; JSON is YAML. */
function mapEntries<T>(items: T[], entry: (item: T) => [string, unknown]): Record<string, string> {
  return Object.fromEntries(items.map(entry).map(([key, value]) => [key, JSON.stringify(value)]));
}

/** Keys of the Secret that the notifiers refer to by `$`. */
export function notificationSecrets(receivers: Receiver[]): Record<string, pulumi.Input<string>> {
  const secrets: Record<string, pulumi.Input<string>> = {};
  for (const receiver of ofDeployments(receivers)) {
    if (receiver.slack) {
      secrets[secretKey(receiver)] = receiver.slack.webhookUrl;
    }
    if (receiver.email?.password !== undefined) {
      secrets[secretKey(receiver)] = receiver.email.password;
    }
  }
  return secrets;
}

/** Deployments are the business of who makes them and who runs them. */
function ofDeployments(receivers: Receiver[]): Receiver[] {
  return receivers.filter((receiver) => concerns(receiver, "dev") || concerns(receiver, "devops"));
}

/** In keys, references and recipients, dots and colons have a meaning of their own. */
function slug({ name }: Receiver): string {
  return name.replaceAll(/[^A-Za-z0-9-]/g, "-");
}

function secretKey(receiver: Receiver): string {
  return `receiver-${slug(receiver)}`;
}

/** Slack's incoming webhooks are plain webhooks to Argo CD: its own Slack service wants a bot's token. */
function serviceOf(receiver: Receiver): string {
  return `${receiver.email ? "email" : "webhook"}.${slug(receiver)}`;
}

function recipient(receiver: Receiver): string {
  return receiver.email ? `${slug(receiver)}:${receiver.email.to}` : slug(receiver);
}

function notifier(receiver: Receiver): Record<string, unknown> {
  const { email, webhook } = receiver;
  if (email) {
    const [host, port] = email.smarthost.split(":");
    return {
      host,
      port: Number(port),
      from: email.from,
      ...(email.username === undefined ? {} : { username: email.username }),
      ...(email.password === undefined ? {} : { password: `$${secretKey(receiver)}` }),
    };
  }
  return {
    url: webhook ? webhook.url : `$${secretKey(receiver)}`,
    headers: [{ name: "Content-Type", value: "application/json" }],
  };
}

function template({ says, detail }: Event, receivers: Receiver[]): Record<string, unknown> {
  const name = ".app.metadata.name";
  const link = `printf "%s/applications/%s/%s" .context.argocdUrl .app.metadata.namespace ${name}`;
  const message = `printf "%s: ${says}\\n%s\\n%s" ${name} (${detail}) (${link})`;
  const text = (pipeline: string): string => `{{ ${pipeline} | toJson }}`;
  const slackBody = (channel: string): string => `{"channel":${JSON.stringify(channel)},"text":${text(message)}}`;
  const plainBody = `{"application":${text(name)},"project":${text(".app.spec.project")},"event":"${says}","detail":${text(detail)},"url":${text(link)}}`;
  return {
    message: `{{ ${message} }}`,
    email: { subject: `{{ ${name} }}: ${says}` },
    webhook: Object.fromEntries(
      receivers
        .filter(({ email }) => !email)
        .map((receiver) => [
          slug(receiver),
          { method: "POST", body: receiver.slack ? slackBody(receiver.slack.channel) : plainBody },
        ]),
    ),
  };
}
