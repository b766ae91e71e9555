/**
 * `tsx cli/validate/schemas/derive.ts`: writes `kubernetes.json` from the OpenAPI document that each minor version of
 * k8s.io/kubernetes carries, the life of each API from the functions that k8s.io/api generates for it, and the values of
 * enumerations from its `+enum` types (the OpenAPI documents leave them out). Run it for a new version; the result is
 * committed.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnumerations, readLives } from "./golang";
import type { Definition, Field, FieldType, Kind, KubernetesSchemas } from "./model";

/** Hashes as a go.sum has them, by minor version: the first release of each, since patches add no API. */
const sums: Record<number, string> = {
  28: "h1:p8qq/VoNHnBWinLEi5LO2IvCfzFouN7Jhdz8+L++V+U=",
  29: "h1:DOLN7g8+nnAYBi8JHoW0+/MCrZKDPIqAxzLCXDXd0cg=",
  30: "h1:u3Yw8rNlo2NDSGaDpoxoHXLPQnEu1tfqHATKOJe94HY=",
  31: "h1:sYAB12TTWexXKp4RxqJMm/7EC+P0mNOgn4Xdj5eu7HM=",
  32: "h1:4BDBWSolqPrv8GC3YfZw0CJvh5kA1TPnoX0FxDVd+qc=",
  33: "h1:BP5Y5yIzUZVeBuE/ESZvnw6TNxjXbLsCckIkljE+R0U=",
  34: "h1:NvUrwPAVB4W3mSOpJ/RtNGHWWYyUP/xPaX5rUSpzA0w=",
  35: "h1:PUOojD8c8E3csMP5NX+nLLne6SGqZjrYCscptyBfWMY=",
  36: "h1:JKaAkgSzI4+ZvNWrNJg56jAkUaOiqgBaJstmi6ycyoU=",
};

/** The newest version: what it says of an API's life holds for those before it too. */
const api = { version: "v0.36.3", sum: "h1:NxB+05W2UGqXWFXcLO0RB5cnqnUPP5v5sVlaOH0Iz4w=" };

interface Swagger {
  definitions: Record<string, SwaggerSchema>;
  paths: Record<string, Record<string, { "x-kubernetes-group-version-kind"?: GroupVersionKind }>>;
}

interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

interface SwaggerSchema {
  type?: string;
  format?: string;
  $ref?: string;
  items?: SwaggerSchema;
  additionalProperties?: SwaggerSchema;
  properties?: Record<string, SwaggerSchema>;
  required?: string[];
  "x-kubernetes-group-version-kind"?: GroupVersionKind[];
}

/** Definitions that are not what their form says. */
const special: Record<string, FieldType> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intOrString",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "string",
};

function moduleFolder(path: string, version: string, sum: string): string {
  const answer = execFileSync("go", ["mod", "download", "-json", `${path}@${version}`], {
    cwd: tmpdir(),
    encoding: "utf8",
    env: { ...process.env, GO111MODULE: "on", GOFLAGS: "-mod=mod", GOWORK: "off" },
  });
  const { Dir, Sum } = JSON.parse(answer) as { Dir: string; Sum: string };
  if (Sum !== sum) throw new Error(`${path} ${version} is not what it was: its hash is ${Sum}, not ${sum}`);
  return Dir;
}

function short(name: string): string {
  return name.replace(/^io\.k8s\.(api|apimachinery\.pkg\.apis|kube-aggregator\.pkg\.apis)\./, "");
}

function fieldType(schema: SwaggerSchema, definitions: Swagger["definitions"]): FieldType {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/definitions/", "");
    const known = special[name];
    if (known !== undefined) return known;
    return definitions[name]?.properties === undefined ? "any" : `@${short(name)}`;
  }
  if (schema.type === "array") return `[${fieldType(schema.items ?? {}, definitions)}]`;
  if (schema.type === "object") {
    return schema.additionalProperties === undefined
      ? "any"
      : `{${fieldType(schema.additionalProperties, definitions)}}`;
  }
  return schema.type ?? "any";
}

type Versions = Map<number, FieldType>;

/** What all versions say together. */
function derive(): KubernetesSchemas {
  const versions = Object.keys(sums).map(Number);
  const kinds = new Map<string, { definition: string; namespaced: boolean; in: number[] }>();
  const fields = new Map<string, Map<string, Versions>>();
  const required = new Map<string, string[]>();
  for (const version of versions) {
    const folder = moduleFolder("k8s.io/kubernetes", `v1.${version}.0`, sums[version] ?? "");
    const swagger = JSON.parse(readFileSync(join(folder, "api/openapi-spec/swagger.json"), "utf8")) as Swagger;
    const served = servedKinds(swagger);
    for (const [name, schema] of Object.entries(swagger.definitions)) {
      if (schema.properties === undefined || special[name] !== undefined) continue;
      const [gvk] = schema["x-kubernetes-group-version-kind"] ?? [];
      const key = gvk && keyOf(gvk);
      const namespaced = key === undefined ? undefined : served.get(key);
      if (key !== undefined && namespaced !== undefined) {
        const kind = kinds.get(key) ?? { definition: short(name), namespaced, in: [] };
        kinds.set(key, { ...kind, in: [...kind.in, version] });
      }
      const known = fields.get(short(name)) ?? new Map<string, Versions>();
      fields.set(short(name), known);
      for (const [property, value] of Object.entries(schema.properties)) {
        // What a cluster reports is nobody's to write: its fields are not checked.
        const reported = property === "status" && schema["x-kubernetes-group-version-kind"] !== undefined;
        const type = reported ? "any" : fieldType(value, swagger.definitions);
        known.set(property, (known.get(property) ?? new Map<number, FieldType>()).set(version, type));
      }
      required.set(short(name), schema.required ?? []);
    }
  }
  const folder = moduleFolder("k8s.io/api", api.version, api.sum);
  const definitions = reachable(
    [...kinds.values()].map(({ definition }) => definition),
    mergeFields(fields, required, versions, readEnumerations(goFiles(folder, /types\.go$/))),
  );
  return { versions, definitions, ...mergeKinds(kinds, versions, folder) };
}

/** By `apps/v1 Deployment`: whether it is namespaced. Only what can be created counts. */
function servedKinds({ paths }: Swagger): Map<string, boolean> {
  const served = new Map<string, boolean>();
  for (const [path, operations] of Object.entries(paths)) {
    const gvk = operations["post"]?.["x-kubernetes-group-version-kind"];
    // Sub-resources (a binding, an eviction) are no objects of a folder.
    if (gvk && !/\{name\}/.test(path)) served.set(keyOf(gvk), path.includes("{namespace}"));
  }
  return served;
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return `${group === "" ? "" : `${group}/`}${version} ${kind}`;
}

function mergeFields(
  fields: Map<string, Map<string, Versions>>,
  required: Map<string, string[]>,
  versions: number[],
  enumerations: Map<string, string[]>,
): Map<string, Definition> {
  const merged = new Map<string, Definition>();
  for (const [name, properties] of fields) {
    // A definition that is new has new fields, which its kind or its user already tells.
    const present = versions.filter((version) => [...properties.values()].some((types) => types.has(version)));
    const entries = [...properties].map(([property, types]): [string, Field] => {
      const known = [...types.keys()];
      const values = enumerations.get(`${name}.${property}`);
      const type = [...types.values()].at(-1) ?? "any";
      const exact = values === undefined ? type : type.replace("string", `=${values.join("|")}`);
      const from = known[0] === present[0] ? null : (known[0] ?? null);
      const until = known.at(-1) === present.at(-1) ? null : (known.at(-1) ?? null);
      return [property, from === null && until === null ? exact : [exact, from, until]];
    });
    const needed = required.get(name) ?? [];
    merged.set(name, {
      ...(needed.length > 0 ? { required: needed } : {}),
      properties: Object.fromEntries(entries),
    });
  }
  return merged;
}

/** The definitions that the kinds consist of: options of requests and the like are left out. */
function reachable(start: string[], definitions: Map<string, Definition>): Record<string, Definition> {
  const found = new Set<string>();
  const waiting = [...start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const field of Object.values(definitions.get(name)?.properties ?? {})) {
      const used = /@([\w.-]+)/.exec(Array.isArray(field) ? field[0] : field)?.[1];
      if (used !== undefined) waiting.push(used);
    }
  }
  return Object.fromEntries([...found].sort().map((name) => [name, definitions.get(name) ?? { properties: {} }]));
}

function mergeKinds(
  kinds: Map<string, { definition: string; namespaced: boolean; in: number[] }>,
  versions: number[],
  folder: string,
): Pick<KubernetesSchemas, "kinds" | "gone"> {
  const lives = readLives(goFiles(folder, /zz_generated\.prerelease-lifecycle\.go$/));
  const merged: Record<string, Kind> = {};
  for (const [key, { definition, namespaced, in: present }] of [...kinds].sort(([a], [b]) => a.localeCompare(b))) {
    const [from, until] = [present[0], present.at(-1)];
    merged[key] = {
      definition,
      namespaced,
      ...(from !== versions[0] && { from }),
      ...(until !== versions.at(-1) && { until }),
      ...lives.get(key),
    };
  }
  const gone = [...lives].filter(
    ([key, { removed }]) =>
      !kinds.has(key) && !key.endsWith("List") && removed !== undefined && removed <= (versions[0] ?? 0),
  );
  return {
    kinds: merged,
    gone: Object.fromEntries(gone.map(([key, { removed, replacement }]) => [key, { removed, replacement }])),
  };
}

/** By `apps/v1`, the text of a version's files. */
function goFiles(folder: string, pattern: RegExp): Map<string, string> {
  const texts = new Map<string, string>();
  for (const group of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const version of readdirSync(join(folder, group.name), { withFileTypes: true })) {
      if (!version.isDirectory() || !/^v\d/.test(version.name)) continue;
      const files = readdirSync(join(folder, group.name, version.name)).filter((file) => pattern.test(file));
      const text = files.map((file) => readFileSync(join(folder, group.name, version.name, file), "utf8")).join("\n");
      texts.set(`${group.name}/${version.name}`, text);
    }
  }
  return texts;
}

/** One line for each entry, so that a new version shows as a readable difference. */
export function format({ versions, kinds, definitions, gone }: KubernetesSchemas): string {
  const lines = (table: object): string =>
    Object.entries(table)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(",\n");
  const tables = Object.entries({ kinds, definitions, gone }).map(
    ([name, table]) => `  "${name}": {\n${lines(table)}\n  }`,
  );
  return `{\n  "versions": ${JSON.stringify(versions)},\n${tables.join(",\n")}\n}\n`;
}

if (require.main === module) {
  const schemas = derive();
  writeFileSync(join(__dirname, "kubernetes.json"), format(schemas));
  console.log(`${Object.keys(schemas.kinds).length} kinds of Kubernetes 1.${schemas.versions.join(", 1.")}`);
}
