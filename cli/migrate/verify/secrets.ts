/** Secrets' values on both sides: held against each other in memory, and never told. */
import { createHash } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import type { Clients } from "../../kubernetes";
import type { Problem } from "./verification";

/** Type, and each key's digest. */
export interface SecretDigest {
  namespace: string;
  name: string;
  type: string;
  keys: Record<string, string>;
}

/** Of those namespaces, what each cluster makes for itself left out: tokens of its own, and certificates that are issued anew. */
export async function readSecrets({ core }: Pick<Clients, "core">, namespaces: string[]): Promise<SecretDigest[]> {
  const lists = await Promise.all(namespaces.map((namespace) => core.listNamespacedSecret({ namespace })));
  return lists.flatMap(({ items }) => items.filter((one) => !isClusters(one)).map(digestOf));
}

function isClusters({ type, metadata }: V1Secret): boolean {
  const { annotations = {} } = metadata ?? {};
  return type === "kubernetes.io/service-account-token" || "cert-manager.io/certificate-name" in annotations;
}

function digestOf({ metadata, type = "Opaque", data = {} }: V1Secret): SecretDigest {
  const digest = (value: string) => createHash("sha256").update(value).digest("hex");
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    type,
    keys: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, digest(value)])),
  };
}

/** @param leftOut titles (`Secret shop/token`) of what does not come along. */
export function compareSecrets(source: SecretDigest[], target: SecretDigest[], leftOut: string[]): Problem[] {
  const found = new Map(target.map((one) => [titleOf(one), one]));
  return source.flatMap((secret): Problem[] => {
    const object = titleOf(secret);
    const there = found.get(object);
    // One that is missing is told of among the objects; one that others make of it, by what needs it.
    if (!there || leftOut.includes(object)) return [];
    const keys = Object.keys({ ...secret.keys, ...there.keys }).filter((key) => secret.keys[key] !== there.keys[key]);
    if (secret.type !== there.type) keys.unshift("type");
    if (keys.length === 0) return [];
    return [
      {
        code: "secret-differs",
        object,
        what: `not as on the source: ${keys.sort().join(", ")}`,
        then: "restore it again, or seal it for the target's key; whoever reads it would read something else",
      },
    ];
  });
}

function titleOf({ namespace, name }: SecretDigest): string {
  return `Secret ${namespace}/${name}`;
}
