/** Keeps what the stack's state holds as secrets out of texts: the engine masks the configuration's secrets only. */

/** The mark of a secret in a state: `sdk/go/common/resource/sig.go` of Pulumi. */
const signature = { key: "4dabf18193072939515e22adb298388d", secret: "1b47061264138c4ac30d75fd1eb44270" };

/** Shorter ones, and shorter lines of those that have several, occur in texts by chance. */
const shortest = { text: 8, line: 24 };

/**
 * The secrets' texts, the longest first; of a text of several lines each long one too, as a message may quote it alone.
 *
 * @param deployment a state exported with its secrets in plain text.
 */
export function secretsOf(deployment: unknown): string[] {
  const found = new Set<string>();
  collect(deployment, false, found);
  return [...found].sort((one, other) => other.length - one.length);
}

export function mask(text: string, secrets: string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}

function collect(value: unknown, secret: boolean, found: Set<string>): void {
  if (typeof value === "string") {
    if (!secret) return;
    if (value.length >= shortest.text) found.add(value);
    for (const line of value.split("\n")) if (line.trim().length >= shortest.line) found.add(line.trim());
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, secret, found);
  } else if (typeof value === "object" && value !== null) {
    const entries = value as Record<string, unknown>;
    const isSecret = entries[signature.key] === signature.secret && typeof entries["plaintext"] === "string";
    if (isSecret) collect(JSON.parse(String(entries["plaintext"])) as unknown, true, found);
    else for (const item of Object.values(entries)) collect(item, secret, found);
  }
}
