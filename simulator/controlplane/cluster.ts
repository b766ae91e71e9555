/** One cluster: its control plane, its nodes' side of it, and what runs behind its pods. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KubernetesObjectApi, PatchStrategy, type KubeConfig } from "@kubernetes/client-node";
import type { ClusterRequest, KubernetesManifest } from "../cloud/behaviour";
import type { CloudServices } from "../cloud/services";
import type { Processes } from "../processes";
import { PodPrograms, type PodTools } from "../programs";
import type { Authenticator } from "./authentication";
import { bornWith } from "./born";
import { ensureCertificates } from "./certificates";
import { startComponents, type ControlPlaneTools as ComponentTools, type Layout } from "./components";
import { writeTokens } from "./credentials";
import { Disks } from "./disks";
import { Kubelets } from "./kubelet";
import { loadKubeconfig, writeAdminKubeconfig, writeWebhookKubeconfig } from "./kubeconfig";
import { apiServerAddress, ClusterNetwork } from "./network";
import { Power } from "./power";
import { startStandIns, type StandIns } from "./standins";
import type { DnsZones } from "./standins/externalDns";
import type { IngressBalancers } from "./standins/gce/balancers";
import type { Balance } from "./standins/loadbalancers";
import type { PodDelays } from "./stages";
import { keyOf, serverNames, takeState } from "./state";

/** Paths of the programs: of a control plane, and of what runs behind pods. */
export type ControlPlaneTools = ComponentTools & PodTools;

/** What all clusters have in common. */
export interface ClusterOptions {
  /** Has everything that must outlive the program; one `ControlPlanes` at a time. */
  directory: string;
  tools: ControlPlaneTools;
  /** What the clouds answer to Services that want a load balancer; without it each gets an address. */
  balance?: Balance;
  /** What Google makes of Ingresses of its own class. */
  balancers?: IngressBalancers;
  /** The zones that external-dns has its names in; without it, none. */
  zones?: DnsZones | undefined;
  /** What the clouds are to pods whose programs run; without it, out of reach. */
  services?: CloudServices | undefined;
  /** What follows `sh -c` in pods that run it on this machine: whatever is not named here to the letter does not run. */
  shellCommands?: readonly string[] | undefined;
  /**
   * What follows `sh -c` where a command is run in a pod's container, and is told to have gone well: nothing runs. Whatever
   * is not named here to the letter is refused.
   */
  playedCommands?: readonly string[] | undefined;
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

/** The same with all that runs for it. */
export interface StartedCluster extends RunningCluster {
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

/**
 * Starts a cluster's programs on the data that it has; the first time, on none.
 * @throws Error where they do not come up, with none of them left.
 */
export async function startCluster(
  request: ClusterRequest,
  { processes, authenticator, ...options }: ClusterOptions & { processes: Processes; authenticator: Authenticator },
): Promise<StartedCluster> {
  const { tools, log, services, balance, balancers, zones, podDelays, shellCommands, playedCommands } = options;
  const key = keyOf(request.id);
  const directory = join(options.directory, key);
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
    podDelays,
  };
  writeTokens(layout.tokens, state.token);
  const asked = authenticator.serve(key, { clusterId: request.id, key: state.key });
  writeWebhookKubeconfig(layout.webhook, asked);

  try {
    await startComponents(processes, tools, request, layout);
    const config = loadKubeconfig(adminKubeconfig);
    await applyAll(config, bornWith(request));
    const power = new Power({ config, cluster: request, log });
    kubelets = new Kubelets({ config, certificates, power, execPort: state.ports.kubeletExec, playedCommands });
    // What an earlier run has left of pods' tokens.
    rmSync(join(directory, "pods"), { recursive: true, force: true });
    const disks = new Disks(config, join(directory, "disks"));
    const programs = new PodPrograms({
      ...{ config, cluster: request, tools, log, directory, address },
      authority: certificates.authority,
      network: networkPort,
      ways: network,
      power,
      disks,
      services,
      processes,
      prefix: `${key}/`,
    });
    const standIns = startStandIns({
      ...{ config, cluster: request, balance, balancers, zones, programs, disks, power, log },
      velero: tools.velero,
      shellCommands,
    });
    const secrets = { token: state.token, key: state.key };
    const started = { request, port: state.ports.api, adminKubeconfig, layout, ...secrets };
    return { ...started, config, network, power, programs, disks, standIns };
  } catch (error) {
    await processes.endAll(`${key}/`);
    await network.close();
    throw error;
  }
}

/** Ends what this program plays of a cluster, and what runs behind its pods. */
export async function endCluster({ standIns, programs, power, network }: StartedCluster): Promise<void> {
  await Promise.all([standIns.stop(), programs.stop(), power.stop()]);
  await network.close();
}

/** Server-side apply, in order, as the cloud itself. */
export async function applyAll(config: KubeConfig, objects: KubernetesManifest[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const object of objects) {
    await api.patch(object, undefined, undefined, "cloud", true, PatchStrategy.ServerSideApply);
  }
}
