/**
 * The control planes of the simulated clouds' clusters: real API servers, one for each cluster, on this machine. They
 * outlive neither the program nor a crash, but their data does: `resume` brings back every cluster that was there.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { KubernetesObjectApi, PatchStrategy, type KubeConfig } from "@kubernetes/client-node";
import type { ClusterHost, ClusterRequest, KubernetesManifest, NodeRequest } from "../cloud/behaviour";
import type { CloudServices } from "../cloud/services";
import { endRecorded, Processes } from "../processes";
import { Authenticator, type Identify } from "./authentication";
import { bornWith } from "./born";
import { authorityData, ensureCertificates } from "./certificates";
import { PodPrograms, type PodTools } from "../programs";
import { startComponents, type ControlPlaneTools as ComponentTools, type Layout } from "./components";
import { credentialsVariable, writeCredentials, writeTokens } from "./credentials";
import { Disks } from "./disks";
import { ignoring, isNotFound } from "./errors";
import { Kubelets } from "./kubelet";
import { loadKubeconfig, writeAdminKubeconfig, writeWebhookKubeconfig } from "./kubeconfig";
import { apiServerAddress, ClusterNetwork } from "./network";
import { listPools, setNodes } from "./nodes";
import { areFree } from "./ports";
import { Power } from "./power";
import { EndpointProxy } from "./proxy";
import { startStandIns, type StandIns } from "./standins";
import type { IngressBalancers } from "./standins/gce/balancers";
import type { Balance } from "./standins/loadbalancers";
import type { PodDelays } from "./stages";
import { endedSuffix, keyOf, knownClusters, serverNames, takeState } from "./state";

/** Paths of the programs: of a control plane, and of what runs behind pods. */
export type ControlPlaneTools = ComponentTools & PodTools;

export interface ControlPlaneOptions {
  /** Has everything that must outlive the program; one `ControlPlanes` at a time. */
  directory: string;
  tools: ControlPlaneTools;
  /** Who the clouds' principals are; without it only a cluster's creator gets in. */
  identify?: Identify;
  /** What the clouds answer to Services that want a load balancer; without it each gets an address. */
  balance?: Balance;
  /** What Google makes of Ingresses of its own class. */
  balancers?: IngressBalancers;
  /** What the clouds are to pods whose programs run; without it, out of reach. */
  services?: CloudServices | undefined;
  /** How long pods take; unless told, what a small image and a quick program do. */
  podDelays?: PodDelays;
  /** One line for each thing that a person who looks for a fault wants to know. */
  log: (line: string) => void;
}

/** A cluster as insiders of the simulation see it. */
export interface RunningCluster {
  request: ClusterRequest;
  /** Port of the API server on 127.0.0.1. */
  port: number;
  /** Path of a kubeconfig with the administrator's certificate, for 127.0.0.1. */
  adminKubeconfig: string;
}

interface Running extends RunningCluster {
  layout: Layout;
  token: string;
  key: string;
  config: KubeConfig;
  network: ClusterNetwork;
  power: Power;
  programs: PodPrograms;
  disks: Disks;
  standIns: StandIns;
}

export class ControlPlanes implements ClusterHost {
  private readonly processes: Processes;
  private readonly proxy = new EndpointProxy();
  private readonly authenticator: Authenticator;
  /** Every cluster that was asked for; those among them that answer. */
  private readonly clusters = new Map<string, Promise<Running>>();
  private readonly ready = new Map<string, Running>();
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
    await Promise.all([...this.ready.values()].map(endWithin));
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
    await endWithin(running);
    await this.processes.endAll(`${running.layout.key}/`);
  }

  private removeEnded(): void {
    const ended = readdirSync(this.options.directory).filter((name) => name.endsWith(endedSuffix));
    for (const name of ended) rmSync(join(this.options.directory, name), { recursive: true, force: true });
  }

  private get credentialsFile(): string {
    return join(this.options.directory, "credentials.json");
  }

  private async running(clusterId: string): Promise<Running> {
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

  private async startOnce(request: ClusterRequest): Promise<Running> {
    await this.prepare();
    const { tools, log, services } = this.options;
    const begin = Date.now();
    const key = keyOf(request.id);
    const directory = join(this.options.directory, key);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const state = await takeState(directory, request);

    const certificates = await ensureCertificates(join(directory, "certificates"), serverNames(request));
    const adminKubeconfig = join(directory, "admin.kubeconfig");
    writeAdminKubeconfig(adminKubeconfig, request.name, state.ports.api, certificates);
    const address = apiServerAddress(request.serviceCidr);
    let kubelets: Kubelets | undefined;
    const network = new ClusterNetwork(
      { address, port: state.ports.api },
      () => kubelets,
      services && ((host) => services.route(host)),
    );
    const networkPort = await network.listen(0);
    const read = (file: string): string => readFileSync(file, "utf8");
    const egressPort = await network.listen(0, {
      cert: read(certificates.serverCertificate),
      key: read(certificates.serverKey),
      ca: read(certificates.authority),
    });
    const layout: Layout = {
      key,
      directory,
      ports: state.ports,
      certificates,
      adminKubeconfig,
      tokens: join(directory, "tokens.csv"),
      webhook: join(directory, "webhook.kubeconfig"),
      egress: { file: join(directory, "egress.json"), port: egressPort },
      podDelays: this.options.podDelays,
    };
    writeTokens(layout.tokens, state.token);
    const asked = this.authenticator.serve(key, { clusterId: request.id, key: state.key });
    writeWebhookKubeconfig(layout.webhook, asked);

    try {
      await startComponents(this.processes, tools, request, layout);
      const config = loadKubeconfig(adminKubeconfig);
      await applyAll(config, bornWith(request));
      const power = new Power({ config, cluster: request, log });
      kubelets = new Kubelets(config, certificates, power);
      const { balance, balancers } = this.options;
      // What an earlier run has left of pods' tokens.
      rmSync(join(directory, "pods"), { recursive: true, force: true });
      const programs = new PodPrograms({
        ...{ config, cluster: request, tools, log, directory, address },
        authority: certificates.authority,
        network: networkPort,
        ways: network,
        power,
        services,
        processes: this.processes,
        prefix: `${key}/`,
      });
      const disks = new Disks(config, join(directory, "disks"));
      const standIns = startStandIns({
        ...{ config, cluster: request, balance, balancers, programs, disks, power, log },
        velero: tools.velero,
      });
      this.proxy.map(request.endpointHost, state.ports.api);
      const secrets = { token: state.token, key: state.key };
      const running = {
        request,
        port: state.ports.api,
        adminKubeconfig,
        layout,
        ...secrets,
        config,
        network,
        power,
        programs,
        disks,
        standIns,
      };
      this.ready.set(request.id, running);
      this.writeCredentials();
      log(`control plane of ${request.name} ready after ${Math.round((Date.now() - begin) / 100) / 10} s`);
      return running;
    } catch (error) {
      await this.processes.endAll(`${key}/`);
      await network.close();
      throw error;
    }
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

/** Ends what this program plays of a cluster, and what runs behind its pods. */
async function endWithin({ standIns, programs, power, network }: Running): Promise<void> {
  await Promise.all([standIns.stop(), programs.stop(), power.stop()]);
  await network.close();
}

/** Server-side apply, in order, as the cloud itself. */
async function applyAll(config: KubeConfig, objects: KubernetesManifest[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const object of objects) {
    await api.patch(object, undefined, undefined, "cloud", true, PatchStrategy.ServerSideApply);
  }
}
