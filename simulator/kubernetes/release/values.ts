/** What a release's values may hold: keys that the chart has, and no secrets. */
import { distance } from "fastest-levenshtein";
import { unknown } from "../../provider";
import type { ChartData } from "../charts";
import commented from "../charts/commented.json";
import { isRecord } from "../objects";

export interface Failure {
  property: string;
  reason: string;
}

/**
 * Maps whose entries the charts hand through to Kubernetes as they are: the entries in values.yaml are defaults, not
 * a list of what is allowed.
 */
const passedThrough = new Set([
  "affinity",
  "annotations",
  "containerSecurityContext",
  "deploymentStrategy",
  "extraArgs",
  "labels",
  "matchLabels",
  "nodeSelector",
  "podAnnotations",
  "podLabels",
  "podSecurityContext",
  "resources",
  "securityContext",
  "strategy",
  "updateStrategy",
]);

/** Maps that a chart writes into a configuration file or object, entry by entry. */
const freeForm: Record<string, string[]> = {
  // charts/argo-cd/templates/argocd-configs/*.yaml range over all of them.
  "argo-cd": [
    "configs.cm",
    "configs.params",
    "configs.rbac",
    "configs.styles",
    "redis-ha.haproxy.metrics.serviceMonitor",
  ],
  // Alertmanager's own configuration, and Grafana's ini file.
  "kube-prometheus-stack": ['grafana["grafana.ini"]', "alertmanager.config"],
  // Laid over the Service's own specification.
  traefik: ["service.spec"],
};

/** Maps whose entries, whatever their names, all have the keys that one of them shows. */
const uniform: Record<string, string[]> = {
  // traefik/values.schema.json of the chart: `ports` has one schema for all of its properties.
  traefik: ["ports"],
};

/** Keys that templates read and values.yaml has in comments only, with where they are written down. */
const alsoRead: Record<string, { source: string; keys: string[] }> = commented;

interface Node {
  children: Map<string, Node>;
}

/** Stands for every key that a map may have. */
const anyName = "*";

const trees = new Map<string, Node>();

/** Every key of `values` that the chart does not have, with the nearest that it has. */
export function checkValues(chart: ChartData, values: unknown): Failure[] {
  const free = new Set(freeForm[chart.chart] ?? []);
  const failures: Failure[] = [];
  const walk = (value: unknown, node: Node, path: string, name: string) => {
    if (node.children.size === 0 || free.has(path) || passedThrough.has(name)) return;
    if (value === null || value === undefined || value === unknown) return;
    if (Array.isArray(value)) {
      const items = node.children.get("[]");
      // Entries of a list in values.yaml are examples, except where Velero documents its own fields.
      if (!items || chart.chart !== "velero") return;
      value.forEach((item, index) => walk(item, items, `${path}[${index}]`, "[]"));
      return;
    }
    if (!isRecord(value)) {
      if (!node.children.has("[]")) failures.push({ property: `values.${path}`, reason: "the chart has a map here" });
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      const child = node.children.get(key) ?? node.children.get(anyName);
      const childPath = joined(path, key);
      if (child) walk(item, child, childPath, key);
      else if (!free.has(childPath))
        failures.push({ property: `values.${childPath}`, reason: noSuchKey(chart, node, key) });
    }
  };
  walk(values, treeOf(chart), "", "");
  return failures;
}

function noSuchKey(chart: ChartData, node: Node, key: string): string {
  const known = [...node.children.keys()].filter((name) => name !== anyName);
  const nearest = known.reduce<string | undefined>(
    (best, name) => (best === undefined || distance(key, name) < distance(key, best) ? name : best),
    undefined,
  );
  const hint = nearest && distance(key, nearest) <= 3 ? `; did you mean "${nearest}"?` : "";
  return `chart ${chart.chart} ${chart.version} has no such value${hint}`;
}

function treeOf(chart: ChartData): Node {
  const known = trees.get(chart.chart);
  if (known) return known;
  const root: Node = { children: new Map() };
  for (const key of [...chart.keys, ...(alsoRead[chart.chart]?.keys ?? [])]) {
    let node = root;
    for (const step of steps(key)) {
      const next: Node = node.children.get(step) ?? { children: new Map() };
      node.children.set(step, next);
      node = next;
    }
  }
  for (const path of uniform[chart.chart] ?? []) makeUniform(steps(path).reduce(childOf, root));
  trees.set(chart.chart, root);
  return root;
}

function childOf(node: Node, step: string): Node {
  return node.children.get(step) ?? { children: new Map() };
}

function makeUniform(map: Node): void {
  const shared = [...map.children.values()].reduce(merged, { children: new Map() });
  for (const key of [...map.children.keys(), anyName]) map.children.set(key, shared);
}

function merged(left: Node, right: Node): Node {
  const children = new Map(left.children);
  for (const [key, child] of right.children) {
    const present = children.get(key);
    children.set(key, present ? merged(present, child) : child);
  }
  return { children };
}

/** `configs.cm["exec.enabled"]` and `list[].field`, step by step. */
export function steps(key: string): string[] {
  return [...key.matchAll(/\["([^"]+)"\]|(\[\])|([^.[\]]+)/g)].map(
    ([, quoted, list, plain]) => quoted ?? list ?? plain ?? "",
  );
}

function joined(path: string, key: string): string {
  if (/[.[\]]/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}

const secretKey =
  /(password|passwd|passphrase|token|secretkey|secretaccesskey|clientsecret|apikey|privatekey|sshprivatekey|bearertoken|webhooksecret|githubsecret|gitlabsecret|gogssecret|bitbucketserversecret)$/i;
const secretText: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\bAKIA[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\bxox[abprs]-[0-9A-Za-z-]{10,}/, "a Slack token"],
  [/https:\/\/hooks\.slack\.com\/services\/\S+/, "a Slack webhook"],
  [/\bgh[pousr]_[0-9A-Za-z]{30,}/, "a GitHub token"],
  [/\beyJ[0-9A-Za-z_-]+\.eyJ[0-9A-Za-z_-]+\./, "a signed token"],
  [/:\/\/[^\s/:@]+:[^\s/@]+@/, "a password within an address"],
];

/** Values are plain in the cluster and in Helm's history: a secret there is refused. Its text is never repeated. */
export function checkSecrets(values: unknown): Failure[] {
  const failures: Failure[] = [];
  const walk = (value: unknown, path: string, name: string) => {
    if (Array.isArray(value)) value.forEach((item, index) => walk(item, `${path}[${index}]`, name));
    else if (isRecord(value)) Object.entries(value).forEach(([key, item]) => walk(item, joined(path, key), key));
    else if (typeof value === "string" && value !== unknown) {
      const kind = secretKind(name.replaceAll(/[._-]/g, ""), value);
      if (kind) failures.push({ property: `values.${path}`, reason: `${kind} must not be in Helm values: ${instead}` });
    }
  };
  walk(values, "", "");
  return failures;
}

const instead = "put it into a Secret and name that one (existingSecret, or a $-reference)";

function secretKind(name: string, value: string): string | undefined {
  const found = secretText.find(([pattern]) => pattern.test(value));
  if (found) return found[1];
  // `$dex.clientSecret` and `$secret:key` are Argo CD's references, `${VARIABLE}` is everybody's.
  const isHarmless = ["", "true", "false"].includes(value) || value.startsWith("$");
  return secretKey.test(name) && !isHarmless ? "a secret" : undefined;
}

/** `valueAt(values, "server.replicas")`; undefined where it is not set. */
export function valueAt(values: unknown, path: string): unknown {
  return steps(path).reduce<unknown>((part, step) => (isRecord(part) ? part[step] : undefined), values);
}
