/**
 * A restore drill: the newest backup of a namespace comes back beside the one that serves, where nothing reaches it and it
 * reaches nothing, is compared with what was backed up, and goes again.
 */
import { present, type Clients } from "../kubernetes";
import type { Say } from "../rehearse/up";
import { completedBackups } from "./backup";
import { list, until, VeleroError } from "./client";
import type { Backup } from "./objects";
import { bytesOf } from "./outcome";
import { restore } from "./restore";

export interface Drill {
  backup: string;
  namespace: string;
  /** Seconds between the backup's beginning and now: what would be lost. */
  recoveryPointSeconds: number;
  /** Seconds that the restore took. */
  recoveryTimeSeconds: number;
  volumes: number;
  bytes: number;
}

/** What holds data, and what its pods need to start: no door to the outside is opened, nothing is scaled or scheduled. */
const includedResources = [
  "configmaps",
  "persistentvolumeclaims",
  "persistentvolumes",
  "pods",
  "secrets",
  "serviceaccounts",
];

/**
 * @param namespace of which the newest whole backup is restored.
 * @throws VeleroError where there is none, or it does not come back as it was.
 */
export async function drill(
  clients: Clients,
  { namespace, timeoutSeconds }: { namespace: string; timeoutSeconds: number },
  say: Say,
): Promise<Drill> {
  const begin = Date.now();
  const backup = await newestOf(clients, namespace);
  const scratch = `restore-drill-${namespace}`.slice(0, 63).replace(/-+$/, "");
  await clear(clients, scratch, timeoutSeconds);
  await isolate(clients, scratch);
  try {
    const name = `${scratch}-${begin}`;
    const outcome = await restore(
      clients,
      {
        name,
        backup: backup.metadata.name,
        namespaces: [namespace],
        into: { [namespace]: scratch },
        includedResources,
        timeoutSeconds,
      },
      say,
    );
    await compare(clients, backup.metadata.name, namespace, outcome.volumes.length);
    return {
      backup: backup.metadata.name,
      namespace,
      recoveryPointSeconds: Math.round((begin - Date.parse(backup.status?.startTimestamp ?? "")) / 1000),
      recoveryTimeSeconds: Math.round((Date.now() - begin) / 1000),
      volumes: outcome.volumes.length,
      bytes: bytesOf(outcome),
    };
  } finally {
    await clear(clients, scratch, timeoutSeconds);
  }
}

async function newestOf(clients: Clients, namespace: string): Promise<Backup> {
  for (const backup of await completedBackups(clients)) {
    const { includedNamespaces = ["*"], excludedNamespaces = [] } = backup.spec;
    const has = includedNamespaces.includes("*") || includedNamespaces.includes(namespace);
    if (has && !excludedNamespaces.includes(namespace)) return backup;
  }
  throw new VeleroError(`No whole backup has the namespace ${namespace}: nothing could be restored today.`);
}

/** Every volume that was backed up has come back. */
async function compare(clients: Clients, backup: string, namespace: string, restored: number): Promise<void> {
  const backedUp = await list(clients, "podvolumebackups", `velero.io/backup-name=${backup}`);
  const wanted = backedUp.filter(({ spec, status }) => spec.pod.namespace === namespace && status?.snapshotID);
  if (restored === wanted.length) return;
  throw new VeleroError(`${backup} has ${wanted.length} volumes of ${namespace}, and ${restored} of them came back.`);
}

/** Nothing gets in or out, before there is anything inside. */
async function isolate({ core, networking }: Clients, name: string): Promise<void> {
  await core.createNamespace({ body: { metadata: { name, labels: { "platform/restore-drill": "true" } } } });
  await networking.createNamespacedNetworkPolicy({
    namespace: name,
    body: { metadata: { name: "isolated" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
  });
}

/** Deletes the scratch namespace, this run's or one that was cut off. */
async function clear({ core }: Clients, name: string, timeoutSeconds: number): Promise<void> {
  const found = await present(core.readNamespace({ name }));
  if (!found) return;
  if (found.metadata?.labels?.["platform/restore-drill"] !== "true") {
    throw new VeleroError(
      `There is a namespace ${name} that no restore drill has made: rename it, or drill another one.`,
    );
  }
  await core.deleteNamespace({ name });
  const gone = await until(timeoutSeconds, async () =>
    (await present(core.readNamespace({ name }))) === undefined ? true : undefined,
  );
  if (!gone) throw new VeleroError(`The namespace ${name} is not gone after ${timeoutSeconds} s: see what blocks it.`);
}
