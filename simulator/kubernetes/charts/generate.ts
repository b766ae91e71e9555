/**
 * Writes what a rehearsal knows of each chart in use, as data beside this file: version, every key of its values, and
 * the objects that were rendered from it.
 *
 *     npx tsx simulator/kubernetes/charts/generate.ts FOLDER
 *
 * FOLDER has `charts.json` (repositories and versions), `keys/<chart>.json` (key paths of values.yaml, subcharts merged
 * in) and `objects/<chart>.json` (objects by kind and name, rendered with Helm under several values).
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChartData, ChartObject } from "./index";

const inUse = [
  "argo-cd",
  "aws-load-balancer-controller",
  "cert-manager",
  "cluster-autoscaler",
  "external-dns",
  "kube-prometheus-stack",
  "metrics-server",
  "prometheus-operator-crds",
  "sealed-secrets",
  "traefik",
  "velero",
];

interface ListedChart {
  name: string;
  repo: string;
  oci: string | null;
  version: string;
  appVersion: string | null;
  crds: string;
}

interface Rendering {
  version: string;
  source: Record<string, string>;
  renders: {
    case: string;
    release: string;
    namespace: string;
    apiVersions: string[];
    objects: (Omit<ChartObject, "cases"> & { namespace: string | null; resourcePolicy?: string })[];
  }[];
}

function main(folder: string): void {
  const listed = read<ListedChart[]>(join(folder, "charts.json"));
  for (const name of inUse) {
    const chart = listed.find((entry) => entry.name === name);
    if (!chart) throw new Error(`${name} is not in charts.json`);
    writeFileSync(join(__dirname, `${name}.json`), `${JSON.stringify(describe(folder, chart), null, 1)}\n`);
  }
}

function describe(folder: string, chart: ListedChart): ChartData {
  const rendering = read<Rendering>(join(folder, "objects", `${chart.name}.json`));
  if (rendering.version !== chart.version) throw new Error(`${chart.name}: ${rendering.version} was rendered`);
  const merged = join(folder, "keys", `${chart.name}.merged-with-subcharts.json`);
  const keys = read<string[]>(existsSync(merged) ? merged : join(folder, "keys", `${chart.name}.json`));
  // Where a chart was rendered under two release names, the shorter one gives the plainer object names.
  const named = rendering.renders.filter((render) => render.release === "argocd");
  const renders = named.length > 0 ? named : rendering.renders;
  const [first] = renders;
  if (!first) throw new Error(`${chart.name} was not rendered`);
  const objects = new Map<string, ChartObject>();
  for (const render of renders) {
    for (const { namespace, resourcePolicy: _, ...object } of render.objects) {
      const key = `${object.kind}/${namespace}/${object.name}`;
      const known = objects.get(key);
      if (known) known.cases.push(render.case);
      else {
        const place = namespace === render.namespace ? "release" : (namespace ?? undefined);
        objects.set(key, { ...object, namespace: place, cases: [render.case] });
      }
    }
  }
  return {
    chart: chart.name,
    version: chart.version,
    appVersion: chart.appVersion ?? "",
    repository: chart.repo,
    oci: chart.oci ?? undefined,
    source: rendering.source,
    crds: /^none/.test(chart.crds) ? "none" : /crds\/ folder/.test(chart.crds) ? "folder" : "templates",
    release: first.release,
    cases: renders.map((render) => render.case),
    monitoringOptional: chart.name !== "kube-prometheus-stack" && first.apiVersions.length > 0,
    keys,
    objects: [...objects.values()],
  };
}

function read<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, "utf8")) as Content;
}

main(process.argv[2] ?? "../shared/charts");
