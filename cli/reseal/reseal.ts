/** Gives a repository's sealed secrets new values, sealed for another key: a copy of somebody's repository becomes one's own. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import { isMap, parseAllDocuments, type Document } from "yaml";

/** On a SealedSecret: values that are no secrets, as a JSON object of texts by key, `{"DB_USER":"app"}`. */
export const valuesAnnotation = "platform/values";

/** Characters of a value that is made up. */
const valueLength = 32;

/** What can't be resealed, one line for each: file, name, what is wrong, what to write. Nothing has been changed then. */
export class ResealError extends Error {}

export interface Resealed {
  /** Below the folder. */
  file: string;
  /** `namespace/name` */
  secret: string;
  keys: string[];
}

export interface ResealOptions {
  /** Path of the `kubeseal` program. */
  kubeseal: string;
  /** File with the PEM of the key's certificate. */
  certificate: string;
}

interface SealedSecret {
  metadata?: { name?: string; namespace?: string; annotations?: Record<string, string> };
  spec?: { encryptedData?: Record<string, string> };
}

/** One SealedSecret in its file. */
interface Found {
  file: string;
  document: Document;
  name: string;
  namespace: string;
  /** That tell kubeseal another scope than the name in the namespace. */
  scope: Record<string, string>;
  values: Record<string, string>;
}

/**
 * Seals new values into every SealedSecret in a folder's YAML files: those of the annotation `platform/values` as they are
 * there, all others at random. The rest of the files stays as it is, comments too. No value is written anywhere in plain
 * text, nor handed on in a program's arguments.
 *
 * @returns what was resealed, in the order of the files.
 * @throws ResealError where a SealedSecret does not say what it takes, or kubeseal refuses.
 */
export async function reseal(folder: string, options: ResealOptions): Promise<Resealed[]> {
  const problems: string[] = [];
  const files = yamlFiles(folder).map((path) => {
    const documents = parseAllDocuments(readFileSync(path, "utf8"));
    const file = relative(folder, path);
    // Files that are no YAML are not this command's business.
    const readable = Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0);
    const found = readable ? documents.flatMap((document) => sealedSecret(file, document, problems) ?? []) : [];
    return { path, documents: [...documents] as Document[], found };
  });
  if (problems.length > 0) throw new ResealError(problems.join("\n"));

  const changed = files.filter(({ found }) => found.length > 0);
  await Promise.all(changed.flatMap(({ found }) => found.map((one) => sealInto(one, options))));
  for (const { path, documents } of changed) {
    writeFileSync(`${path}.new`, documents.map((document) => document.toString({ lineWidth: 0 })).join(""));
    renameSync(`${path}.new`, path);
  }
  return changed.flatMap(({ found }) =>
    found.map(({ file, namespace, name, values }) => ({
      file,
      secret: `${namespace}/${name}`,
      keys: Object.keys(values),
    })),
  );
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => one.name.localeCompare(other.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return [".git", "node_modules"].includes(entry.name) ? [] : yamlFiles(path);
      return entry.isFile() && /\.ya?ml$/.test(entry.name) ? [path] : [];
    });
}

function sealedSecret(file: string, document: Document, problems: string[]): Found | undefined {
  if (!isMap(document.contents) || document.get("kind") !== "SealedSecret") return undefined;
  if (!String(document.get("apiVersion")).startsWith("bitnami.com/")) return undefined;
  const { metadata, spec } = document.toJS() as SealedSecret;
  const { name, namespace, annotations = {} } = metadata ?? {};
  const say = (text: string): undefined => {
    problems.push(`${file}: SealedSecret ${name ?? "without a name"}: ${text}`);
    return undefined;
  };
  if (!name || !namespace) return say("metadata.name and metadata.namespace are what it is sealed for; write both");
  const keys = Object.keys(spec?.encryptedData ?? {});
  if (keys.length === 0) return say("spec.encryptedData names no key; write each with any text, such as PASSWORD: new");
  const given = plainValues(annotations[valuesAnnotation]);
  if (!given) return say(`annotation ${valuesAnnotation} is no JSON object of texts, such as '{"DB_USER":"app"}'`);
  const strange = Object.keys(given).filter((key) => !keys.includes(key));
  if (strange.length > 0) {
    return say(
      `annotation ${valuesAnnotation} has ${strange.join(", ")}, which spec.encryptedData has not: add or remove`,
    );
  }
  const scope = Object.entries(annotations).filter(([key]) => /^sealedsecrets\.bitnami\.com\/\w+-wide$/.test(key));
  return {
    file,
    document,
    name,
    namespace,
    scope: Object.fromEntries(scope),
    values: Object.fromEntries(keys.map((key) => [key, given[key] ?? randomValue()])),
  };
}

function plainValues(json = "{}"): Record<string, string> | undefined {
  try {
    const values = JSON.parse(json) as unknown;
    if (typeof values !== "object" || values === null || Array.isArray(values)) return undefined;
    return Object.values(values).every((value) => typeof value === "string")
      ? (values as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Letters, digits, `-` and `_`: fit for connection strings and shells. */
function randomValue(): string {
  return randomBytes(valueLength).toString("base64url").slice(0, valueLength);
}

/** The Secret goes in by standard input, where no list of processes shows it. */
async function sealInto({ file, document, name, namespace, scope, values }: Found, options: ResealOptions) {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, annotations: scope },
    stringData: values,
  };
  const { stdout, stderr, failed } = await execa(
    options.kubeseal,
    ["--cert", options.certificate, "--format", "json"],
    { input: JSON.stringify(secret), reject: false },
  );
  if (failed) throw new ResealError(`${file}: SealedSecret ${name}: kubeseal: ${stderr.trim()}`);
  const { spec } = JSON.parse(stdout) as Required<SealedSecret>;
  for (const [key, value] of Object.entries(spec.encryptedData ?? {})) {
    document.setIn(["spec", "encryptedData", key], value);
  }
}
