/**
 * The real Argo CD, as a release of the chart argo-cd would run it on a cluster: the same configuration from the same
 * values, the programs on this machine instead of in pods. Redis is one process without a password, whatever the values
 * say of its availability; Dex and the notifications controller, which would talk to the world, do not run.
 */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import { freePorts } from "../controlplane/ports";
import type { Loop } from "../controlplane/standins/loop";
import { endRecorded, Processes } from "../processes";
import { applyConfiguration, deleteConfiguration, readSettings } from "./configuration";
import { programs, type ArgoCdPorts, type ArgoCdTools, type Layout, type Program, type Settings } from "./programs";
import { allowRemoval } from "./removal";
import { renderConfiguration, type ConfigurationObject, type Release } from "./render";
import { isOf, scaledToNone, watchScale } from "./scaled";
import { readValues } from "./values";

export type { ArgoCdTools } from "./programs";
export type { Release } from "./render";

export interface ArgoCdOptions {
  /** Path of a cluster administrator's kubeconfig for an address of this machine. The CRDs must be there. */
  kubeconfig: string;
  release: Release;
  /** Logs, scratch files and the list of processes; one Argo CD at a time. What a killed run left in it is ended. */
  directory: string;
  tools: ArgoCdTools;
  /** Reaches Git hosts as a `GitRemote` of simulator/git says; unset: directly. */
  network?: { proxy: string; certificates: Record<string, string> };
  /** One line for each thing that a person who looks for a fault wants to know. */
  log(line: string): void;
}

export interface ArgoCd {
  /** Address of the API and the webhooks on this machine: `http://127.0.0.1:41234`. */
  url: string;
  /** Applies changed values; programs start anew where their arguments or environment change. */
  upgrade(values: unknown): Promise<void>;
  /** Ends every program; the cluster keeps everything. */
  stop(): Promise<void>;
  /** Ends every program and deletes the release's configuration from the cluster. */
  uninstall(): Promise<void>;
}

/**
 * Installs the release: configuration on the cluster, then the programs, in order.
 *
 * @throws Error that names a value which Argo CD would not take, or holds the end of the log of the program that did not
 *   start; nothing runs then.
 */
export async function startArgoCd(options: ArgoCdOptions): Promise<ArgoCd> {
  const installation = new Installation(options);
  await installation.prepare();
  try {
    await installation.apply(options.release.values);
    installation.follow();
  } catch (error) {
    await installation.stop();
    throw error;
  }
  return {
    url: installation.url,
    upgrade: (values) => installation.apply(values),
    stop: () => installation.stop(),
    uninstall: () => installation.uninstall(),
  };
}

class Installation {
  private readonly config = new KubeConfig();
  private readonly layout: Layout;
  private readonly processes: Processes;
  /** What runs now, by name, as it was started. */
  private readonly running = new Map<string, string>();
  private configuration: ConfigurationObject[] = [];
  private ports: ArgoCdPorts | undefined;
  private wanted: Program[][] = [];
  /** Workloads that somebody has scaled to none. */
  private stopped = new Set<string>();
  private watches: Loop[] = [];
  /** Ends with what is being started or ended: one at a time. */
  private turn: Promise<unknown> = Promise.resolve();
  private ended = false;

  constructor(private readonly options: ArgoCdOptions) {
    const directory = resolve(options.directory);
    const hash = createHash("sha256").update(directory).digest("hex").slice(0, 12);
    this.config.loadFromFile(options.kubeconfig);
    this.layout = {
      directory,
      askPassSocket: join(tmpdir(), `argocd-${hash}.sock`),
      kubeconfig: resolve(options.kubeconfig),
      namespace: options.release.namespace,
      proxy: options.network?.proxy,
    };
    this.processes = new Processes(directory);
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports?.server}`;
  }

  async prepare(): Promise<void> {
    const { directory } = this.layout;
    const left = await endRecorded(directory);
    if (left.length > 0) this.options.log(`ended what an earlier run had left: ${left.join(", ")}`);
    this.clearScratch();
    for (const name of ["bin", "home", "static", "tmp"])
      mkdirSync(join(directory, name), { recursive: true, mode: 0o700 });
    const { argocd, kustomize, helm } = this.options.tools;
    // Argo CD is one program that looks at its name.
    const roles = ["server", "repo-server", "application-controller", "applicationset-controller", "git-ask-pass"];
    const links = { argocd, kustomize, helm, ...Object.fromEntries(roles.map((role) => [`argocd-${role}`, argocd])) };
    for (const [name, file] of Object.entries(links)) {
      rmSync(join(directory, "bin", name), { force: true });
      symlinkSync(resolve(file), join(directory, "bin", name));
    }
  }

  apply(given: unknown): Promise<void> {
    return this.inTurn(() => this.install(given));
  }

  /** From now on what is scaled to none ends, and what is scaled up again starts. */
  follow(): void {
    const { config, layout, options } = this;
    this.watches = watchScale({ config, namespace: layout.namespace, log: options.log }, (workload, runs) =>
      this.stopped.has(workload) === runs ? this.inTurn(() => this.scale(workload, runs)) : Promise.resolve(),
    );
  }

  private async install(given: unknown): Promise<void> {
    const { release, tools } = this.options;
    const begin = Date.now();
    const values = readValues(given);
    const rendered = renderConfiguration({ ...release, values: given });
    const gone = this.configuration.filter((old) => !rendered.some((object) => isSame(old, object)));
    await deleteConfiguration(this.config, gone);
    await applyConfiguration(this.config, rendered);
    this.configuration = rendered;
    if (values.redisSecretInit.enabled) await this.initializeRedisPassword();

    const settings = await readSettings(this.config, release.namespace);
    this.writeTrust(settings);
    this.ports = await portsFor(values.controller.replicas ?? 1, this.ports);
    this.wanted = programs(tools, this.layout, this.ports, values, settings);
    this.stopped = await scaledToNone(this.config, release.namespace);
    await this.run();
    this.options.log(`Argo CD ready after ${Math.round((Date.now() - begin) / 100) / 10} s at ${this.url}`);
  }

  private async scale(workload: string, runs: boolean): Promise<void> {
    this.options.log(`${workload} is scaled ${runs ? "up again" : "to none"}`);
    const before = this.stopped;
    this.stopped = new Set([...before].filter((other) => other !== workload).concat(runs ? [] : [workload]));
    try {
      await this.run();
    } catch (error) {
      this.stopped = before;
      throw error;
    }
  }

  /** Has those run that should, in their order, and no others. */
  private async run(): Promise<void> {
    const groups = this.wanted.map((group) => group.filter(({ name }) => !this.isStopped(name)));
    const names = new Set(groups.flat().map(({ name }) => name));
    for (const name of [...this.running.keys()].filter((running) => !names.has(running))) await this.end(name);
    for (const group of groups) await Promise.all(group.map((program) => this.start(program)));
  }

  private isStopped(program: string): boolean {
    return [...this.stopped].some((workload) => isOf(program, workload));
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  async stop(): Promise<void> {
    this.ended = true;
    await Promise.all(this.watches.map((watch) => watch.stop()));
    await this.processes.endAll();
    this.running.clear();
    this.clearScratch();
  }

  async uninstall(): Promise<void> {
    await this.stop();
    await deleteConfiguration(this.config, this.configuration);
  }

  /** Starts a program, or starts it anew where it runs differently or not at all. */
  private async start(program: Program): Promise<void> {
    if (this.ended) return;
    const description = JSON.stringify([program.file, program.arguments, program.environment]);
    if (this.running.get(program.name) === description && this.processes.isRunning(program.name)) return;
    if (this.running.has(program.name)) {
      this.options.log(`${program.name} starts anew`);
      await this.end(program.name);
    }
    const logFile = join(this.layout.directory, "logs", `${program.name}.log`);
    await this.processes.start({ ...program, logFile, readySeconds: 120 });
    this.running.set(program.name, description);
  }

  private async end(name: string): Promise<void> {
    await this.processes.end(name);
    this.running.delete(name);
  }

  /** What the chart's hook Job does, by the same command: makes the Secret argocd-redis unless it is there. */
  private async initializeRedisPassword(): Promise<void> {
    const { kubeconfig, namespace, directory } = this.layout;
    const args = ["admin", "redis-initial-password", "--kubeconfig", kubeconfig, "--namespace", namespace];
    await execa(join(directory, "bin", "argocd"), args, { env: { HOME: join(directory, "home") }, timeout: 60_000 });
  }

  /** The files that a pod has mounted from argocd-tls-certs-cm and argocd-ssh-known-hosts-cm. */
  private writeTrust(settings: Settings): void {
    const { directory } = this.layout;
    const folders = {
      tls: { ...settings["argocd-tls-certs-cm"], ...this.options.network?.certificates },
      ssh: settings["argocd-ssh-known-hosts-cm"] ?? {},
    };
    for (const [folder, files] of Object.entries(folders)) {
      rmSync(join(directory, folder), { recursive: true, force: true });
      mkdirSync(join(directory, folder));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, folder, name), text);
    }
  }

  private clearScratch(): void {
    const scratch = join(this.layout.directory, "tmp");
    allowRemoval(scratch);
    rmSync(scratch, { recursive: true, force: true });
    rmSync(this.layout.askPassSocket, { force: true });
  }
}

/** An upgrade keeps the ports, so that only what changes starts anew. */
async function portsFor(controllers: number, old?: ArgoCdPorts): Promise<ArgoCdPorts> {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...more] = await freePorts(8 + controllers);
  const kept = old?.controllers.slice(0, controllers) ?? [];
  return {
    ...(old ?? {
      redis: a,
      repoServer: b,
      repoServerMetrics: c,
      server: d,
      serverMetrics: e,
      applicationSetMetrics: f,
      applicationSetProbe: g,
      applicationSetWebhook: h,
    }),
    controllers: [...kept, ...more.slice(kept.length)],
  };
}

function isSame(one: ConfigurationObject, other: ConfigurationObject): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}
