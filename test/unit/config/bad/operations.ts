/** Monitoring, receivers and backups. */
import { regionNames } from "../../../../components/regions";
import type { Bad } from "./bad";

export const operations: Bad[] = [
  {
    name: "a retention of nothing",
    values: { monitoring: { retentionDays: 0 } },
    messages: ["monitoring.retentionDays: 0 is out of range; 1 to 365 are allowed"],
  },
  {
    name: "a retention with its unit",
    values: { monitoring: { retentionDays: "30d" } },
    messages: ['monitoring.retentionDays: "30d" is no whole number; write one, such as 30'],
  },
  {
    name: "a volume that no cloud has",
    values: { monitoring: { storageGiB: 100000 } },
    messages: ["monitoring.storageGiB: 100000 is out of range; 1 to 16384 are allowed"],
  },
  {
    name: "one receiver without its list",
    values: { monitoring: { receivers: { name: "hooks", webhook: { url: "https://hooks.example.com/" } } } },
    messages: [
      'monitoring.receivers: (hidden) is no list; write one, such as [{"name":"hooks","teams":["devops"],"webhook":{"url":"https://hooks.example.com/alerts"}}]',
    ],
  },
  {
    name: "a receiver without a name",
    values: { monitoring: { receivers: [{ webhook: { url: "https://hooks.example.com/" } }] } },
    messages: ['monitoring.receivers[0].name: missing; for example "devops-slack"'],
  },
  {
    name: "a receiver with a name that is none",
    values: { monitoring: { receivers: [{ name: "My Hooks", webhook: { url: "https://hooks.example.com/" } }] } },
    messages: [
      'monitoring.receivers[0].name: "My Hooks" is no DNS label; write it in lower-case letters, digits and hyphens, such as devops-slack',
    ],
  },
  {
    name: "two receivers of one name",
    values: {
      monitoring: {
        receivers: [
          { name: "hooks", webhook: { url: "https://hooks.example.com/" } },
          { name: "hooks", webhook: { url: "https://hooks.example.com/" } },
        ],
      },
    },
    messages: ['monitoring.receivers[1].name: "hooks" is the name of another receiver; give each its own'],
  },
  {
    name: "a receiver of no kind",
    values: { monitoring: { receivers: [{ name: "hooks" }] } },
    messages: ["monitoring.receivers[0]: has no kind; set one of slack, email, webhook"],
  },
  {
    name: "a receiver of two kinds",
    values: {
      monitoring: {
        receivers: [
          {
            name: "hooks",
            webhook: { url: "https://hooks.example.com/" },
            email: { to: "a@example.com", from: "b@example.com", smarthost: "smtp.example.com:25" },
          },
        ],
      },
    },
    messages: [
      "monitoring.receivers[0]: has email and webhook, and a receiver is of one kind; write one receiver for each",
    ],
  },
  {
    name: "a team that there is not",
    values: {
      monitoring: { receivers: [{ name: "hooks", webhook: { url: "https://hooks.example.com/" }, teams: ["ops"] }] },
    },
    messages: ['monitoring.receivers[0].teams[0]: "ops" is not allowed; one of devops, dev, infra'],
  },
  {
    name: "a team twice",
    values: {
      monitoring: {
        receivers: [{ name: "hooks", webhook: { url: "https://hooks.example.com/" }, teams: ["dev", "dev"] }],
      },
    },
    messages: ['monitoring.receivers[0].teams: ["dev","dev"] names dev twice; name each team once'],
  },
  {
    name: "a Slack webhook in plain text",
    values: {
      monitoring: {
        receivers: [
          { name: "slack", slack: { channel: "#alerts", webhookUrl: "https://hooks.slack.com/services/hunter2" } },
        ],
      },
    },
    messages: [
      "monitoring.receivers[0].slack.webhookUrl: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'monitoring.receivers[0].slack.webhookUrl'",
    ],
  },
  {
    name: "a Slack webhook that is none",
    values: {
      monitoring: {
        receivers: [{ name: "slack", slack: { channel: "#alerts", webhookUrl: "https://example.com/hunter2" } }],
      },
    },
    secrets: [["monitoring", "receivers", "0", "slack", "webhookUrl"]],
    messages: [
      "monitoring.receivers[0].slack.webhookUrl: (hidden) is no incoming webhook of Slack: it starts with https://hooks.slack.com/",
    ],
  },
  {
    name: "a channel without its mark",
    values: {
      monitoring: {
        receivers: [
          { name: "slack", slack: { channel: "alerts", webhookUrl: "https://hooks.slack.com/services/hunter2" } },
        ],
      },
    },
    secrets: [["monitoring", "receivers", "0", "slack", "webhookUrl"]],
    messages: ['monitoring.receivers[0].slack.channel: "alerts" is no channel of Slack; write it like #alerts'],
  },
  {
    name: "no Slack webhook",
    values: { monitoring: { receivers: [{ name: "slack", slack: { channel: "#alerts" } }] } },
    messages: [
      "monitoring.receivers[0].slack.webhookUrl: missing; set it: pulumi config set --secret --path 'monitoring.receivers[0].slack.webhookUrl'",
    ],
  },
  {
    name: "a mail server without its port",
    values: {
      monitoring: {
        receivers: [
          { name: "mail", email: { to: "a@example.com", from: "b@example.com", smarthost: "smtp.example.com" } },
        ],
      },
    },
    messages: [
      'monitoring.receivers[0].email.smarthost: "smtp.example.com" is no mail server; write it as host:port, such as smtp.example.com:587',
    ],
  },
  {
    name: "addresses that are none",
    values: {
      monitoring: {
        receivers: [{ name: "mail", email: { to: "oncall", from: "alerts", smarthost: "smtp.example.com:587" } }],
      },
    },
    messages: [
      'monitoring.receivers[0].email.to: "oncall" is no e-mail address; write it like team@example.com',
      'monitoring.receivers[0].email.from: "alerts" is no e-mail address; write it like team@example.com',
    ],
  },
  {
    name: "a mail password in plain text",
    values: {
      monitoring: {
        receivers: [
          {
            name: "mail",
            email: {
              to: "a@example.com",
              from: "b@example.com",
              smarthost: "smtp.example.com:587",
              username: "a",
              password: "hunter2",
            },
          },
        ],
      },
    },
    messages: [
      "monitoring.receivers[0].email.password: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'monitoring.receivers[0].email.password'",
    ],
  },
  {
    name: "a mail password without a login",
    values: {
      monitoring: {
        receivers: [
          {
            name: "mail",
            email: {
              to: "a@example.com",
              from: "b@example.com",
              smarthost: "smtp.example.com:587",
              password: "hunter2",
            },
          },
        ],
      },
    },
    secrets: [["monitoring"]],
    messages: [
      "monitoring.receivers[0].email.username: missing beside the password; set it, or leave the password out",
    ],
  },
  {
    name: "a webhook that is no address",
    values: { monitoring: { receivers: [{ name: "hooks", webhook: { url: "alerts" } }] } },
    messages: [
      'monitoring.receivers[0].webhook.url: "alerts" is no http or https address; write it like https://hooks.example.com/alerts',
    ],
  },
  {
    name: "a misspelt kind",
    values: { monitoring: { receivers: [{ name: "hooks", webhok: { url: "https://hooks.example.com/" } }] } },
    messages: ["monitoring.receivers[0].webhok: unknown key; did you mean monitoring.receivers[0].webhook?"],
  },
  {
    name: "a schedule of four fields",
    values: { backup: { schedule: "0 2 * *" } },
    messages: [
      'backup.schedule: "0 2 * *" has 4 fields; a cron expression has 5 (minute, hour, day of month, month, day of week), such as "0 2 * * *"',
    ],
  },
  {
    name: "a schedule at an hour that there is not",
    values: { backup: { schedule: "0 25 * * *" } },
    messages: ['backup.schedule: "0 25 * * *" has "25" as its hour, which takes 0 to 23'],
  },
  {
    name: "a schedule in words",
    values: { backup: { schedule: "daily" } },
    messages: [
      'backup.schedule: "daily" has 1 field; a cron expression has 5 (minute, hour, day of month, month, day of week), such as "0 2 * * *"',
    ],
  },
  {
    name: "a backup that is kept no day",
    values: { backup: { retentionDays: 0 } },
    messages: ["backup.retentionDays: 0 is out of range; 1 to 3650 are allowed"],
  },
  {
    name: "a backup on local",
    values: { cloud: "local", region: "kind", backup: { enabled: true } },
    messages: ["backup.enabled: true is not possible on local, which has no bucket; set it to false or leave it out"],
  },
  {
    name: "true or false in place of the backup's group",
    values: { backup: false },
    messages: ['backup: false is no group of keys; write one, such as {"schedule":"0 2 * * *","retentionDays":30}'],
  },
  {
    name: "a volume too small for the history",
    values: { monitoring: { retentionDays: 90 } },
    messages: [
      "monitoring.storageGiB: 20, the default of dev, does not hold monitoring.retentionDays (90): set it to 23 or more, or keep fewer days",
    ],
  },
  {
    name: "a volume too small for the default history",
    values: { environment: "prod", monitoring: { storageGiB: 5 } },
    messages: [
      "monitoring.storageGiB: 5 does not hold monitoring.retentionDays (30, the default of prod): set it to 8 or more, or keep fewer days",
    ],
  },
  {
    name: "a volume of one GiB",
    values: { monitoring: { storageGiB: 1, retentionDays: 1 } },
    messages: [
      "monitoring.storageGiB: 1 does not hold monitoring.retentionDays (1): set it to 2 or more, or keep fewer days",
    ],
  },
  {
    name: "a receiver with the name of the platform's own",
    values: { monitoring: { receivers: [{ name: "nobody", webhook: { url: "https://hooks.example.com/" } }] } },
    messages: [
      'monitoring.receivers[0].name: "nobody" is the receiver of what nobody is to be told; take another name',
    ],
  },
  {
    name: "a login without a password",
    values: {
      monitoring: {
        receivers: [
          {
            name: "mail",
            email: { to: "a@example.com", from: "b@example.com", smarthost: "smtp.example.com:587", username: "a" },
          },
        ],
      },
    },
    messages: [
      "monitoring.receivers[0].email.password: missing beside the username; set it: pulumi config set --secret --path 'monitoring.receivers[0].email.password'",
    ],
  },
  {
    name: "a mail server at a port that there is not",
    values: {
      monitoring: {
        receivers: [
          { name: "mail", email: { to: "a@example.com", from: "b@example.com", smarthost: "smtp.example.com:65536" } },
        ],
      },
    },
    messages: [
      'monitoring.receivers[0].email.smarthost: "smtp.example.com:65536" is no mail server; write it as host:port, such as smtp.example.com:587',
    ],
  },
  {
    name: "a webhook at a port that there is not",
    values: { monitoring: { receivers: [{ name: "hooks", webhook: { url: "https://hooks.example.com:99999/" } }] } },
    messages: [
      'monitoring.receivers[0].webhook.url: "https://hooks.example.com:99999/" is no http or https address; write it like https://hooks.example.com/alerts',
    ],
  },
  {
    name: "a webhook with a password in it",
    values: {
      monitoring: { receivers: [{ name: "hooks", webhook: { url: "https://me:hunter2@hooks.example.com/" } }] },
    },
    messages: [
      'monitoring.receivers[0].webhook.url: "https://***@hooks.example.com/" has credentials in it, which would be kept in plain text; leave them out',
    ],
  },
  {
    name: "a lock without a mode",
    values: { backup: { lock: true } },
    messages: ["backup.lock: true is not allowed; one of none, governance, compliance"],
  },
  {
    name: "a lock on a container where it would lock Velero out",
    values: { cloud: "azure", region: "westeurope", domain: undefined, backup: { lock: "compliance" } },
    messages: [
      'backup.lock: "compliance" is not possible on azure: a container that nobody can unlock refuses deletions, and Velero deletes some of what it writes early; write governance',
    ],
  },
  {
    name: "a lock for longer than a container keeps what is deleted",
    values: { cloud: "azure", region: "westeurope", backup: { lock: "governance", retentionDays: 366 } },
    messages: [
      'backup.lock: "governance" lasts for 365 days at most on azure, and backup.retentionDays is 366; keep fewer days, or leave it out',
    ],
  },
  {
    name: "a lock and a copy of what is not there",
    values: { cloud: "local", region: "kind", backup: { lock: "governance", copyRegion: "eu-west-1" } },
    messages: [
      'backup.lock: "governance" has no effect on local, which has no bucket; leave it out',
      'backup.copyRegion: "eu-west-1" has no effect on local, which has no bucket; leave it out',
    ],
  },
  {
    name: "a lock that nobody can lift where it would lock Velero out",
    values: { cloud: "gcp", region: "europe-west1", backup: { lock: "compliance" } },
    messages: [
      'backup.lock: "compliance" is not possible on gcp: a bucket that nobody can unlock refuses changes too, and Velero changes some of what it writes; write governance',
    ],
  },
  {
    name: "a lock for longer than a bucket keeps what is deleted",
    values: { cloud: "gcp", region: "europe-west1", backup: { lock: "governance", retentionDays: 91 } },
    messages: [
      'backup.lock: "governance" lasts for 90 days at most on gcp, and backup.retentionDays is 91; keep fewer days, or leave it out',
    ],
  },
  {
    name: "a copy in a region that shares no bucket with the stack's",
    values: { cloud: "gcp", region: "europe-west2", backup: { copyRegion: "us-east1" } },
    messages: [
      'backup.copyRegion: "us-east1" shares no bucket with europe-west2: name one of europe-west1, europe-west3',
    ],
  },
  {
    name: "a copy of a region that shares no bucket",
    values: { cloud: "gcp", region: "me-west1", backup: { copyRegion: "us-east1" } },
    messages: [
      'backup.copyRegion: "us-east1" shares no bucket with me-west1: it shares one with no region; leave it out',
    ],
  },
  {
    name: "a copy in the stack's own region",
    values: { backup: { copyRegion: "eu-west-1" } },
    messages: ['backup.copyRegion: "eu-west-1" is the stack\'s own region, which the copy is to outlive; name another'],
  },
  {
    name: "a copy in another cloud's region",
    values: { backup: { copyRegion: "westeurope" } },
    messages: [
      `backup.copyRegion: "westeurope" is no region of aws that is known here; one of ${regionNames("aws").join(", ")}`,
    ],
  },
  {
    name: "maintenance where nothing is maintained by itself",
    values: { maintenance: { days: ["Sunday"], start: "03:00", hours: 4 } },
    messages: [
      "maintenance: has no effect on aws, where EKS has no windows: it changes nodes and versions when `pulumi up` does; leave it out",
    ],
  },
  {
    name: "maintenance without a time",
    values: { cloud: "gcp", region: "europe-west1", maintenance: { days: ["Someday"], start: "3:00", hours: 2 } },
    messages: [
      'maintenance.days[0]: "Someday" is not allowed; one of Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday',
      'maintenance.start: "3:00" is no time of day; write it in quotes and in UTC, such as "03:00"',
      "maintenance.hours: 2 is out of range; 4 to 24 are allowed",
    ],
  },
  {
    name: "maintenance on more days than AKS takes",
    values: {
      cloud: "azure",
      region: "westeurope",
      maintenance: { days: ["Saturday", "Sunday"], start: "03:00", hours: 4 },
    },
    messages: ['maintenance.days: ["Saturday","Sunday"] is too much; AKS takes one day of the week'],
  },
  {
    name: "less maintenance than GKE needs",
    values: { cloud: "gcp", region: "europe-west1", maintenance: { days: ["Sunday"], start: "03:00", hours: 11 } },
    messages: ['maintenance.days: ["Sunday"] with 11 hours each is too little; GKE needs 12 hours a week'],
  },
];
