/** The programs that really run behind pods: by which image they are known, and what they are told on this machine. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { installPlugins, pluginFolder, type VeleroPlugins, writeKubeconfig } from "../velero/pod";
import type { ClusterAccess } from "./surroundings";

/** Paths of the programs; what has none does not run. */
export interface PodTools extends VeleroPlugins {
  "metrics-server": string;
  "sealed-secrets-controller": string;
  velero?: string;
  prometheus?: string;
  promtool?: string;
}

/** Those that run as long as a pod does. */
type Tool = Exclude<keyof PodTools, keyof VeleroPlugins | "promtool">;

/** A port that a program is told to listen on by one of its flags. */
interface Listener {
  flag: string;
  /** Where nothing else is said. */
  port: number;
  /** The flag's value for a port of this machine. */
  value: (port: number) => string;
}

interface Known {
  /** The last part of the image's name, without tag and digest; registries and mirrors call the same program differently. */
  image: RegExp;
  /** Where the image is of several programs: whether these arguments are for this one. */
  runs?: (args: string[]) => boolean;
  listeners: Listener[];
  /** Flags for what is no pod's own here. */
  flags: (folder: string) => string[];
  /** Those of the pod's that these take the place of, where a flag may be there once only: `--config.file=` */
  replaced?: string[];
  /** Makes ready what else it needs in its folder. Returns variables. */
  prepare?: (pod: V1Pod, folder: string, tools: PodTools, access: ClusterAccess) => Record<string, string>;
}

/** Where Prometheus has its volume mounted. */
const prometheusFolder = "/prometheus";

const address = (port: number): string => `127.0.0.1:${port}`;

const known: Record<Tool, Known> = {
  // docker.io/bitnami/sealed-secrets-controller, and the rest of its name elsewhere.
  "sealed-secrets-controller": {
    image: /sealed-secrets-controller$/,
    listeners: [
      { flag: "--listen-addr", port: 8080, value: address },
      { flag: "--listen-metrics-addr", port: 8081, value: address },
    ],
    flags: () => [],
  },
  // registry.k8s.io/metrics-server/metrics-server, rancher/mirrored-metrics-server.
  "metrics-server": {
    image: /metrics-server$/,
    listeners: [{ flag: "--secure-port", port: 443, value: String }],
    flags: (folder) => ["--bind-address=127.0.0.1", `--cert-dir=${folder}/tmp`],
  },
  // docker.io/velero/velero: the server, the node agents and the chart's hooks are one program.
  velero: {
    image: /^velero$/,
    runs: ([command]) => command === "server",
    listeners: [
      { flag: "--metrics-address", port: 8085, value: address },
      { flag: "--profiler-address", port: 6060, value: address },
    ],
    flags: (folder) => [`--plugin-dir=${folder}${pluginFolder}`],
    prepare: (pod, folder, tools, access) => {
      installPlugins(pod, folder, tools);
      return {
        KUBECONFIG: writeKubeconfig(folder, access),
        // Plugins listen on sockets, whose paths may not be longer than 107 characters (unix(7)).
        PLUGIN_UNIX_SOCKET_DIR: tmpdir(),
      };
    },
  },
  // quay.io/prometheus/prometheus. It scrapes an address where nobody is: pods have none that it could reach.
  prometheus: {
    image: /^prometheus$/,
    // The same image has a shell, too.
    runs: (args) => args.some((argument) => argument.startsWith("--storage.tsdb.path=")),
    listeners: [{ flag: "--web.listen-address", port: 9090, value: address }],
    replaced: ["--config.file=", "--storage.tsdb.path="],
    flags: (folder) => [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}${prometheusFolder}`],
    prepare: (_, folder) => {
      const scrape_configs = [{ job_name: "nobody", static_configs: [{ targets: ["127.0.0.1:1"] }] }];
      const config = { global: { scrape_interval: "2s", scrape_timeout: "2s" }, scrape_configs };
      // JSON is YAML.
      writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
      return {};
    },
  },
};

export interface PodProgram {
  tool: Tool;
  container: V1Container;
  /** The container's own. */
  arguments: string[];
  /** Ports of the pod that it listens on. */
  ports: number[];
  /** What is added to its arguments: a port of this machine for each of `ports`, and a folder in place of `/`. */
  added: (ports: number[], folder: string) => string[];
  prepare: NonNullable<Known["prepare"]>;
}

/** The program that a pod's containers stand for; undefined for those that stand for none that runs here. */
export function programOf({ spec }: V1Pod): PodProgram | undefined {
  for (const container of spec?.containers ?? []) {
    const name = imageName(container.image ?? "");
    const args = [...(container.command ?? []).slice(1), ...(container.args ?? [])];
    const found = (Object.entries(known) as [Tool, Known][]).find(
      ([, { image, runs }]) => image.test(name) && (runs?.(args) ?? true),
    );
    if (!found) continue;
    const [tool, { listeners, flags, replaced = [], prepare = () => ({}) }] = found;
    return {
      tool,
      container,
      arguments: args.filter((argument) => !replaced.some((flag) => argument.startsWith(flag))),
      ports: listeners.map(({ flag, port }) => portIn(flagValue(args, flag)) ?? port),
      added: (ports, folder) => [
        ...listeners.map(({ flag, value }, index) => `${flag}=${value(ports[index] ?? 0)}`),
        ...flags(folder),
      ],
      prepare,
    };
  }
  return undefined;
}

/** `metrics-server` of `registry.k8s.io/metrics-server/metrics-server:v0.8.1@sha256:…`. */
function imageName(image: string): string {
  return (image.split("/").at(-1) ?? "").split(/[:@]/)[0] ?? "";
}

/** The last one counts, as both of them read their flags. */
function flagValue(args: string[], flag: string): string | undefined {
  const index = args.findLastIndex((argument) => argument === flag || argument.startsWith(`${flag}=`));
  const argument = args[index];
  return argument === flag ? args[index + 1] : argument?.slice(flag.length + 1);
}

/** 8080 of `:8080` and `8080`. */
function portIn(value: string | undefined): number | undefined {
  const port = Number(value?.split(":").at(-1));
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
