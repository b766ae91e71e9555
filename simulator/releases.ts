/** The real programs behind the charts that a rehearsal installs: today Argo CD. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { startArgoCd, type ArgoCd, type ArgoCdOptions } from "./argocd";
import { allowRemoval } from "./argocd/removal";
import { sendPush, type Push } from "./argocd/webhook";
import type { ControlPlanes } from "./controlplane";
import { loadKubeconfig } from "./controlplane/kubeconfig";
import type { ReleaseEvent } from "./kubernetes";

export interface ReleasesOptions {
  /** Holds what it takes to start the programs again. */
  directory: string;
  clusters: ControlPlanes;
  tools: ArgoCdOptions["tools"];
  network: ArgoCdOptions["network"];
  log(line: string): void;
}

/** File that tells where Argo CD's server of each cluster answers on this machine: address by the cluster's id. */
export function argocdAddresses(directory: string): string {
  return join(directory, "argocd.json");
}

/** A release whose programs run here. */
interface Running {
  clusterId: string;
  release: ArgoCdOptions["release"];
}

export class Releases {
  private readonly running = new Map<string, ArgoCd>();

  constructor(private readonly options: ReleasesOptions) {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  }

  /** Starts again what ran when an earlier run ended; what was uninstalled meanwhile, cluster and all, is forgotten. */
  async resume(): Promise<void> {
    for (const entry of this.read()) {
      if (await this.isInstalled(entry)) await this.start(entry);
      else this.forget(entry);
    }
  }

  /** Follows what a release of a chart stands for; charts that stand for nothing real here are passed over. */
  async on({ phase, chart, release, namespace, values, server }: ReleaseEvent): Promise<void> {
    if (chart !== "argo-cd") return;
    const cluster = this.options.clusters.at(server);
    if (!cluster) throw new Error(`no simulated cluster answers at ${server}`);
    const entry = { clusterId: cluster.request.id, release: { name: release, namespace, values } };
    const present = this.running.get(keyOf(entry));
    if (phase === "uninstalled") {
      await present?.uninstall();
      this.running.delete(keyOf(entry));
      this.forget(entry);
      return;
    }
    this.write([...this.read().filter((other) => keyOf(other) !== keyOf(entry)), entry]);
    if (present) await present.upgrade(values);
    else await this.start(entry);
  }

  /**
   * Tells each Argo CD that has a webhook secret of a push, as the Git host whose owner has set the webhook up with it;
   * the others find out when they look. What one of them does not take is in the log.
   */
  async push(push: Omit<Push, "secret">): Promise<void> {
    for (const entry of this.read()) {
      const argocd = this.running.get(keyOf(entry));
      const secret = await this.webhookSecret(entry);
      if (!argocd || secret === undefined) continue;
      await sendPush(argocd.url, { ...push, secret }).catch((error: unknown) => this.options.log(String(error)));
    }
  }

  /** Ends every program; `resume` starts them again. */
  async shutdown(): Promise<void> {
    await Promise.all([...this.running.values()].map((program) => program.stop()));
    this.running.clear();
  }

  private async start(entry: Running): Promise<void> {
    const { clusters, directory, tools, network, log } = this.options;
    const { adminKubeconfig } = await clusters.cluster(entry.clusterId);
    const started = await startArgoCd({
      kubeconfig: adminKubeconfig,
      release: entry.release,
      directory: join(directory, keyOf(entry)),
      tools,
      network,
      log,
    });
    this.running.set(keyOf(entry), started);
    const file = argocdAddresses(directory);
    const addresses = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
    writeFileSync(file, JSON.stringify({ ...addresses, [entry.clusterId]: started.url }));
  }

  private async webhookSecret({ clusterId, release: { namespace } }: Running): Promise<string | undefined> {
    const { data } = await (await this.core(clusterId)).readNamespacedSecret({ name: "argocd-secret", namespace });
    const encoded = data?.["webhook.github.secret"];
    return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
  }

  /** Helm's history says so: a release whose removal has begun, or ended, must not be brought back. */
  private async isInstalled({ clusterId, release: { name, namespace } }: Running): Promise<boolean> {
    if (!this.options.clusters.known().some(({ id }) => id === clusterId)) return false;
    const labelSelector = `owner=helm,name=${name},status in (deployed,failed,pending-upgrade,pending-rollback)`;
    const { items } = await (await this.core(clusterId)).listNamespacedSecret({ namespace, labelSelector });
    return items.length > 0;
  }

  private async core(clusterId: string): Promise<CoreV1Api> {
    const { adminKubeconfig } = await this.options.clusters.cluster(clusterId);
    return loadKubeconfig(adminKubeconfig).makeApiClient(CoreV1Api);
  }

  private forget(entry: Running): void {
    this.write(this.read().filter((other) => keyOf(other) !== keyOf(entry)));
    const directory = join(this.options.directory, keyOf(entry));
    allowRemoval(directory);
    rmSync(directory, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.options.directory, "releases.json");
  }

  private read(): Running[] {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as Running[]) : [];
  }

  private write(entries: Running[]): void {
    writeFileSync(`${this.file}.new`, JSON.stringify(entries), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}

function keyOf({ clusterId, release }: Running): string {
  const hash = createHash("sha256").update(clusterId).digest("hex").slice(0, 8);
  return `${release.name}-${hash}`;
}
