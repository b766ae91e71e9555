/** Whether an environment runs what Git says, as Argo CD tells. */
import { setTimeout as sleep } from "node:timers/promises";
import { canonical, type Image, runs } from "./images";

export interface Arrival {
  /** Argo CD's address: `https://argocd.example.com`. */
  server: string;
  /** Of an account that may get the Application. */
  token: string;
  application: string;
  images: Image[];
  /** Until when it must have arrived. Seconds. */
  timeout: number;
  /** For how long it must stay Synced and Healthy. Seconds. */
  stable: number;
  /** Between two looks. Seconds. */
  interval: number;
}

/** What is read of `GET /api/v1/applications/{name}`. */
interface Application {
  status?: {
    sync?: { status?: string };
    health?: { status?: string; message?: string };
    operationState?: { phase?: string; message?: string };
    summary?: { images?: string[] };
  };
}

/** Asking again does not help. */
class Refused extends Error {}

/**
 * Waits until the Application is Synced and Healthy with these images in its pods, and stays so.
 *
 * @param say told each state that differs from the one before.
 * @throws Error with the last state where it does not arrive in time, or Argo CD does not let us look.
 */
export async function awaitArrival(arrival: Arrival, say: (line: string) => void): Promise<void> {
  const { application, images, timeout, stable, interval } = arrival;
  const end = Date.now() + timeout * 1000;
  let since: number | undefined;
  let last = "";
  for (;;) {
    const missing = await look(arrival).catch((error: Error) => {
      if (error instanceof Refused) throw error;
      return `${arrival.server} does not answer: ${error.message}`;
    });
    const line = missing ?? `${application} runs ${images.map(runs).join(", ")}`;
    if (line !== last) say(line);
    last = line;
    since = missing === undefined ? (since ?? Date.now()) : undefined;
    if (since !== undefined && Date.now() - since >= stable * 1000) return;
    if (Date.now() >= end) throw new Error(`not there after ${timeout} s: ${line}`);
    await sleep(interval * 1000);
  }
}

/** @returns what is missing, in words. */
async function look({ server, token, application, images }: Arrival): Promise<string | undefined> {
  // `refresh` has Argo CD look at Git now; whoever may get an Application may ask for that.
  const url = new URL(`/api/v1/applications/${encodeURIComponent(application)}?refresh=normal`, server);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(60_000),
  });
  if ([401, 403, 404].includes(response.status)) {
    throw new Refused(
      `${url.origin} answers ${response.status} for ${application}: the token may not get it, or it is not there`,
    );
  }
  if (!response.ok) return `${url.origin} answers ${response.status}`;
  const { status = {} } = (await response.json()) as Application;
  const absent = images.filter((image) => !(status.summary?.images ?? []).some((running) => isSame(running, image)));
  const { phase, message = "" } = status.operationState ?? {};
  if (phase === "Failed" || phase === "Error") return `${application}: the sync failed: ${message}`;
  if (phase === "Running") return `${application} is being synced`;
  if (status.sync?.status !== "Synced") return `${application} is ${status.sync?.status ?? "not looked at yet"}`;
  if (absent.length > 0) return `${application} does not run ${absent.map(runs).join(", ")}`;
  if (status.health?.status !== "Healthy") {
    return `${application} is ${status.health?.status ?? "not assessed yet"} ${status.health?.message ?? ""}`.trim();
  }
  return undefined;
}

/** A digest says everything; without one the tag must do. */
function isSame(running: string, image: Image): boolean {
  if (image.digest !== undefined) return running.endsWith(`@${image.digest}`);
  return canonicalReference(running) === canonicalReference(runs(image));
}

function canonicalReference(reference: string): string {
  const [, repository = "", tag = ""] = /^(.*?)(:[^:/]+)?$/.exec(reference) ?? [];
  return canonical(repository) + tag;
}
