/** What single values may look like, as predicates and patterns without any cloud. */
import { parseCidr } from "../cidr";

/** A DNS name of two labels or more in lower case, at most 253 characters (RFC 1035). */
export const domainName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A DNS label (RFC 1123): what Kubernetes takes as a name. */
export const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A TCP port, 1 to 65535. */
const port = String.raw`(?:6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})`;

/** `host:port` of a mail server. */
export const hostAndPort = new RegExp(String.raw`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:${port}$`);

/** A path inside a repository: relative, no `..`, no empty segment. */
export const relativePath = /^(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;

/** A branch, a tag or a commit (git-check-ref-format, its common part). */
export const gitRevision = /^(?!.*(\.\.|\/\/|@\{|\.lock$))[A-Za-z0-9][A-Za-z0-9._/-]*(?<![./])$/;

export const slackChannel = /^#[a-z0-9][a-z0-9._-]{0,78}$/;

/** Slack's incoming webhooks, those of its government cloud included. */
export const slackWebhook = /^https:\/\/hooks\.slack(-gov)?\.com\/\S+$/;

/** What follows the scheme: perhaps a login, which is refused elsewhere, then host, port and the rest. */
const authority = String.raw`([^\s/?#@]*@)?([^\s/?#@:[\]]+|\[[\da-fA-F:.]+\])(:${port})?([/?#]\S*)?$`;

export const httpUrl = new RegExp(`^https?://${authority}`);

export const httpsUrl = new RegExp(`^https://${authority}`);

/** Why the text is no IPv4 range; undefined where it is one. */
export function cidrProblem(text: string): string | undefined {
  try {
    parseCidr(text);
    return undefined;
  } catch (error) {
    // cidr.ts names the value first, which every message of the configuration does by itself.
    return (error as Error).message.replace(`${JSON.stringify(text)} `, "");
  }
}

/** How a repository is reached; undefined where the text is no address that Argo CD can clone. */
export function repositoryKind(url: string): "https" | "ssh" | undefined {
  if (httpsRepository.test(url)) return "https";
  return sshHost(url) === undefined ? undefined : "ssh";
}

const httpsRepository = new RegExp(String.raw`^https://[^\s/?#@:]+(:${port})?(/[^\s?#]+)+$`);
const sshRepository = new RegExp(String.raw`^ssh://[\w.-]+@(?<host>[\w.-]+)(:(?<port>${port}))?(/[\w.~-]+)+$`);
const shortSshRepository = /^[\w.-]+@(?<host>[\w.-]+):[\w.~-]+(\/[\w.~-]+)*$/;

/** The host of an ssh repository as known_hosts names it, `[host]:port` where the port is not 22; else undefined. */
export function sshHost(url: string): string | undefined {
  const { host, port = "22" } = (sshRepository.exec(url) ?? shortSshRepository.exec(url))?.groups ?? {};
  return port === "22" ? host : `[${host}]:${port}`;
}

/** Whether the address carries a name or a password, which would be stored and shown in plain text. */
export function hasUserInfo(url: string): boolean {
  return /^https?:\/\/[^/?#\s]*@/.test(url);
}

const cronFields = [
  { name: "minute", min: 0, max: 59, names: [] },
  { name: "hour", min: 0, max: 23, names: [] },
  { name: "day of month", min: 1, max: 31, names: [] },
  {
    name: "month",
    min: 1,
    max: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of week", min: 0, max: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/**
 * Why Velero could not read the schedule; undefined where it can. The grammar is that of robfig/cron's standard parser
 * (https://pkg.go.dev/github.com/robfig/cron/v3#ParseStandard), which other cron libraries widen: they would let pass
 * what Velero refuses.
 */
export function cronProblem(text: string): string | undefined {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text)) return undefined;
  const parts = text.split(" ").filter((part) => part !== "");
  if (parts.length !== cronFields.length) {
    const count = parts.length === 1 ? "1 field" : `${parts.length} fields`;
    return `has ${count}; a cron expression has 5 (minute, hour, day of month, month, day of week), such as "0 2 * * *"`;
  }
  for (const [index, field] of cronFields.entries()) {
    const part = parts[index] ?? "";
    if (!part.split(",").every((item) => cronItem(item, field))) {
      return `has "${part}" as its ${field.name}, which takes ${field.min} to ${field.max}`;
    }
  }
  return undefined;
}

function cronItem(item: string, { min, max, names }: (typeof cronFields)[number]): boolean {
  const [range = "", step, ...rest] = item.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*" || range === "?") return true;
  const numbers = range.split("-").map((text) => {
    const byName = names.indexOf(text.toLowerCase());
    return byName >= 0 ? byName + min : /^\d+$/.test(text) ? Number(text) : NaN;
  });
  const [from = NaN, to = from] = numbers;
  return numbers.length <= 2 && from >= min && to <= max && from <= to;
}
