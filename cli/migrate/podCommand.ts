/** Commands in pods, as `kubectl exec` runs them. */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Exec, type V1Status } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";

export interface PodCommand {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
}

/** As Velero's annotations are written (https://velero.io/docs/v1.18/backup-hooks/): a JSON array, or one program without arguments. */
export function wordsOf(written: string): string[] {
  try {
    const parsed: unknown = JSON.parse(written);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // A program's name is no JSON.
  }
  return [written];
}

/** Standard output of the command. @throws Error where it fails, or does not end in time. */
export async function runIn(
  { config }: Pick<Clients, "config">,
  { namespace, pod, container, command }: PodCommand,
  timeoutSeconds: number,
): Promise<string> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const [said, complained] = [text(output), text(errors)];
  const ending = new AbortController();
  const late = sleep(timeoutSeconds * 1000, undefined, ending).then(() => {
    throw new Error(`no answer in ${timeoutSeconds} s`);
  });
  // Left alone once there is an answer.
  late.catch(() => undefined);
  let close: (() => void) | undefined;
  const asked = new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec(namespace, pod, container, command, output, errors, null, false, resolve).then(
      (socket: { close(): void }) => (close = () => socket.close()),
      (refused: { message?: string }) => reject(new Error(refused.message ?? "the API server refused it")),
    );
  });
  try {
    const { status, message = "it failed" } = await Promise.race([asked, late]);
    output.end();
    errors.end();
    if (status === "Success") return (await said).trim();
    throw new Error((await complained).trim().split("\n").at(-1) || message);
  } finally {
    ending.abort();
    close?.();
  }
}
