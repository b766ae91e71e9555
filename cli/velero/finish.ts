/** Waiting for the end of a backup or a restore. */
import type { Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { list, read, until, VeleroError } from "./client";
import { hasEnded, outcomeOf, progressLine, type Outcome } from "./outcome";

/** What each is called, and where the node agents say how far its volumes are. */
const kinds = {
  backups: { what: "backup", volumes: "podvolumebackups", label: "velero.io/backup-name" },
  restores: { what: "restore", volumes: "podvolumerestores", label: "velero.io/restore-name" },
} as const;

/** @throws VeleroError where it does not end in time, or is not whole. */
export async function finish(
  clients: Clients,
  plural: keyof typeof kinds,
  { name, timeoutSeconds }: { name: string; timeoutSeconds: number },
  say: Say,
): Promise<Outcome> {
  const { what, volumes, label } = kinds[plural];
  const volumesNow = () => list(clients, volumes, `${label}=${name}`);
  const ended = await until(timeoutSeconds, async () => {
    const found = await read(clients, plural, name);
    if (!found) throw new VeleroError(`The ${what} ${name} is gone: somebody has deleted it. Run the command again.`);
    say(`${name}: ${progressLine(found, await volumesNow())}`);
    return hasEnded(found) ? found : undefined;
  });
  if (!ended) {
    throw new VeleroError(
      `The ${what} ${name} has not ended within ${timeoutSeconds} s; it goes on. Run the command again to wait for it.`,
    );
  }
  return outcomeOf(ended, await volumesNow());
}
