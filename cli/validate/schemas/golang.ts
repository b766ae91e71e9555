/** What the OpenAPI documents do not say, read from the Go sources of k8s.io/api. */
import type { Kind } from "./model";

/** Groups whose name is not that of their folder. */
const groups: Record<string, string> = {
  core: "",
  admissionregistration: "admissionregistration.k8s.io",
  apiserverinternal: "internal.apiserver.k8s.io",
  authentication: "authentication.k8s.io",
  authorization: "authorization.k8s.io",
  certificates: "certificates.k8s.io",
  coordination: "coordination.k8s.io",
  discovery: "discovery.k8s.io",
  events: "events.k8s.io",
  flowcontrol: "flowcontrol.apiserver.k8s.io",
  networking: "networking.k8s.io",
  node: "node.k8s.io",
  rbac: "rbac.authorization.k8s.io",
  resource: "resource.k8s.io",
  scheduling: "scheduling.k8s.io",
  storage: "storage.k8s.io",
  storagemigration: "storagemigration.k8s.io",
};

type Life = Pick<Kind, "deprecated" | "removed" | "replacement">;

/** When each API is deprecated and removed, by `policy/v1beta1 PodDisruptionBudget`. */
export function readLives(texts: Map<string, string>): Map<string, Life> {
  const lives = new Map<string, Life>();
  const method = /func \(in \*(\w+)\) APILifecycle(Deprecated|Removed|Replacement)\(\)[^{]*\{\s*return ([^\n]*)/g;
  for (const [folder, text] of texts) {
    for (const [, kind = "", what, value = ""] of text.matchAll(method)) {
      const [name = "", version = ""] = folder.split("/");
      const group = groups[name] ?? name;
      const key = `${group === "" ? "" : `${group}/`}${version} ${kind}`;
      lives.set(key, { ...lives.get(key), ...lifeOf(what, value) });
    }
  }
  return lives;
}

function lifeOf(what: string | undefined, value: string): Life {
  if (what === "Replacement") {
    const [, group, version, kind] = /Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"/.exec(value) ?? [];
    return { replacement: `${group ? `${group}/` : ""}${version} ${kind}` };
  }
  const minor = Number(value.split(",")[1]);
  return what === "Deprecated" ? { deprecated: minor } : { removed: minor };
}

/** Allowed values of string fields, by `core.v1.Container.imagePullPolicy`. */
export function readEnumerations(texts: Map<string, string>): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const [folder, text] of texts) {
    const values = enumerationsOf(text);
    for (const [, struct = "", body = ""] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      for (const [, type = "", property = ""] of body.matchAll(/^\s+\w+\s+(?:\[\]|\*)*(\w+)\s+`json:"(\w+)/gm)) {
        const allowed = values.get(type);
        if (allowed) fields.set(`${folder.replace("/", ".")}.${struct}.${property}`, allowed);
      }
    }
  }
  return fields;
}

/** The types whose comment says `+enum`: the API server refuses any other value. */
function enumerationsOf(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, type = ""] of text.matchAll(/^\/\/ \+enum\n(?:\/\/[^\n]*\n)*type (\w+) string/gm)) {
    const values = [...text.matchAll(new RegExp(`^\\s*(?:const )?\\w+\\s+${type}\\s*=\\s*"([^"]*)"`, "gm"))].map(
      ([, value = ""]) => value,
    );
    if (values.length > 0) found.set(type, [...new Set(values)]);
  }
  return found;
}
