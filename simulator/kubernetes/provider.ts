/**
 * The Kubernetes provider of a rehearsal: the behaviour of pulumi-kubernetes 4.34 (provider/pkg/provider/provider.go)
 * on a real API server. It is stricter in one thing: a field that the server does not know is an error, where the
 * real one sends it and the server drops it.
 */
import type { CheckRequest, CheckResult, CreateRequest, DeleteRequest, DiffRequest, DiffResult } from "../provider";
import type { Properties, ReadRequest, SimulatedProvider, UpdateRequest } from "../provider";
import { unknown } from "../provider";
import { KubernetesApi } from "./api";
import { checkConfig, diffConfig, kubeConfigOf, PlannedKinds, settings } from "./config";
import { Objects } from "./resource";
import { Releases, type ReleaseOptions } from "./release";
import type { Session } from "./session";

export interface KubernetesProviderOptions extends ReleaseOptions {
  /** HTTP CONNECT proxy that leads from the clouds' own host names to the control planes on this machine. */
  proxyUrl?: string;
  /** Simulated seconds for one of the real provider's own pauses: endpoints that settle, retries. Default 1. */
  timeScale?: number;
}

const releaseType = "kubernetes:helm.sh/v3:Release";

export class KubernetesProvider implements SimulatedProvider {
  readonly name = "kubernetes";
  readonly version = "4.34.2";
  private readonly sessions = new Map<string, Session>();
  private readonly objects: Objects;
  private readonly releases: Releases;

  constructor(private readonly options: KubernetesProviderOptions) {
    this.objects = new Objects(options.timeScale ?? 1);
    this.releases = new Releases(options);
  }

  async checkConfig(news: Properties): Promise<CheckResult> {
    return checkConfig(news);
  }

  async diffConfig(oldInputs: Properties, news: Properties): Promise<DiffResult> {
    return diffConfig(oldInputs, news);
  }

  /** Never fails: previews do without a cluster, everything else says then why it can't be reached. */
  async configure(connection: string, config: Properties): Promise<void> {
    const planned = new PlannedKinds();
    if (config.kubeconfig === unknown) {
      const unreachable = "the kubeconfig is not known yet";
      this.sessions.set(connection, { settings: settings(config), planned, unreachable });
      return;
    }
    try {
      const kubeConfig = kubeConfigOf(config, this.options.proxyUrl);
      const session: Session = { settings: settings(config, kubeConfig), planned, kubeConfig };
      const api = new KubernetesApi(kubeConfig);
      try {
        await api.version();
        session.api = api;
      } catch (error) {
        session.unreachable = `unable to load schema information from the API server: ${messageOf(error)}`;
      }
      this.sessions.set(connection, session);
    } catch (error) {
      const unreachable = `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${messageOf(error)}`;
      this.sessions.set(connection, { settings: settings(config), planned, unreachable });
    }
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return this.of(request).check(this.session(request), request);
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return this.of(request).diff(this.session(request), request);
  }

  async create(request: CreateRequest): Promise<{ id: string; outputs: Properties }> {
    return this.of(request).create(this.session(request), request);
  }

  async read(request: ReadRequest): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined> {
    const session = this.session(request);
    if (!session.unreachable) return this.of(request).read(session, request);
    if (session.settings.deleteUnreachable) return undefined;
    if (session.settings.skipUpdateUnreachable) {
      return { id: request.id, inputs: request.inputs, outputs: request.outputs };
    }
    throw new Error(
      "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this " +
        "resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment " +
        `variable set to "true": ${session.unreachable}`,
    );
  }

  async update(request: UpdateRequest): Promise<{ outputs: Properties }> {
    return this.of(request).update(this.session(request), request);
  }

  async delete(request: DeleteRequest): Promise<void> {
    const session = this.session(request);
    if (!session.unreachable) return this.of(request).delete(session, request);
    if (session.settings.deleteUnreachable) return;
    throw new Error(
      "configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from " +
        "Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to " +
        `"true": ${session.unreachable}`,
    );
  }

  private of({ type }: { type: string }): Objects | Releases {
    if (type === releaseType) return this.releases;
    if (/^kubernetes:(helm\.sh|yaml|kustomize)[:/]/.test(type)) throw new Error(`${type} is not rehearsed`);
    return this.objects;
  }

  private session({ connection }: { connection: string }): Session {
    const session = this.sessions.get(connection);
    if (!session) throw new Error("the Kubernetes provider is not configured");
    return session;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
