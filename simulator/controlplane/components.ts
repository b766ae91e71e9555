/** The programs of one control plane, and the flags that they are started with. */
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { ClusterRequest } from "../cloud/behaviour";
import type { Processes } from "../processes";
import { frontProxyName, type Certificates } from "./certificates";
import { poweredNodes } from "./power";
import { stagesOf, type PodDelays } from "./stages";

/** Paths of the programs. */
export interface ControlPlaneTools {
  etcd: string;
  "kube-apiserver": string;
  "kube-controller-manager": string;
  "kube-scheduler": string;
  kwok: string;
  "kubelet-exec": string;
}

/** Where one control plane keeps what it has, and what it listens on. */
export interface Layout {
  /** Name of the folder, and prefix of the processes' names. */
  key: string;
  directory: string;
  ports: Ports;
  certificates: Certificates;
  adminKubeconfig: string;
  /** Static tokens of the cloud's identities, in the API server's own form. */
  tokens: string;
  /** Kubeconfig of the webhook that knows all other tokens. */
  webhook: string;
  /** The API server's way to nodes and pods: its configuration, and the port of the proxy that it leads to. */
  egress: { file: string; port: number };
  /** As usual unless told. */
  podDelays?: PodDelays | undefined;
}

/** Ports on 127.0.0.1. */
export interface Ports {
  etcd: number;
  etcdPeer: number;
  api: number;
  controllerManager: number;
  scheduler: number;
  kwok: number;
  kubeletExec: number;
}

/** Addresses of pods: the shared address space of RFC 6598, which no cloud network here uses. */
const podCidr = "100.64.0.0/16";

/**
 * The version that a control plane behaves as: the one that was asked for, or the nearest that these programs can
 * emulate, their own minor version and the three before it (KEP-4330).
 */
export function emulatedVersion(wanted: string): string {
  const [oldest, newest] = [33, 36];
  const minor = Number(wanted.split(".")[1]);
  return `1.${Math.min(Math.max(minor, oldest), newest)}`;
}

/** Starts what is not running yet, in order, and returns when the API server and its controllers answer. */
export async function startComponents(
  processes: Processes,
  tools: ControlPlaneTools,
  cluster: ClusterRequest,
  layout: Layout,
): Promise<void> {
  const { directory, ports, certificates, adminKubeconfig } = layout;
  const start = async (name: string, file: string, args: string[], ready?: () => Promise<boolean>): Promise<void> => {
    const process = `${layout.key}/${name}`;
    if (processes.isRunning(process)) return;
    const logFile = join(directory, "logs", `${name}.log`);
    await processes.start({ name: process, file, arguments: args, logFile, ready });
  };
  const emulation = `--emulated-version=${emulatedVersion(cluster.version)}`;
  const url = (port: number): string => `http://127.0.0.1:${port}`;

  await start(
    "etcd",
    tools.etcd,
    [
      `--data-dir=${join(directory, "etcd")}`,
      `--listen-client-urls=${url(ports.etcd)}`,
      `--advertise-client-urls=${url(ports.etcd)}`,
      `--listen-peer-urls=${url(ports.etcdPeer)}`,
      `--initial-advertise-peer-urls=${url(ports.etcdPeer)}`,
      `--initial-cluster=default=${url(ports.etcdPeer)}`,
      // A machine that loses power loses a rehearsal: not worth waiting for the disk.
      "--unsafe-no-fsync",
    ],
    async () => (await fetch(`${url(ports.etcd)}/readyz`)).ok,
  );

  writeFileSync(layout.egress.file, JSON.stringify(egress(layout.egress.port, certificates)));
  const authority = readFileSync(certificates.authority, "utf8");
  await start(
    "kube-apiserver",
    tools["kube-apiserver"],
    [
      `--etcd-servers=${url(ports.etcd)}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${ports.api}`,
      `--tls-cert-file=${certificates.serverCertificate}`,
      `--tls-private-key-file=${certificates.serverKey}`,
      `--client-ca-file=${certificates.authority}`,
      `--service-account-key-file=${certificates.serviceAccountPublicKey}`,
      `--service-account-signing-key-file=${certificates.serviceAccountKey}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--token-auth-file=${layout.tokens}`,
      ...webhookFlags(layout.webhook),
      ...aggregationFlags(certificates),
      `--egress-selector-config-file=${layout.egress.file}`,
      "--authorization-mode=RBAC",
      `--service-cluster-ip-range=${cluster.serviceCidr}`,
      "--allow-privileged=true",
      // Its address is loopback, which no Endpoints object may hold.
      "--endpoint-reconciler-type=none",
      // Whoever runs a command in a pod is let into its node by this.
      `--kubelet-certificate-authority=${certificates.authority}`,
      `--kubelet-client-certificate=${certificates.adminCertificate}`,
      `--kubelet-client-key=${certificates.adminKey}`,
      emulation,
    ],
    () => answers(ports.api, "/readyz", authority),
  );

  const stagesFile = join(directory, "stages.yaml");
  writeFileSync(
    stagesFile,
    stagesOf(layout.podDelays)
      .map((stage) => JSON.stringify(stage))
      .join("\n---\n"),
  );
  const controller = [`--kubeconfig=${adminKubeconfig}`, "--bind-address=127.0.0.1", "--leader-elect=false", emulation];
  await Promise.all([
    start(
      "kube-controller-manager",
      tools["kube-controller-manager"],
      [
        ...controller,
        `--secure-port=${ports.controllerManager}`,
        `--service-account-private-key-file=${certificates.serviceAccountKey}`,
        `--root-ca-file=${certificates.authority}`,
        `--service-cluster-ip-range=${cluster.serviceCidr}`,
        // The defaults (20, 30) make a hundred applications wait for the client, not for the server.
        "--kube-api-qps=200",
        "--kube-api-burst=400",
      ],
      () => answers(ports.controllerManager, "/healthz"),
    ),
    start("kube-scheduler", tools["kube-scheduler"], [...controller, `--secure-port=${ports.scheduler}`], () =>
      answers(ports.scheduler, "/healthz"),
    ),
    start(
      "kwok",
      tools.kwok,
      [
        `--kubeconfig=${adminKubeconfig}`,
        `--manage-nodes-with-label-selector=${poweredNodes}`,
        `--config=${stagesFile}`,
        `--cidr=${podCidr}`,
        "--node-lease-duration-seconds=40",
        `--server-address=127.0.0.1:${ports.kwok}`,
      ],
      async () => (await fetch(`${url(ports.kwok)}/healthz`)).ok,
    ),
    start(
      "kubelet-exec",
      tools["kubelet-exec"],
      [String(ports.kubeletExec)],
      // It knows one thing, and this is none: it answers.
      async () => (await fetch(url(ports.kubeletExec))).status === 400,
    ),
  ]);
}

/** An access that is taken away shall be gone in seconds: the default keeps what the webhook said for two minutes. */
function webhookFlags(kubeconfig: string): string[] {
  return [
    `--authentication-token-webhook-config-file=${kubeconfig}`,
    "--authentication-token-webhook-version=v1",
    "--authentication-token-webhook-cache-ttl=10s",
  ];
}

/**
 * Servers of other APIs (metrics-server) get requests from the API server, which tells them the user's name: as on every
 * cloud, straight to their pods.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
 */
function aggregationFlags(files: Certificates): string[] {
  return [
    `--requestheader-client-ca-file=${files.frontProxyAuthority}`,
    `--requestheader-allowed-names=${frontProxyName}`,
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${files.frontProxyCertificate}`,
    `--proxy-client-key-file=${files.frontProxyKey}`,
    "--enable-aggregator-routing=true",
  ];
}

/**
 * The clouds' API servers reach nodes and pods through konnectivity, a proxy for CONNECT; so does this one.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/
 */
function egress(port: number, { authority, adminCertificate, adminKey }: Certificates): object {
  const tlsConfig = { caBundle: authority, clientCert: adminCertificate, clientKey: adminKey };
  const transport = { tcp: { url: `https://127.0.0.1:${port}`, tlsConfig } };
  return {
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [{ name: "cluster", connection: { proxyProtocol: "HTTPConnect", transport } }],
  };
}

/** @param authority PEM; without it the server's certificate is its own and only loopback vouches for it. */
function answers(port: number, path: string, authority?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    request(
      { host: "127.0.0.1", port, path, ca: authority, rejectUnauthorized: authority !== undefined, timeout: 2000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    )
      .once("error", reject)
      .once("timeout", function (this: { destroy(): void }) {
        this.destroy();
      })
      .end();
  });
}
