/**
 * The simulated clouds as one process: `tsx simulator/main.ts SETTINGS.json`. It serves every provider, runs the
 * clusters' control planes, and prints `{"ready": …}` when the engine can attach. It ends with its standard input, so
 * that it does not outlive whoever started it, unless a line there has said `keep`; what the clouds hold stays on disk
 * for the next one.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { identify } from "./aws/eksIdentity";
import { awsProvider } from "./aws/provider";
import { identifyOnAzure } from "./azure/access";
import { balanceOnAzure } from "./azure/loadBalancer";
import { azureProvider } from "./azure/provider";
import type { CloudRecord } from "./cloud/behaviour";
import { Clock } from "./cloud/clock";
import { Faults, formatFault, type Fault } from "./cloud/faults";
import { faulty } from "./cloud/faulty";
import { Store } from "./cloud/store";
import { ControlPlanes, type ControlPlaneTools } from "./controlplane";
import { startEks } from "./eks/start";
import { networkBefore, type NetworkBefore } from "./existing";
import { identifyOnGoogle } from "./gcp/identity";
import { GoogleBalancers } from "./gcp/ingresses";
import { gcpProvider, rehearsedProject } from "./gcp/provider";
import { serveGit, type ServeGitOptions } from "./git";
import { Journal } from "./journal";
import { KubernetesProvider } from "./kubernetes";
import { kubernetesFaults } from "./kubernetes/faults";
import { startLocal } from "./local";
import { openServices, type OpenServicesOptions } from "./objectstore/services";
import { RandomProvider } from "./random";
import { randomFaults } from "./random/faults";
import { Releases, type ReleasesOptions } from "./releases";
import { serve } from "./server";
import { endUnrecorded, removeUnrecordedPools } from "./sweep";
import { serveTraffic } from "./traffic/server";
import { Zones } from "./traffic/zones";

export interface SimulatorOptions {
  /** Has everything that the clouds hold. */
  directory: string;
  /** Simulated seconds for one of the cloud's. */
  timeScale: number;
  faults: Fault[];
  /** Paths of the programs by name; without those of the object stores, pods find none. */
  tools: ControlPlaneTools & ReleasesOptions["tools"] & Partial<OpenServicesOptions["tools"]>;
  /** Files with a chart's CRDs, by chart. */
  crds: Record<string, string[]>;
  /** What the Git host serves, and where the stack looks for it. */
  gitops: Omit<ServeGitOptions, "directory" | "onPush">;
  /** Commands of a shell that pods may run on this machine. */
  shellCommands?: string[];
  /** Commands of a shell that go well in containers where they are run, without anything that happens. */
  playedCommands?: string[];
  /** A cluster that exists before the stack does: the name of its kubeconfig context. */
  existing?: { context: string };
  /** A network that exists before the stack does. */
  network?: NetworkBefore;
  /** The stack's domain: whoever has it has a DNS zone for it. */
  domain?: string;
}

export interface SimulatorReady {
  /** Ports of the providers by package name. */
  providers: Record<string, number>;
  /**
   * What a program needs in its environment to reach the clusters as a user of the cloud does, `KUBECONFIG` for the one
   * that exists already.
   */
  environment: Record<string, string>;
  /** Where the gitops repository can be cloned from and pushed to on this machine. */
  gitops: string;
  /** Where the internet of the simulated clouds takes requests: by their `Host`, as `simulator/traffic/server.ts` says. */
  traffic: string;
}

async function main(settingsFile: string): Promise<void> {
  const options = JSON.parse(readFileSync(settingsFile, "utf8")) as SimulatorOptions;
  const { directory, tools, domain } = options;
  writeFileSync(join(directory, "simulator.pid"), String(process.pid));
  let end = async (): Promise<void> => process.exit(0);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end());
  // Whoever started it says so when it shall stay; whatever else ends the input ends it, also while it starts.
  let keep = false;
  createInterface({ input: process.stdin })
    .on("line", (line) => (keep ||= line === "keep"))
    .on("close", () => void (keep || end()));
  // Nobody reads it any more when its starter has ended.
  process.stdout.on("error", () => undefined);
  const log = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

  const store = new Store(join(directory, "cloud.json"));
  const before = options.network ? networkBefore(options.network) : [];
  for (const record of before) if (!store.get(record.type, record.id)) store.put(record);
  const clock = new Clock(options.timeScale);
  const azure = { inventory: store, age: (record: CloudRecord) => clock.age(record) };
  const { versitygw, "fake-gcs-server": gcs, azurite } = tools;
  const services =
    versitygw !== undefined && gcs !== undefined && azurite !== undefined
      ? await openServices({ directory, tools: { versitygw, "fake-gcs-server": gcs, azurite }, inventory: store, log })
      : undefined;
  const clusters = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools,
    services,
    shellCommands: options.shellCommands,
    playedCommands: options.playedCommands,
    identify: (cluster, principal, session) =>
      cluster.startsWith("arn:")
        ? identify(store, cluster, principal, session)
        : cluster.startsWith("projects/")
          ? identifyOnGoogle(store, cluster, principal)
          : identifyOnAzure(azure, cluster, principal),
    balancers: new GoogleBalancers(store),
    zones: domain === undefined ? undefined : new Zones(store, log),
    balance: (cluster, service) => (cluster.cloud === "azure" ? balanceOnAzure(azure, cluster, service) : undefined),
    log,
  });
  const { repository, revision: branch } = options.gitops;
  const git = await serveGit({
    ...options.gitops,
    directory: join(directory, "git"),
    onPush: (push) => releases.push({ repository, branch, ...push }),
  });
  await endUnrecorded(clusters, store.all(), log);
  await clusters.resume();
  await removeUnrecordedPools(clusters, store.all(), log);
  const local = options.existing && (await startLocal({ ...options.existing, clusters, log }));
  const environment: Record<string, string> = {
    ...(await clusters.environment()),
    GOOGLE_PROJECT: rehearsedProject,
    ...(local ? { KUBECONFIG: local.kubeconfig } : {}),
  };
  const { HTTPS_PROXY: proxyUrl, ...credentials } = environment;
  // The Kubernetes provider runs the clouds' credential helpers, as the real one does.
  Object.assign(process.env, credentials);
  const releases = new Releases({ directory: join(directory, "releases"), clusters, tools, network: git.network, log });
  await releases.resume();

  const eks = await startEks(join(directory, "eks.log"));
  const journal = new Journal(join(directory, "journal.jsonl"));
  const hits = join(directory, "faults.txt");
  const faults = new Faults(options.faults, (fault) => appendFileSync(hits, `${formatFault(fault)}\n`));
  const crash = () => print({ crash: true });
  const cloud = { store, clusters, clock, faults, crash };
  const kubernetes = new KubernetesProvider({
    proxyUrl,
    helm: tools.helm,
    timeScale: options.timeScale,
    crds: (chart) => Promise.resolve(options.crds[chart] ?? []),
    onRelease: (event) => releases.on(event),
  });
  const servers = {
    aws: await serve(awsProvider(cloud), journal),
    "azure-native": await serve(azureProvider(cloud), journal),
    gcp: await serve(gcpProvider({ ...cloud, domains: domain === undefined ? [] : [domain] }), journal),
    kubernetes: await serve(faulty(kubernetes, { ...kubernetesFaults, faults, crash }), journal),
    random: await serve(faulty(new RandomProvider(), { ...randomFaults, faults, crash }), journal),
    eks,
  };

  const traffic = await serveTraffic({ directory, clusters, inventory: store, domain, timeScale: options.timeScale });

  let ending = false;
  end = async () => {
    if (ending) return;
    ending = true;
    for (const server of Object.values(servers)) server.stop();
    await traffic.stop();
    await releases.shutdown();
    await local?.stop();
    await clusters.shutdown();
    await services?.stop();
    await git.stop();
    process.exit(0);
  };
  const providers = Object.fromEntries(Object.entries(servers).map(([name, { port }]) => [name, port]));
  print({ ready: { providers, environment, gitops: git.url, traffic: traffic.url } });
}

function print(message: { ready: SimulatorReady } | { crash: true }): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

void main(process.argv[2] ?? "").catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
