import { z } from "zod";
import { dnsLabel, hostAndPort, httpUrl, slackChannel, slackWebhook } from "../formats";
import { email, filled, key, text, whole } from "./key";

const slack = z.strictObject({
  channel: key(text(slackChannel, "is no channel of Slack; write it like #alerts"), {
    description: "Channel that is written to.",
    example: "#alerts",
  }),
  webhookUrl: key(text(slackWebhook, "is no incoming webhook of Slack: it starts with https://hooks.slack.com/"), {
    description: "Address of Slack's incoming webhook.",
    secret: true,
    example: "https://hooks.slack.com/services/example",
  }),
});

const mail = z.strictObject({
  to: key(email(), { description: "Address that gets the alerts.", example: "oncall@example.com" }),
  from: key(email(), { description: "Address that they come from.", example: "alerts@example.com" }),
  smarthost: key(text(hostAndPort, "is no mail server; write it as host:port, such as smtp.example.com:587"), {
    description: "Mail server, with its port.",
    example: "smtp.example.com:587",
  }),
  username: key(filled().optional(), {
    description: "Login at the mail server.",
    default: "none",
    example: "alerts",
  }),
  password: key(filled().optional(), {
    description: "Password of that login.",
    default: "none",
    secret: true,
    example: "example-password",
  }),
});

const receiver = z.strictObject({
  name: key(
    text(dnsLabel, "is no DNS label; write it in lower-case letters, digits and hyphens, such as devops-slack"),
    {
      description: "Name of the receiver, unique in the stack.",
      example: "devops-slack",
    },
  ),
  teams: key(z.array(z.enum(["devops", "dev", "infra"])).optional(), {
    description: "Whose alerts go there.",
    default: "everyone's",
    example: ["devops"],
  }),
  slack: key(slack.optional(), {
    description: "A channel of Slack.",
    default: "none",
    example: { channel: "#alerts" },
  }),
  email: key(mail.optional(), {
    description: "A mailbox.",
    default: "none",
    example: { to: "oncall@example.com", from: "alerts@example.com", smarthost: "smtp.example.com:587" },
  }),
  webhook: key(
    z
      .strictObject({
        url: key(text(httpUrl, "is no http or https address; write it like https://hooks.example.com/alerts"), {
          description: "Address that Alertmanager posts to.",
          example: "https://hooks.example.com/alerts",
        }),
      })
      .optional(),
    { description: "A service of your own.", default: "none", example: { url: "https://hooks.example.com/alerts" } },
  ),
});

export const monitoring = z.strictObject({
  retentionDays: key(whole(1, 365).optional(), {
    description: "Days that Prometheus keeps its history.",
    example: 30,
  }),
  // The largest disk that AWS' gp3 and Google's pd-balanced had when all three clouds offered one: 16 TiB and above.
  storageGiB: key(whole(1, 16384).optional(), { description: "Size of Prometheus' volume in GiB.", example: 100 }),
  receivers: key(z.array(receiver).optional(), {
    description: "Where alerts and Argo CD's notifications go, each of one kind: slack, email or webhook.",
    default: "none",
    example: [{ name: "hooks", teams: ["devops"], webhook: { url: "https://hooks.example.com/alerts" } }],
  }),
});
