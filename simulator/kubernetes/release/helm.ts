/**
 * The real Helm, on a chart made of skeletons: installs, upgrades, waits, rolls back and keeps its history as it does
 * for everybody. pulumi-kubernetes 4.34 uses Helm 3 as a library, with the same settings.
 */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import { parse } from "yaml";
import { endsWithUs } from "../../processes";
import type { ChartData } from "../charts";
import { isRecord, type KubernetesObject } from "../objects";

export interface ChartContents {
  chart: ChartData;
  /** Rendered as templates. */
  objects: KubernetesObject[];
  /** Installed once, never upgraded or removed. */
  crds: KubernetesObject[];
}

/** A release as Helm's history has it. */
export interface HelmRelease {
  name: string;
  namespace: string;
  revision: number;
  /** `deployed`, `failed`, `pending-install`, … */
  status: string;
  values: Record<string, unknown>;
  objects: KubernetesObject[];
}

/** Helm's own message, without the part that only its command line has. */
export class HelmError extends Error {}

export class Helm {
  constructor(
    private readonly program: string,
    private readonly kubeConfig: KubeConfig,
    /** Kills whatever runs when it aborts. */
    private readonly ended?: AbortSignal,
  ) {}

  async install(name: string, namespace: string, contents: ChartContents, values: unknown, flags: string[]) {
    await this.withChart(contents, values, (chart, file) =>
      this.run(["install", name, chart, "--namespace", namespace, "--values", file, ...flags]),
    );
  }

  async upgrade(name: string, namespace: string, contents: ChartContents, values: unknown, flags: string[]) {
    await this.withChart(contents, values, (chart, file) =>
      this.run(["upgrade", name, chart, "--namespace", namespace, "--values", file, ...flags]),
    );
  }

  async uninstall(name: string, namespace: string, flags: string[]): Promise<void> {
    await this.run(["uninstall", name, "--namespace", namespace, ...flags]);
  }

  /** Undefined where there is no such release. */
  async status(name: string, namespace: string): Promise<HelmRelease | undefined> {
    let text: string;
    try {
      text = await this.run(["status", name, "--namespace", namespace, "--output", "json"]);
    } catch (error) {
      if (error instanceof HelmError && /release: not found/.test(error.message)) return undefined;
      throw error;
    }
    const found = JSON.parse(text) as {
      version: number;
      info: { status: string };
      config?: Record<string, unknown>;
      manifest: string;
    };
    return {
      name,
      namespace,
      revision: found.version,
      status: found.info.status,
      values: found.config ?? {},
      objects: manifestObjects(found.manifest),
    };
  }

  private async withChart<Result>(
    contents: ChartContents,
    values: unknown,
    use: (chart: string, valuesFile: string) => Promise<Result>,
  ): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "chart-"));
    try {
      const valuesFile = join(folder, "release-values.json");
      writeFileSync(valuesFile, JSON.stringify(values ?? {}), { mode: 0o600 });
      return await use(writeChart(join(folder, contents.chart.chart), contents), valuesFile);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private async run(args: string[]): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "helm-"));
    try {
      const kubeconfig = join(folder, "kubeconfig");
      writeFileSync(kubeconfig, this.kubeConfig.exportConfig(), { mode: 0o600 });
      // Killed with us, and not only its cluster: a half-done release is then what it would be for any user.
      const [program = this.program, ...before] = [...endsWithUs, this.program];
      const { stdout } = await execa(program, [...before, ...args, "--debug", "--kubeconfig", kubeconfig], {
        env: { HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder, HELM_DRIVER: "secret" },
        maxBuffer: 256 * 1024 * 1024,
        signal: this.ended,
        killSignal: "SIGKILL",
      });
      return stdout;
    } catch (error) {
      throw new HelmError(messageOf(error));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Helm's own error, and what it was last waiting for: with `--debug` it says so all the time. */
export function helmMessage(stderr: string): string | undefined {
  const lines = stderr.split("\n");
  const isLog = (line: string) => /^\S+\.go:\d+|^(WARNING|[IWE]\d{4} )/.test(line);
  const begin = lines.findIndex((line) => line.startsWith("Error: "));
  if (begin < 0) return undefined;
  const rest = lines.slice(begin);
  const end = rest.findIndex(isLog);
  const message = (end < 0 ? rest : rest.slice(0, end)).join("\n").trim();
  const waiting = lines
    .map((line) => /\[debug\] (.* (?:is not ready|is not bound|does not have load balancer).*)/.exec(line)?.[1])
    .filter((line) => line !== undefined);
  const text = message.replace(/^Error: (INSTALLATION FAILED: |UPGRADE FAILED: |uninstall: )?/, "");
  return waiting.length > 0 ? `${text} (${waiting.at(-1)})` : text;
}

function messageOf(error: unknown): string {
  const stderr = isRecord(error) && typeof error.stderr === "string" ? error.stderr : "";
  return helmMessage(stderr) ?? (error instanceof Error ? error.message : String(error));
}

/** The templates only print files, which Helm does not read as templates: braces in an object stay what they are. */
const template = `{{- range $path, $content := .Files.Glob "objects/*.json" }}
---
{{ $content | toString }}
{{- end }}
`;

export function writeChart(folder: string, { chart, objects, crds }: ChartContents): string {
  for (const part of ["templates", "objects", "crds"]) mkdirSync(join(folder, part), { recursive: true });
  const { chart: name, version, appVersion } = chart;
  const metadata = { apiVersion: "v2", name, version: version.replace(/^v/, ""), appVersion, type: "application" };
  writeFileSync(join(folder, "Chart.yaml"), JSON.stringify(metadata));
  writeFileSync(join(folder, "values.yaml"), "{}\n");
  writeFileSync(join(folder, "templates", "objects.yaml"), template);
  objects.forEach((object, index) => {
    const file = `${String(index).padStart(4, "0")}-${object.kind.toLowerCase()}.json`;
    writeFileSync(join(folder, "objects", file), JSON.stringify(object));
  });
  crds.forEach((crd) => writeFileSync(join(folder, "crds", `${crd.metadata.name}.json`), JSON.stringify(crd)));
  return folder;
}

function manifestObjects(manifest: string): KubernetesObject[] {
  return manifest.split(/^---$/m).map(document).filter(isRecord) as KubernetesObject[];
}

/** The templates print JSON, which is read much faster than YAML: definitions are megabytes. */
function document(text: string): unknown {
  const body = text.replace(/^\s*(#.*)?\n/gm, "").trim();
  return body.startsWith("{") ? JSON.parse(body) : parse(text);
}
