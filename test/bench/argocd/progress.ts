/** What Argo CD has done so far, from watches: asking again and again would take the time that is measured. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  AppsV1Api,
  CustomObjectsApi,
  makeInformer,
  type Informer,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  type V1Deployment,
} from "@kubernetes/client-node";
import { benchLabel, versionAnnotation } from "./applications";

/** The parts of an Application that are read here. */
export interface Synced extends KubernetesObject {
  status?: { sync?: { status?: string; revision?: string }; health?: { status?: string } };
}

const group = { group: "argoproj.io", version: "v1alpha1", namespace: "argocd", plural: "applications" };

export class Progress {
  private readonly applications = new Map<string, Synced>();
  /** By namespace: each has one. */
  private readonly deployments = new Map<string, V1Deployment>();
  private readonly informers: Informer<KubernetesObject>[];
  private readonly waiting = new Set<() => void>();
  private changedAt = performance.now();
  private stopped = false;

  constructor(config: KubeConfig) {
    const custom = config.makeApiClient(CustomObjectsApi);
    const apps = config.makeApiClient(AppsV1Api);
    const labelSelector = benchLabel;
    this.informers = [
      this.follow(
        makeInformer<Synced>(
          config,
          "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications",
          () => custom.listNamespacedCustomObject(group) as Promise<KubernetesListObject<Synced>>,
        ),
        (application) => this.applications.set(application.metadata?.name ?? "", application),
      ),
      this.follow(
        makeInformer<V1Deployment>(
          config,
          "/apis/apps/v1/deployments",
          () => apps.listDeploymentForAllNamespaces({ labelSelector }),
          labelSelector,
        ),
        (deployment) => this.deployments.set(deployment.metadata?.namespace ?? "", deployment),
      ),
    ];
  }

  async start(): Promise<void> {
    await Promise.all(this.informers.map((informer) => informer.start()));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.informers.map((informer) => informer.stop()));
  }

  /** Synced, to this commit where one is given. */
  isSynced(name: string, revision?: string): boolean {
    const sync = this.applications.get(name)?.status?.sync;
    return sync?.status === "Synced" && (revision === undefined || sync.revision === revision);
  }

  isHealthy(name: string): boolean {
    return this.applications.get(name)?.status?.health?.status === "Healthy";
  }

  isReady(name: string, version: string): boolean {
    const deployment = this.deployments.get(name);
    return deployment !== undefined && isRolledOut(deployment, version);
  }

  replicas(name: string): number | undefined {
    return this.deployments.get(name)?.spec?.replicas;
  }

  /**
   * Seconds from `begin` (of `performance.now()`) until it holds for all of them, looked at with every change.
   * @throws Error that names the first that are missing when the time is up.
   */
  async until(
    what: string,
    names: string[],
    holds: (name: string) => boolean,
    { begin, timeoutSeconds }: { begin: number; timeoutSeconds: number },
  ): Promise<number> {
    const deadline = begin + timeoutSeconds * 1000;
    let left = names;
    for (;;) {
      left = left.filter((name) => !holds(name));
      if (left.length === 0) return (performance.now() - begin) / 1000;
      const remaining = deadline - performance.now();
      if (remaining <= 0) {
        const some = left.slice(0, 5).map((name) => `${name} ${JSON.stringify(this.applications.get(name)?.status)}`);
        throw new Error(`${what}: ${left.length} are missing after ${timeoutSeconds} s:\n${some.join("\n")}`);
      }
      await this.change(Math.min(remaining, 1000));
    }
  }

  /** Waits until nothing has changed for so long, a minute at most. */
  async quiet(seconds: number): Promise<void> {
    const deadline = performance.now() + 60_000;
    while (performance.now() < deadline && performance.now() - this.changedAt < seconds * 1000) await sleep(100);
  }

  private change(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.waiting.add(done);
    });
  }

  private follow<T extends KubernetesObject>(
    informer: Informer<T>,
    keep: (object: T) => void,
  ): Informer<KubernetesObject> {
    const changed = (object: T): void => {
      keep(object);
      this.changedAt = performance.now();
      for (const done of [...this.waiting]) done();
    };
    informer.on("add", changed);
    informer.on("update", changed);
    informer.on("error", () => {
      if (!this.stopped) setTimeout(() => void informer.start(), 100).unref();
    });
    return informer;
  }
}

/** As `kubectl rollout status` has it. */
export function isRolledOut({ metadata, spec, status }: V1Deployment, version: string): boolean {
  const replicas = spec?.replicas ?? 1;
  return (
    spec?.template.metadata?.annotations?.[versionAnnotation] === version &&
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
    status?.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.readyReplicas === replicas
  );
}
