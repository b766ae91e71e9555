/**
 * Writes `argo-cd.json` (what the chart argo-cd gives Argo CD's pods) and the renderings that a test holds `render.ts`
 * against. To be run again for a new version of the chart:
 *
 *     npx tsx simulator/argocd/chart/derive.ts <argo-helm checkout> <its commit> <folder of the Go module argo-cd> <helm>
 *
 * Sources: https://github.com/argoproj/argo-helm (charts/argo-cd), and manifests/base of github.com/argoproj/argo-cd for
 * what the rehearsed version reads.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";

interface EnvironmentVariable {
  name: string;
  value?: string;
  valueFrom?: { configMapKeyRef?: { name: string; key: string } };
}

interface KubernetesObject {
  kind: string;
  metadata: { name: string };
  spec?: { template?: { spec: { containers: { args?: string[]; env?: EnvironmentVariable[] }[] } } };
}

/** Values that the renderings in the test are made from. */
const cases: Record<string, unknown> = {
  default: {},
  changed: {
    global: { domain: "argocd.dev.example.com", logging: { level: "debug" }, additionalLabels: { team: "infra" } },
    configs: {
      cm: {
        "timeout.reconciliation": "180s",
        "resource.exclusions": null,
        "statusbadge.enabled": true,
        "resource.customizations.health.argoproj.io_Application": "hs = {}\nreturn hs\n",
        annotations: { "example.com/owner": "infra" },
      },
      params: { "controller.status.processors": 50, "server.insecure": true, "server.repo.server.strict.tls": true },
      rbac: { "policy.default": "role:readonly", "policy.csv": "g, admins, role:admin\n" },
      ssh: { extraHosts: "git.example.com ssh-ed25519 AAAA\n" },
      tls: { certificates: { "git.example.com": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" } },
      secret: { createSecret: false },
    },
    applicationSet: { replicas: 2 },
    dex: { enabled: false },
    notifications: {
      argocdUrl: "https://argocd.dev.example.com",
      context: { environment: "dev" },
      notifiers: { "service.slack": "token: $slack-token\n" },
      subscriptions: [{ recipients: ["slack:alerts"], triggers: ["on-sync-failed"] }],
      templates: { "template.sync-failed": "message: failed\n" },
      triggers: { "trigger.on-sync-failed": "- send: [sync-failed]\n" },
      secret: { create: false },
    },
  },
  highlyAvailable: { "redis-ha": { enabled: true }, notifications: { enabled: false } },
};

const [checkout = "", commit = "", module = "", helm = "helm"] = process.argv.slice(2);
const here = __dirname;
const chart = mkdtempSync(join(tmpdir(), "argo-cd-chart-"));
try {
  cpSync(join(checkout, "charts", "argo-cd"), chart, { recursive: true });
  const metadata = parse(readFileSync(join(chart, "Chart.yaml"), "utf8")) as {
    version: string;
    appVersion: string;
    dependencies: { name: string; version: string }[];
  };
  // Sub-charts render nothing that is looked at here: empty ones stand in for them.
  for (const { name, version } of metadata.dependencies) {
    mkdirSync(join(chart, "charts", name), { recursive: true });
    writeFileSync(join(chart, "charts", name, "Chart.yaml"), stringify({ apiVersion: "v2", name, version }));
    mkdirSync(join(chart, "charts", name, "templates"));
    // The one name that argo-cd's own templates take from its sub-chart.
    const fullname = `{{- define "${name}.fullname" -}}{{ .Release.Name }}-${name}{{- end -}}`;
    writeFileSync(join(chart, "charts", name, "templates", "_helpers.tpl"), fullname);
  }
  const values = parse(readFileSync(join(chart, "values.yaml"), "utf8")) as {
    configs: { cm: object; rbac: object; ssh: { knownHosts: string } };
  };
  const facts = {
    source: {
      chart: "https://github.com/argoproj/argo-helm charts/argo-cd",
      commit,
      rehearsed: `github.com/argoproj/argo-cd/${basename(module)}`,
    },
    version: metadata.version,
    appVersion: metadata.appVersion,
    defaults: {
      cm: without(values.configs.cm, ["create", "annotations"]),
      rbac: without(values.configs.rbac, ["create", "annotations"]),
      knownHosts: values.configs.ssh.knownHosts,
    },
    environment: environmentOf(render({})),
    rehearsedSettings: settingsOf(join(module, "manifests", "base")),
  };
  writeFileSync(join(here, "argo-cd.json"), `${JSON.stringify(facts, null, 2)}\n`);

  const renderings = Object.fromEntries(
    Object.entries(cases).map(([name, given]) => [
      name,
      { values: given, objects: render(given).filter(isConfiguration) },
    ]),
  );
  const fixture = join(here, "..", "..", "..", "test", "unit", "argocd", "rendered.json");
  writeFileSync(fixture, `${JSON.stringify(renderings, null, 2)}\n`);
} finally {
  rmSync(chart, { recursive: true });
}

function render(given: unknown): KubernetesObject[] {
  const file = join(chart, "given.yaml");
  writeFileSync(file, stringify(given));
  const text = execFileSync(
    helm,
    ["template", "argocd", chart, "--namespace=argocd", "--values", file, "--kube-version=1.34.0"],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
}

/** The objects that Argo CD reads its settings from. */
function isConfiguration({ kind, metadata }: KubernetesObject): boolean {
  return (kind === "ConfigMap" && !metadata.name.includes("redis")) || kind === "Secret";
}

/** Of each program: environment variable → the ConfigMap and the key that it is filled from. */
function environmentOf(
  objects: KubernetesObject[],
): Record<string, Record<string, { configMap: string; key: string }>> {
  const result: Record<string, Record<string, { configMap: string; key: string }>> = {};
  for (const container of objects.flatMap(({ spec }) => spec?.template?.spec.containers ?? [])) {
    const program = basename(container.args?.[0] ?? "");
    if (!program.startsWith("argocd-")) continue;
    result[program] = Object.fromEntries(
      (container.env ?? []).flatMap(({ name, valueFrom }) => {
        const reference = valueFrom?.configMapKeyRef;
        return reference ? [[name, { configMap: reference.name, key: reference.key }]] : [];
      }),
    );
  }
  return result;
}

/** Keys of argocd-cmd-params-cm that the rehearsed version's own manifests hand to a program. */
function settingsOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  const keys = files
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .flatMap((document) => (document.toJS() as KubernetesObject | null)?.spec?.template?.spec.containers ?? [])
    .flatMap(({ env }) => env ?? [])
    .flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef ?? [])
    .filter(({ name }) => name === "argocd-cmd-params-cm")
    .map(({ key }) => key);
  return [...new Set(keys)].sort();
}

function without(object: object, keys: string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
