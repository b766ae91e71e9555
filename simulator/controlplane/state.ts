/** What a cluster is on disk: a folder for each, with what it takes to bring it back. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ClusterRequest } from "../cloud/behaviour";
import type { Ports } from "./components";
import { keyFor, newToken } from "./credentials";
import { apiServerAddress } from "./network";
import { areFree, freePorts } from "./ports";

/** `cluster.json` */
export interface ClusterState {
  request: ClusterRequest;
  ports: Ports;
  /** Of the cluster's creator. */
  token: string;
  /** Signs tokens of everybody else. */
  key: string;
}

/** What the folder of a cluster that is being removed is called by then. */
export const endedSuffix = ".ended";

/** The folder of a cluster, and what its processes' names begin with: readable, and different for every id. */
export function keyOf(clusterId: string): string {
  const name = (clusterId.split("/").at(-1) ?? clusterId).replace(/[^\w.-]/g, "-");
  return `${name}-${createHash("sha256").update(clusterId).digest("hex").slice(0, 8)}`;
}

/** The clusters that have a folder, as they were last asked for. */
export function knownClusters(directory: string): ClusterRequest[] {
  const folders = readdirSync(directory).filter((name) => !name.endsWith(endedSuffix));
  const files = folders.map((name) => join(directory, name, "cluster.json"));
  return files.filter(existsSync).map((file) => read(file).request);
}

/** The state of an earlier run, with other ports where someone has taken the old ones meanwhile; or a new one. */
export async function takeState(directory: string, request: ClusterRequest): Promise<ClusterState> {
  const file = join(directory, "cluster.json");
  const old = existsSync(file) ? read(file) : undefined;
  const keep = old && (await areFree(Object.values<number>({ ...old.ports })));
  const state: ClusterState = {
    request,
    ports: keep ? old.ports : await newPorts(),
    token: old?.token ?? newToken(request.cloud),
    key: old?.key ?? keyFor(request.cloud, dirname(directory)),
  };
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return state;
}

/** Every name that a client may use, in the cluster too: the cloud's endpoint, the Service `kubernetes`, this machine. */
export function serverNames({ endpointHost, serviceCidr }: ClusterRequest): string[] {
  const service = [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
  ];
  return [endpointHost, ...service, "localhost", "127.0.0.1", apiServerAddress(serviceCidr)];
}

function read(file: string): ClusterState {
  return JSON.parse(readFileSync(file, "utf8")) as ClusterState;
}

async function newPorts(): Promise<Ports> {
  const [etcd = 0, etcdPeer = 0, api = 0, controllerManager = 0, scheduler = 0, kwok = 0, kubeletExec = 0] =
    await freePorts(7);
  return { etcd, etcdPeer, api, controllerManager, scheduler, kwok, kubeletExec };
}
