/** Waiting for an object to go, and naming what holds it (provider/pkg/await/condition/deleted.go). */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesApi } from "../api";
import { at, conditions, describe, isRecord, type KubernetesObject } from "../objects";

/**
 * @throws where the object is still there after `timeoutSeconds`; the message names the finalizers, and in a
 * namespace the objects that have them.
 */
export async function untilDeleted(
  api: KubernetesApi,
  object: KubernetesObject,
  timeoutSeconds: number,
): Promise<void> {
  const { namespace, name, uid } = object.metadata;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 500)) {
    const found = await api.find(object, namespace, String(name));
    // Another object of the same name is not the one that was deleted.
    if (!found || (uid && found.metadata.uid !== uid)) return;
    if (Date.now() + pause > deadline) {
      throw new Error(
        [`timed out waiting for the condition: ${describe(object)} still exists`, ...(await blockers(api, found))].join(
          "\n",
        ),
      );
    }
    await sleep(pause);
  }
}

export async function blockers(api: KubernetesApi, object: KubernetesObject): Promise<string[]> {
  const finalizers = object.metadata.finalizers ?? [];
  const own = finalizers.length > 0 ? [`finalizers might be preventing deletion (${finalizers.join(", ")})`] : [];
  if (object.kind !== "Namespace") return own;
  const said = conditions(object)
    .filter(({ status, message }) => status === "True" && message)
    .map(({ message }) => String(message));
  return [...own, ...said, ...(await remaining(api, object, said.join("\n")))];
}

/** The objects behind the namespace controller's counts: `applications.argoproj.io has 1 resource instances`. */
async function remaining(api: KubernetesApi, namespace: KubernetesObject, said: string): Promise<string[]> {
  const resources = [...said.matchAll(/([a-z0-9]+)\.([a-z0-9.-]*) has \d+ resource instances/g)];
  const lines: string[] = [];
  for (const [, plural = "", group = ""] of resources) {
    const path = await listPath(api, plural, group, String(namespace.metadata.name));
    if (!path) continue;
    const list = await api.request("GET", path);
    const items = (isRecord(list) && Array.isArray(list.items) ? list.items : []) as KubernetesObject[];
    for (const { metadata } of items) {
      const held = metadata.finalizers?.length ? ` (finalizers: ${metadata.finalizers.join(", ")})` : "";
      lines.push(`${plural}${group ? `.${group}` : ""} ${metadata.namespace}/${metadata.name}${held}`);
    }
  }
  return lines;
}

async function listPath(api: KubernetesApi, plural: string, group: string, namespace: string) {
  if (!group) return `/api/v1/namespaces/${namespace}/${plural}`;
  try {
    const found = await api.request("GET", `/apis/${group}`);
    const version = at(found, "preferredVersion", "groupVersion");
    return typeof version === "string" ? `/apis/${version}/namespaces/${namespace}/${plural}` : undefined;
  } catch {
    return undefined;
  }
}
