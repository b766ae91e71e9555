/** Argo CD's programs: their arguments, environment and signs of life. Every one listens on 127.0.0.1 only where it can. */
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { chart } from "./chart";
import type { ChartValues } from "./values";

export interface ArgoCdTools {
  argocd: string;
  kustomize: string;
  helm: string;
  /** `redis-server`, or a program that takes its arguments. */
  redis: string;
}

/** A program as it should run. */
export interface Program {
  /** Unique: `argocd-server`, `argocd-application-controller-1`. */
  name: string;
  file: string;
  arguments: string[];
  environment: Record<string, string>;
  ready(): Promise<boolean>;
}

/** Ports on 127.0.0.1. */
export interface ArgoCdPorts {
  redis: number;
  repoServer: number;
  repoServerMetrics: number;
  server: number;
  serverMetrics: number;
  applicationSetMetrics: number;
  applicationSetProbe: number;
  applicationSetWebhook: number;
  /** One a replica of the application controller. */
  controllers: number[];
}

export interface Layout {
  /** Has `bin`, `home`, `tls`, `ssh`, `tmp` and `static`. */
  directory: string;
  /** Unix socket: such a path may have 107 bytes, so it lies outside of the folder. */
  askPassSocket: string;
  kubeconfig: string;
  namespace: string;
  /** How the repo server reaches the network; unset: directly. */
  proxy?: string;
}

/** The live ConfigMaps' data by name. */
export type Settings = Record<string, Record<string, string>>;

/** Redis, then what Argo CD's server needs, then the controllers that need what the server has initialized. */
export function programs(
  tools: ArgoCdTools,
  layout: Layout,
  ports: ArgoCdPorts,
  values: ChartValues,
  settings: Settings,
): Program[][] {
  const redis = `127.0.0.1:${ports.redis}`;
  const repoServer = `127.0.0.1:${ports.repoServer}`;
  const cluster = ["--kubeconfig", layout.kubeconfig, "--namespace", layout.namespace];
  const program = (
    role: string,
    name: string,
    values: ChartValues["server"],
    args: string[],
    environment: Record<string, string>,
    healthUrl: string,
  ): Program => ({
    name,
    file: join(layout.directory, "bin", role),
    arguments: [...args, ...values.extraArgs],
    environment: {
      ...common(layout),
      ...fromSettings(role, settings),
      ...Object.fromEntries(values.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
      ...environment,
    },
    ready: async () => (await fetch(healthUrl)).ok,
  });
  const { proxy } = layout;
  return [
    [
      {
        name: "redis",
        file: tools.redis,
        arguments: ["--port", String(ports.redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        environment: {},
        ready: () => accepts(ports.redis),
      },
    ],
    [
      program(
        "argocd-repo-server",
        "argocd-repo-server",
        values.repoServer,
        [
          ...["--redis", redis, "--disable-tls", "--address", "127.0.0.1", "--port", String(ports.repoServer)],
          ...["--metrics-address", "127.0.0.1", "--metrics-port", String(ports.repoServerMetrics)],
        ],
        proxy === undefined
          ? {}
          : { HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" },
        `http://127.0.0.1:${ports.repoServerMetrics}/healthz`,
      ),
      program(
        "argocd-server",
        "argocd-server",
        values.server,
        [
          ...[...cluster, "--redis", redis, "--repo-server", repoServer, "--repo-server-plaintext"],
          // In a cluster TLS is the ingress's or its own matter; nobody but this machine comes here.
          ...["--insecure", "--address", "127.0.0.1", "--port", String(ports.server)],
          ...["--metrics-address", "127.0.0.1", "--metrics-port", String(ports.serverMetrics)],
          ...["--staticassets", join(layout.directory, "static")],
        ],
        {},
        `http://127.0.0.1:${ports.server}/healthz`,
      ),
    ],
    [
      program(
        "argocd-applicationset-controller",
        "argocd-applicationset-controller",
        values.applicationSet,
        [
          ...[...cluster, "--argocd-repo-server", repoServer, "--repo-server-plaintext"],
          ...["--metrics-addr", `127.0.0.1:${ports.applicationSetMetrics}`],
          ...["--probe-addr", `127.0.0.1:${ports.applicationSetProbe}`],
          ...["--webhook-addr", `127.0.0.1:${ports.applicationSetWebhook}`],
        ],
        {
          NAMESPACE: layout.namespace,
          // Leaders are elected among pods, in the namespace that a pod is told of; here is one process alone.
          ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_LEADER_ELECTION: "false",
        },
        `http://127.0.0.1:${ports.applicationSetMetrics}/metrics`,
      ),
      ...ports.controllers.map((port, shard) =>
        program(
          "argocd-application-controller",
          `argocd-application-controller-${shard}`,
          values.controller,
          [
            ...[...cluster, "--redis", redis, "--repo-server", repoServer, "--repo-server-plaintext"],
            ...["--metrics-port", String(port)],
          ],
          {
            ARGOCD_CONTROLLER_REPLICAS: String(ports.controllers.length),
            // A pod of the StatefulSet takes its shard from its host name.
            ARGOCD_CONTROLLER_SHARD: String(shard),
            KUBECACHEDIR: join(layout.directory, "tmp", "kubecache"),
          },
          `http://127.0.0.1:${port}/healthz`,
        ),
      ),
    ],
  ];
}

/** What the pods have by living in their image and their cluster. */
function common({ directory, kubeconfig, askPassSocket }: Layout): Record<string, string> {
  return {
    PATH: [join(directory, "bin"), process.env["PATH"]].join(delimiter),
    HOME: join(directory, "home"),
    TMPDIR: join(directory, "tmp"),
    KUBECONFIG: kubeconfig,
    // Makes the cluster of `kubeconfig` the one that Applications call https://kubernetes.default.svc.
    ARGOCD_FAKE_IN_CLUSTER: "true",
    ARGOCD_GPG_ENABLED: "false",
    ARGOCD_TLS_DATA_PATH: join(directory, "tls"),
    ARGOCD_SSH_DATA_PATH: join(directory, "ssh"),
    ARGOCD_PLUGINSOCKFILEPATH: join(directory, "home", "plugins"),
    ARGOCD_ASK_PASS_SOCK: askPassSocket,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
  };
}

/** The variables that the chart fills from ConfigMaps in this program's pods. */
function fromSettings(role: string, settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(chart.environment[role] ?? {}).flatMap(([variable, { configMap, key }]) => {
      const value = settings[configMap]?.[key];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
