/**
 * The CustomResourceDefinitions that the platform's charts install, from the projects' own Go modules: the module proxy
 * answers where chart repositories may not.
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, parse as parsePath } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { requireGo } from "./build";
import { cacheDirectory } from "./cache";
import { withLock } from "./lock";

export interface CrdSource {
  module: string;
  /** The chart's appVersion where the module proxy has it, else the nearest one. */
  version: string;
  /** Hash of the module's content, as a go.sum has it. */
  sum: string;
  /** Files in the module, or folders whose `.yaml` files all are definitions. */
  paths: string[];
}

/** By chart. The versions deployed are in `components/charts.ts`; only the two marked ones differ from them. */
export const crdSources: Record<string, CrdSource> = {
  // Deployed is 3.4.4, which cannot be built as a module: the definitions are those of the Argo CD that runs here.
  "argo-cd": {
    module: "github.com/argoproj/argo-cd/v3",
    version: "v3.2.6",
    sum: "h1:nDCjBnHyxUf6JFuCKjuuXHS23LFj6/TjuO/APrS1ku4=",
    paths: ["application", "applicationset", "appproject"].map((kind) => `manifests/crds/${kind}-crd.yaml`),
  },
  // Deployed is 3.5.0; this commit of April 2026 is 3.2.2, the newest that the module proxy has.
  "aws-load-balancer-controller": {
    module: "sigs.k8s.io/aws-load-balancer-controller",
    version: "v0.0.0-20260423195125-93ff3b5fdaad",
    sum: "h1:um5R2nbXcfFJoHX8WZJZU+1uwuofXwR0V9FCF4sdK7g=",
    paths: ["crds", "gateway-crds"].map((name) => `helm/aws-load-balancer-controller/crds/${name}.yaml`),
  },
  "cert-manager": {
    module: "github.com/cert-manager/cert-manager",
    version: "v1.21.1",
    sum: "h1:0LttV37Q5c2CBNoHkjuI8sLKTXWZDC2SwQkxrBMKV9w=",
    paths: ["deploy/crds"],
  },
  "external-dns": {
    module: "sigs.k8s.io/external-dns",
    version: "v0.21.0",
    sum: "h1:YAC7ERW32eZAjSdhu44taaZGII6nwz2/wteT+BtpFzM=",
    paths: ["charts/external-dns/crds"],
  },
  "prometheus-operator-crds": {
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.93.1",
    sum: "h1:4Juk8v93RdG1DSGD/mGp+SeQKPmnlLIj2iq3blLZgFY=",
    paths: ["example/prometheus-operator-crd"],
  },
  "sealed-secrets": {
    module: "github.com/bitnami-labs/sealed-secrets",
    version: "v0.36.6",
    sum: "h1:oXj+YUIp/eS8NI81BYLcF8yPwxBf8d+gRpTHJ/Qg/R8=",
    paths: ["helm/sealed-secrets/crds"],
  },
  // The chart's definitions of Traefik Hub, a product of its own, are not in the module.
  traefik: {
    module: "github.com/traefik/traefik/v3",
    version: "v3.7.11",
    sum: "h1:AdGIts8MRFqWMjXhZFisrbLseB7vjikUL1q9H9DSvrM=",
    paths: ["docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml"],
  },
  velero: {
    module: "github.com/vmware-tanzu/velero",
    version: "v1.18.1",
    sum: "h1:eV+urQYesy7tJLVkGM5fs9s/nfOWKtoFezcY1r8IjJM=",
    paths: ["config/crd/v1/bases", "config/crd/v2alpha1/bases"],
  },
};

/**
 * Paths of the JSON files with each chart's definitions, downloaded once for this user. As JSON, since megabytes of YAML
 * take seconds to parse, in every rehearsal again.
 *
 * @throws Error where Go is missing, the module proxy does not answer, or a module's content is not what it was.
 */
export async function ensureCrds(
  say: (line: string) => void,
  charts: string[] = Object.keys(crdSources),
): Promise<Record<string, string[]>> {
  const missing = charts.filter((chart) => !existsSync(directoryOf(chart)));
  if (missing.length > 0) {
    await requireGo(["argocd"]);
    say(`downloading the resource definitions of ${missing.join(", ")}`);
    await withLock(join(cacheDirectory(), "crds.lock"), () => Promise.all(missing.map(download)));
  }
  return Object.fromEntries(charts.map((chart) => [chart, filesIn(directoryOf(chart), /\.json$/)]));
}

function directoryOf(chart: string): string {
  return join(cacheDirectory(), "definitions", `${chart}-${source(chart).version}`);
}

function source(chart: string): CrdSource {
  const found = crdSources[chart];
  if (!found)
    throw new Error(`no source is known for the definitions of ${chart}; known: ${Object.keys(crdSources).join(", ")}`);
  return found;
}

/** The whole folder appears at once: a download that is killed leaves nothing that could be taken for one. */
async function download(chart: string): Promise<void> {
  const directory = directoryOf(chart);
  if (existsSync(directory)) return;
  const { paths } = source(chart);
  const module = await downloadModule(source(chart));
  mkdirSync(join(cacheDirectory(), "definitions"), { recursive: true });
  const partial = mkdtempSync(join(cacheDirectory(), "definitions", ".partial-"));
  try {
    for (const path of paths) {
      const from = join(module, path);
      const files = statSync(from).isDirectory() ? filesIn(from, /\.ya?ml$/) : [from];
      for (const file of files) writeFileSync(join(partial, `${parsePath(file).name}.json`), asJson(file));
    }
    renameSync(partial, directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** @returns the documents of a YAML file as one JSON array. */
function asJson(file: string): string {
  const documents = parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS() as unknown);
  return JSON.stringify(documents.filter((document) => document !== null));
}

/** @returns the module's folder in Go's module cache. */
async function downloadModule({ module, version, sum }: CrdSource): Promise<string> {
  const go = promisify(execFile)("go", ["mod", "download", "-json", `${module}@${version}`], {
    // Outside of any module: this one is nobody's dependency.
    cwd: cacheDirectory(),
    env: { ...process.env, GO111MODULE: "on", GOFLAGS: "-mod=mod", GOWORK: "off" },
  });
  // Go tells its errors in the JSON on standard output, and fails then too.
  const { stdout } = await go.catch((error: { stdout: string; message: string }) => error);
  const answer = parse(stdout);
  if (answer?.Dir === undefined) {
    throw new Error(`${module} ${version} cannot be downloaded: ${answer?.Error ?? stdout}`);
  }
  if (answer.Sum !== sum)
    throw new Error(`${module} ${version} is not what it was: its hash is ${answer.Sum}, not ${sum}`);
  return answer.Dir;
}

function parse(text: string): { Dir?: string; Sum?: string; Error?: string } | undefined {
  try {
    return JSON.parse(text) as { Dir?: string; Sum?: string; Error?: string };
  } catch {
    return undefined;
  }
}

function filesIn(directory: string, pattern: RegExp): string[] {
  return readdirSync(directory)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(directory, name));
}
