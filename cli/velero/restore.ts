/** Restoring a backup, into the cluster that it is of or into another one. */
import { isConflict, type Clients } from "../kubernetes";
import { imagesData } from "../migrate/plan/maps";
import type { Say } from "../rehearse/up";
import { ask, list, read, until, VeleroError } from "./client";
import { finish } from "./finish";
import { veleroNamespace } from "./objects";
import type { Outcome } from "./outcome";

export interface RestoreRequest {
  /** A DNS label; the same name again waits for the restore that is there. */
  name: string;
  backup: string;
  /** Unset: all that the backup has. */
  namespaces?: string[];
  excludedNamespaces?: string[];
  /** Unset: all kinds but those that every cluster has its own of. */
  includedResources?: string[];
  /** Old name and new one. */
  into?: Record<string, string>;
  /** Storage classes of the backup, and what takes their place here. */
  storageClasses?: Record<string, string>;
  /** Kinds of which nothing is brought back, as `services` or `targetgroupbindings.elbv2.k8s.aws`. */
  excludedKinds?: string[];
  /** Beginnings of images, and what takes their place: `1.dkr.ecr.eu-west-1.amazonaws.com/` → `ghcr.io/acme/`. */
  images?: Record<string, string>;
  /** Rules in Velero's own form, as YAML: https://velero.io/docs/v1.18/restore-resource-modifiers/ */
  modifiers?: string;
  timeoutSeconds: number;
}

/** Every cluster has its own of these; Argo CD's come from Git, once the data is there. */
export const excludedResources = [
  "applications.argoproj.io",
  "applicationsets.argoproj.io",
  "nodes",
  "events",
  "events.events.k8s.io",
  "csinodes.storage.k8s.io",
  "volumeattachments.storage.k8s.io",
  "backups.velero.io",
  "restores.velero.io",
  "backuprepositories.velero.io",
  "podvolumebackups.velero.io",
  "podvolumerestores.velero.io",
  "leases.coordination.k8s.io",
  "endpoints",
  "endpointslices.discovery.k8s.io",
];

/**
 * Restores and waits for the end. What is there already is left as it is.
 * @throws VeleroError where it is not whole.
 */
export async function restore(clients: Clients, request: RestoreRequest, say: Say): Promise<Outcome> {
  const {
    name,
    backup,
    namespaces,
    excludedNamespaces,
    includedResources,
    into,
    storageClasses = {},
    modifiers,
  } = request;
  await awaitBackup(clients, backup);
  await configure(clients, "change-storage-class", storageClasses, ofPlugin("velero.io/change-storage-class"));
  const images = imagesData(request.images ?? {});
  await configure(clients, "change-image-name", images, ofPlugin("velero.io/change-image-name"));
  if (modifiers !== undefined) await configure(clients, `${name}-modifiers`, { "modifiers.yaml": modifiers }, {});
  await ask(clients, "restores", {
    metadata: { name },
    spec: {
      backupName: backup,
      ...(namespaces ? { includedNamespaces: namespaces } : {}),
      ...(excludedNamespaces ? { excludedNamespaces } : {}),
      ...(includedResources ? { includedResources } : {}),
      ...(into ? { namespaceMapping: into } : {}),
      ...(modifiers === undefined ? {} : { resourceModifier: { kind: "ConfigMap", name: `${name}-modifiers` } }),
      excludedResources: [...excludedResources, ...(request.excludedKinds ?? [])],
      restorePVs: true,
      existingResourcePolicy: "none",
    },
  });
  return finish(clients, "restores", request, say);
}

/** Velero looks every minute for what its bucket has. */
async function awaitBackup(clients: Clients, name: string): Promise<void> {
  const found = await until(180, () => read(clients, "backups", name));
  if (found) return;
  const known = (await list(clients, "backups")).map(({ metadata }) => metadata.name);
  throw new VeleroError(
    `There is no backup ${name} in this cluster's locations; there are: ${known.join(", ") || "none"}`,
  );
}

/** By which a plugin of Velero's own finds its settings: https://velero.io/docs/v1.18/restore-reference/ */
function ofPlugin(plugin: string): Record<string, string> {
  return { "velero.io/plugin-config": "", [plugin]: "RestoreItemAction" };
}

async function configure(
  { core }: Clients,
  name: string,
  data: Record<string, string>,
  labels: Record<string, string>,
): Promise<void> {
  const body = { metadata: { name, namespace: veleroNamespace, labels }, data };
  try {
    await core.createNamespacedConfigMap({ namespace: veleroNamespace, body });
  } catch (error) {
    if (!isConflict(error)) throw error;
    await core.replaceNamespacedConfigMap({ name, namespace: veleroNamespace, body });
  }
}
