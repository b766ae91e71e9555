/**
 * The control planes of the simulated clouds' clusters: real API servers, one for each cluster, on this machine. They
 * outlive neither the program nor a crash, but their data does: `resume` brings back every cluster that was there.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { KubernetesObjectApi } from "@kubernetes/client-node";
import type { ClusterHost, ClusterRequest, KubernetesManifest, NodeRequest } from "../cloud/behaviour";
import { endRecorded, Processes } from "../processes";
import { Authenticator, type Identify } from "./authentication";
import { authorityData } from "./certificates";
import {
  applyAll,
  endCluster,
  startCluster,
  type ClusterOptions,
  type RunningCluster,
  type StartedCluster,
} from "./cluster";
import { credentialsVariable, writeCredentials } from "./credentials";
import type { Disks } from "./disks";
import { ignoring, isNotFound } from "./errors";
import { listPools, setNodes } from "./nodes";
import { areFree } from "./ports";
import { EndpointProxy } from "./proxy";
import { endedSuffix, keyOf, knownClusters } from "./state";

export type { ControlPlaneTools, RunningCluster } from "./cluster";

export interface ControlPlaneOptions extends ClusterOptions {
  /** Who the clouds' principals are; without it only a cluster's creator gets in. */
  identify?: Identify;
}

export class ControlPlanes implements ClusterHost {
  private readonly processes: Processes;
  private readonly proxy = new EndpointProxy();
  private readonly authenticator: Authenticator;
  /** Every cluster that was asked for; those among them that answer. */
  private readonly clusters = new Map<string, Promise<StartedCluster>>();
  private readonly ready = new Map<string, StartedCluster>();
  private prepared: Promise<number> | undefined;

  constructor(private readonly options: ControlPlaneOptions) {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    this.processes = new Processes(options.directory);
    this.authenticator = new Authenticator(options.identify ?? (() => undefined));
  }

  /**
   * Starts a cluster, or takes up again the one with this id: its objects, certificates and tokens stay. At once where
   * it is running; where it runs another version, its programs are started anew with the one that is asked for.
   *
   * @returns `certificateAuthority` is base64 of the PEM, as every cloud's API gives it.
   */
  async start(request: ClusterRequest): Promise<{ certificateAuthority: string }> {
    if (this.ready.get(request.id)?.request.version !== request.version) await this.halt(request.id);
    const present = this.clusters.get(request.id);
    const starting = present ?? this.startOnce(request);
    if (!present) {
      this.clusters.set(request.id, starting);
      // A cluster that could not be started may be tried again.
      starting.catch(() => this.clusters.delete(request.id));
    }
    const { layout } = await starting;
    return { certificateAuthority: authorityData(layout.certificates) };
  }

  /**
   * The disks of a running cluster's volumes.
   * @throws Error where no such cluster runs.
   */
  disks(id: string): Disks {
    const found = this.ready.get(id);
    if (!found) throw new Error(`cluster ${id} does not run`);
    return found.disks;
  }

  /** The clusters that are in the directory, running or not. */
  known(): ClusterRequest[] {
    return knownClusters(this.options.directory);
  }

  /** The clusters that run. */
  answering(): RunningCluster[] {
    return [...this.ready.values()].map(({ request, port, adminKubeconfig }) => ({ request, port, adminKubeconfig }));
  }

  /** Names of the pools that a running cluster has nodes of. */
  async pools(clusterId: string): Promise<string[]> {
    return listPools((await this.running(clusterId)).config);
  }

  /** Starts every cluster that an earlier run has left in the directory. */
  async resume(): Promise<void> {
    await this.prepare();
    await Promise.all(this.known().map((request) => this.start(request)));
  }

  /** Ends a cluster and forgets everything that was in it. No error where there is none. */
  async stop(clusterId: string): Promise<void> {
    await this.prepare();
    await this.clusters.get(clusterId)?.catch(() => undefined);
    const name = this.ready.get(clusterId)?.request.name;
    await this.halt(clusterId);
    const directory = join(this.options.directory, keyOf(clusterId));
    // At once, so that half of its data is never taken for a cluster.
    if (existsSync(directory)) renameSync(directory, `${directory}${endedSuffix}`);
    this.removeEnded();
    this.writeCredentials();
    if (name !== undefined) this.options.log(`control plane of ${name} ended`);
  }

  async setNodes(clusterId: string, pool: string, nodes: NodeRequest[]): Promise<void> {
    const { config, request } = await this.running(clusterId);
    await setNodes(config, request, pool, nodes);
    this.options.log(`${request.name}: pool ${pool} has ${nodes.length} nodes`);
  }

  async apply(clusterId: string, objects: KubernetesManifest[]): Promise<void> {
    const { config } = await this.running(clusterId);
    await applyAll(config, objects);
  }

  async remove(clusterId: string, objects: KubernetesManifest[]): Promise<void> {
    const { config } = await this.running(clusterId);
    const api = KubernetesObjectApi.makeApiClient(config);
    for (const object of [...objects].reverse()) await ignoring(isNotFound, api.delete(object));
  }

  async cluster(clusterId: string): Promise<RunningCluster> {
    const { request, port, adminKubeconfig } = await this.running(clusterId);
    return { request, port, adminKubeconfig };
  }

  /** The running cluster whose API server is at this URL: the cloud's endpoint, or a port of this machine. */
  at(server: string): RunningCluster | undefined {
    const { hostname, port } = new URL(server);
    return [...this.ready.values()].find((cluster) =>
      hostname === "127.0.0.1"
        ? String(cluster.port) === port
        : cluster.request.endpointHost.toLowerCase() === hostname.toLowerCase(),
    );
  }

  /**
   * What a program needs in its environment to reach the clusters as a user of the cloud does: the credential helpers'
   * stand-ins first on PATH, and the proxy that knows the clouds' host names.
   */
  async environment(): Promise<Record<string, string>> {
    const proxyPort = await this.prepare();
    return {
      PATH: `${join(__dirname, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      [credentialsVariable]: this.credentialsFile,
    };
  }

  /** Ends every program and keeps what the clusters know, for `resume`. */
  async shutdown(): Promise<void> {
    await Promise.allSettled(this.clusters.values());
    await Promise.all([...this.ready.values()].map(endCluster));
    this.clusters.clear();
    this.ready.clear();
    await this.processes.endAll();
    await this.proxy.close();
    await this.authenticator.close();
    this.prepared = undefined;
  }

  /** Ends a running cluster's programs; what they know stays. Nothing where it is not running. */
  private async halt(clusterId: string): Promise<void> {
    const running = this.ready.get(clusterId);
    if (!running) return;
    this.clusters.delete(clusterId);
    this.ready.delete(clusterId);
    this.proxy.unmap(running.request.endpointHost);
    await endCluster(running);
    await this.processes.endAll(`${running.layout.key}/`);
  }

  private removeEnded(): void {
    const ended = readdirSync(this.options.directory).filter((name) => name.endsWith(endedSuffix));
    for (const name of ended) rmSync(join(this.options.directory, name), { recursive: true, force: true });
  }

  private get credentialsFile(): string {
    return join(this.options.directory, "credentials.json");
  }

  private async running(clusterId: string): Promise<StartedCluster> {
    const running = await this.clusters.get(clusterId);
    if (!running) throw new Error(`no simulated cluster ${clusterId} is running`);
    return running;
  }

  /** Before the first cluster: ends what a killed run has left, and opens the proxy, on its old port where it can. */
  private prepare(): Promise<number> {
    this.prepared ??= (async () => {
      const left = await endRecorded(this.options.directory);
      if (left.length > 0) this.options.log(`ended what an earlier run had left: ${left.join(", ")}`);
      this.removeEnded();
      await this.authenticator.listen();
      const file = join(this.options.directory, "proxy.json");
      const old = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { port: number }).port : 0;
      const port = await this.proxy.listen((await areFree([old])) ? old : 0);
      writeFileSync(file, JSON.stringify({ port }));
      return port;
    })();
    return this.prepared;
  }

  private async startOnce(request: ClusterRequest): Promise<StartedCluster> {
    await this.prepare();
    const begin = Date.now();
    const { processes, authenticator, options } = this;
    const started = await startCluster(request, { ...options, processes, authenticator });
    this.proxy.map(request.endpointHost, started.port);
    this.ready.set(request.id, started);
    this.writeCredentials();
    options.log(`control plane of ${request.name} ready after ${Math.round((Date.now() - begin) / 100) / 10} s`);
    return started;
  }

  private writeCredentials(): void {
    const credentials = [...this.ready.values()].map(({ request: { cloud, region, name }, token, key }) => ({
      cloud,
      region,
      cluster: name,
      token,
      key,
    }));
    writeCredentials(this.credentialsFile, credentials);
  }
}
