/** An empty cluster with the real Argo CD and a Git host, for one measurement. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApiextensionsV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type KubernetesObject,
  type V1CustomResourceDefinition,
} from "@kubernetes/client-node";
import { execa } from "execa";
import { ensureCrds, ensureTools, rehearsalPrograms } from "../../../cli/tools";
import { argocdValues } from "../../../components/argocd/values";
import { startArgoCd, type ArgoCd } from "../../../simulator/argocd";
import { ControlPlanes } from "../../../simulator/controlplane";
import { until } from "../../../simulator/controlplane/drain";
import { serveGit, type GitRemote } from "../../../simulator/git";
import { prodDefaults } from "../../unit/configuration";
import { cluster, node } from "../../rehearsal/objects";
import { branch, repository, rootPath, writeRepository } from "./applications";

export interface Plane {
  config: KubeConfig;
  argocd: ArgoCd;
  remote: GitRemote;
  webhookSecret: string;
  /** Folders with a `processes.json` each: the control plane's programs, and Argo CD's. */
  processes: { controlPlane: string; argocd: string };
  apply(object: KubernetesObject): Promise<void>;
  /** Ends everything and removes its files. */
  stop(): Promise<void>;
}

export interface PlaneOptions {
  applications: number;
  /** The program's settings for many Applications; without: Argo CD's defaults. */
  tuned: boolean;
  say(line: string): void;
}

/** Argo CD as it comes, but for what would need the program's Secrets or the network. */
const untuned = { configs: { secret: { createSecret: false } }, redisSecretInit: { enabled: false } };

const webhookSecret = "of-the-benchmark";

/** Pods are ready as soon as they are scheduled: what a program takes to start is its own. */
const none = { durationMilliseconds: 0, jitterDurationMilliseconds: 0 };

/** @throws with nothing left running or lying around. */
export async function startPlane(options: PlaneOptions): Promise<Plane> {
  const directory = mkdtempSync(join(tmpdir(), "bench-argocd-"));
  const started: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    // One that cannot be ended keeps none of the others.
    const failures: unknown[] = [];
    for (const end of started.splice(0).reverse()) await end().catch((error: unknown) => failures.push(error));
    rmSync(directory, { recursive: true, force: true });
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { ...(await startIn(directory, options, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startIn(
  directory: string,
  { applications, tuned, say }: PlaneOptions,
  started: (() => Promise<unknown>)[],
): Promise<Omit<Plane, "stop">> {
  const tools = await ensureTools(say, rehearsalPrograms);
  const crds = await ensureCrds(say, ["argo-cd"]);
  const clusters = new ControlPlanes({
    directory: join(directory, "clusters"),
    tools,
    podDelays: { pull: none, readiness: none },
    log: () => undefined,
  });
  started.push(() => clusters.shutdown());
  await clusters.start(cluster);
  // Twice the pods: while all of them are rolled, the old ones are still there.
  await clusters.setNodes(
    cluster.id,
    "general",
    ["a", "b", "c", "d"].map((zone) => ({ ...node(zone), vcpu: 32, memoryGiB: 128, maxPods: 250 })),
  );
  const kubeconfig = (await clusters.cluster(cluster.id)).adminKubeconfig;
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const apply = async (object: KubernetesObject): Promise<void> => {
    await api.patch(object, undefined, undefined, "bench", true, PatchStrategy.ServerSideApply);
  };
  const items = Object.values(crds).flatMap((files) =>
    files.flatMap((file) => JSON.parse(readFileSync(file, "utf8")) as KubernetesObject[]),
  );
  // Not by the client library: it leaves out what it does not know of a schema.
  await execa(tools.kubectl, ["apply", "--server-side", "--kubeconfig", kubeconfig, "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
  const definitions = config.makeApiClient(ApiextensionsV1Api);
  await until(60, async () => (await definitions.listCustomResourceDefinition()).items.every(isEstablished));
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } });
  await apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "argocd-secret", namespace: "argocd", labels: { "app.kubernetes.io/part-of": "argocd" } },
    stringData: { "server.secretkey": "also-of-the-benchmark", "webhook.github.secret": webhookSecret },
  } as KubernetesObject);

  const source = join(directory, "source");
  mkdirSync(source);
  writeRepository(source, applications, tuned);
  const git = { repository, revision: branch, path: rootPath, directory: join(directory, "git") };
  const remote = await serveGit({ source: { folder: source }, ...git });
  started.push(() => remote.stop());
  const values = tuned ? argocdValues(prodDefaults) : untuned;
  const argocd = await startArgoCd({
    kubeconfig,
    release: { name: "argocd", namespace: "argocd", values },
    directory: join(directory, "argocd"),
    tools,
    network: remote.network,
    log: () => undefined,
  });
  started.push(() => argocd.stop());
  const processes = { controlPlane: join(directory, "clusters"), argocd: join(directory, "argocd") };
  return { config, argocd, remote, webhookSecret, processes, apply };
}

/** Argo CD's server does not wait for its resources to be served. */
function isEstablished({ status }: V1CustomResourceDefinition): boolean {
  return status?.conditions?.some(({ type, status }) => type === "Established" && status === "True") ?? false;
}
