/** Who is told about alerts and deployments. */
import type { Receiver, Team } from "./config/types";

export function concerns({ teams }: Receiver, team: Team): boolean {
  return teams.length === 0 || teams.includes(team);
}

/** TCP ports that the receivers listen on, each once, ascending; 443 is open anyway. */
export function outgoingPorts(receivers: Receiver[]): number[] {
  const ports = receivers.map(({ email, webhook }) => {
    if (email) {
      return Number(email.smarthost.split(":").at(-1));
    }
    return webhook ? portOf(new URL(webhook.url)) : 443;
  });
  return [...new Set([443, ...ports])].sort((a, b) => a - b);
}

/** Port of the repository's host. The short form `git@host:path` is SSH. */
export function gitPort(repository: string): number {
  return URL.canParse(repository) ? portOf(new URL(repository)) : 22;
}

/** The port of an address, written or implied. */
function portOf(url: URL): number {
  const implied: Record<string, number> = { "http:": 80, "https:": 443, "ssh:": 22, "git:": 9418 };
  return url.port === "" ? (implied[url.protocol] ?? 443) : Number(url.port);
}
