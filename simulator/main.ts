/**
 * The simulated clouds as one process: `tsx simulator/main.ts SETTINGS.json`. It serves every provider, runs the
 * clusters' control planes, and prints `{"ready": …}` when the engine can attach. It ends with its standard input, so
 * that it does not outlive whoever started it; what the clouds hold stays on disk for the next one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { awsProvider } from "./aws/provider";
import { Clock } from "./cloud/clock";
import { Faults, type Fault } from "./cloud/faults";
import { Store } from "./cloud/store";
import { ControlPlanes } from "./controlplane";
import { startEks } from "./eks/start";
import { KubernetesProvider } from "./kubernetes";
import { RandomProvider } from "./random";
import { Releases } from "./releases";
import { serve } from "./server";

export interface SimulatorOptions {
  /** Has everything that the clouds hold. */
  directory: string;
  /** Simulated seconds for one of the cloud's. */
  timeScale: number;
  faults: Fault[];
  /** Paths of the programs by name. */
  tools: Record<string, string>;
  /** Files with a chart's CRDs, by chart. */
  crds: Record<string, string[]>;
  /** Git configuration that the programs which clone the gitops repository are given. */
  gitConfig?: string;
  /** Stays when its starter ends. */
  keep: boolean;
}

export interface SimulatorReady {
  /** Ports of the providers by package name. */
  providers: Record<string, number>;
  /** What a program needs in its environment to reach the clusters as a user of the cloud does. */
  environment: Record<string, string>;
}

async function main(settingsFile: string): Promise<void> {
  const options = JSON.parse(readFileSync(settingsFile, "utf8")) as SimulatorOptions;
  const { directory, tools } = options;
  const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const store = new Store(join(directory, "cloud.json"));
  const clusters = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools: tools as unknown as ConstructorParameters<typeof ControlPlanes>[0]["tools"],
    log,
  });
  await clusters.resume();
  const environment = await clusters.environment();
  const { HTTPS_PROXY: proxyUrl, ...credentials } = environment;
  // The Kubernetes provider runs the clouds' credential helpers, as the real one does.
  Object.assign(process.env, credentials);
  const releases = new Releases({
    directory: join(directory, "releases"),
    clusters,
    tools,
    gitConfig: options.gitConfig,
    log,
  });
  await releases.resume();

  const eks = await startEks(join(directory, "eks.log"));
  const servers = {
    aws: await serve(
      awsProvider({
        store,
        clusters,
        clock: new Clock(options.timeScale, join(directory, "journal.jsonl")),
        faults: new Faults(options.faults),
        crash: () => print({ crash: true }),
      }),
    ),
    kubernetes: await serve(
      new KubernetesProvider({
        proxyUrl,
        crds: (chart) => Promise.resolve(options.crds[chart] ?? []),
        onRelease: (event) => releases.on(event),
      }),
    ),
    random: await serve(new RandomProvider()),
  };
  const ready: SimulatorReady = {
    environment,
    providers: {
      ...Object.fromEntries(Object.entries(servers).map(([name, { port }]) => [name, port])),
      eks: eks.port,
    },
  };

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    for (const server of Object.values(servers)) server.stop();
    eks.stop();
    await releases.shutdown();
    await clusters.shutdown();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end());
  if (!options.keep) process.stdin.on("end", () => void end()).resume();
  print({ ready });
}

function print(message: { ready: SimulatorReady } | { crash: true }): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

void main(process.argv[2] ?? "").catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
