/** `kubernetes:helm.sh/v3:Release` (provider/pkg/provider/helm_release.go of pulumi-kubernetes 4.34). */
import type { KubeConfig } from "@kubernetes/client-node";
import { InitializationFailed, type CheckRequest, type CheckResult, type CreateRequest } from "../../provider";
import type { DeleteRequest, DiffRequest, DiffResult, Properties, ReadRequest, UpdateRequest } from "../../provider";
import type { ChartData } from "../charts";
import { parseCheckpoint } from "../checkpoint";
import { diffObject } from "../diff";
import { hex } from "../metadata";
import { isRecord, parseId } from "../objects";
import type { Session } from "../session";
import { chartContents, chartCrds, type ContentSources, type ReleaseFacts } from "./contents";
import { installFlags, uninstallFlags, upgradeFlags } from "./flags";
import { Helm } from "./helm";
import { checkRelease, defaultTimeoutSeconds, findChart } from "./inputs";
import { previewed, stateOf } from "./state";

export type { ReleaseFacts } from "./contents";

export interface ReleaseOptions extends ContentSources {
  /** Helm 3's program. Default: `helm` on PATH. */
  helm?: string;
  /** Starts and ends what the chart stands for. A failure to start is a failure of the release. */
  onRelease?(event: ReleaseEvent): Promise<void>;
}

export interface ReleaseEvent extends ReleaseFacts {
  phase: "installed" | "upgraded" | "uninstalled";
  /** The API server's address in the provider's kubeconfig: tells the clusters apart. */
  server: string;
  /** As the provider reaches the cluster, with its rights. */
  kubeConfig: KubeConfig;
}

export class Releases {
  constructor(private readonly options: ReleaseOptions) {}

  async check(session: Session, { name, olds, news }: CheckRequest): Promise<CheckResult> {
    const inputs: Properties = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
    if (inputs.name === undefined || inputs.name === "") inputs.name = olds.name ?? `${name}-${hex(8)}`;
    if (inputs.namespace === undefined || inputs.namespace === "") inputs.namespace = session.settings.namespace;
    if (inputs.skipAwait !== true && inputs.timeout === undefined) inputs.timeout = defaultTimeoutSeconds;
    delete inputs.resourceNames;
    delete inputs.compat;
    const failures = checkRelease(inputs);
    const chart = findChart(inputs);
    if (chart && "data" in chart) {
      for (const crd of await chartCrds(this.options, chart.data, inputs.values)) session.planned.add(crd);
    }
    return { inputs, failures };
  }

  /** Compared by its inputs; another name or namespace is another release. */
  async diff(_session: Session, { type, oldOutputs, news }: DiffRequest): Promise<DiffResult> {
    const { inputs: oldInputs } = parseCheckpoint(oldOutputs);
    const asObject = ({ name, namespace, ...rest }: Properties): Properties => ({
      ...rest,
      metadata: { name, namespace },
    });
    const { updates, replaces } = diffObject({
      type,
      oldInputs: asObject(oldInputs),
      live: asObject(oldInputs),
      news: asObject(news),
      namespaced: true,
      mutable: { configMaps: true, secrets: true },
    });
    return { updates, replaces: replaces.map((path) => path.replace("metadata.", "")), deleteBeforeReplace: false };
  }

  async create(
    session: Session,
    { inputs, preview, ended }: CreateRequest,
  ): Promise<{ id: string; outputs: Properties }> {
    if (preview) return { id: "", outputs: previewed(inputs) };
    const { api, helm, chart, facts } = this.open(session, inputs, "create", ended);
    const { release: name, namespace } = facts;
    const contents = await chartContents(api, this.options, chart, facts, inputs.skipCrds === true);
    const id = `${namespace}/${name}`;
    try {
      await helm.install(name, namespace, contents, inputs.values, installFlags(inputs));
      api.forgetResources();
      await this.announce(session, facts, "installed");
    } catch (error) {
      const release = await helm.status(name, namespace);
      // A release of that name was there before: it is somebody else's.
      if (!release || /cannot re-use a name/.test(messageOf(error))) throw error;
      const message =
        `Helm release "${id}" was created, but failed to initialize completely. Use Helm CLI to investigate: ` +
        `failed to become available within allocated timeout. Error: Helm Release ${id}: ${messageOf(error)}`;
      throw new InitializationFailed(id, stateOf(inputs, chart, release), [message]);
    }
    return { id, outputs: stateOf(inputs, chart, await helm.status(name, namespace)) };
  }

  async update(session: Session, { news, preview, ended }: UpdateRequest): Promise<{ outputs: Properties }> {
    if (preview) return { outputs: previewed(news) };
    const { api, helm, chart, facts } = this.open(session, news, "update", ended);
    const { release: name, namespace } = facts;
    const contents = await chartContents(api, this.options, chart, facts, news.skipCrds === true);
    const before = await helm.status(name, namespace);
    try {
      await helm.upgrade(name, namespace, contents, news.values, upgradeFlags(news));
      api.forgetResources();
      await this.announce(session, facts, "upgraded");
    } catch (error) {
      const release = await helm.status(name, namespace);
      // Refused before it began, as while another operation is in progress.
      if (!release || release.revision === before?.revision) throw error;
      const id = `${namespace}/${name}`;
      const message =
        `Helm release "${id}" failed to initialize completely. Use Helm CLI to investigate: error running update: ` +
        `failed to become available within allocated timeout. Error: Helm Release ${id}: ${messageOf(error)}`;
      throw new InitializationFailed(id, stateOf(news, chart, release), [message]);
    }
    return { outputs: stateOf(news, chart, await helm.status(name, namespace)) };
  }

  async read(session: Session, { id, inputs, outputs }: ReadRequest) {
    const { namespace = "default", name } = parseId(id);
    const release = await this.helm(session).status(name, namespace);
    if (!release) return undefined;
    // The state of one that was taken over by its id has nothing but the inputs.
    const known = outputs.__inputs === undefined ? inputs : parseCheckpoint(outputs).inputs;
    const chart = findChart(known);
    if (!chart || !("data" in chart)) throw new Error("a Release can't be imported in a rehearsal");
    return { id, inputs, outputs: stateOf(known, chart.data, release) };
  }

  async delete(session: Session, { outputs, timeoutSeconds, ended }: DeleteRequest): Promise<void> {
    const { api, helm, facts } = this.open(session, parseCheckpoint(outputs).inputs, "delete", ended);
    await helm.uninstall(facts.release, facts.namespace, uninstallFlags(outputs, timeoutSeconds));
    api.forgetResources();
    await this.announce(session, facts, "uninstalled");
  }

  private open(session: Session, inputs: Properties, verb: string, ended?: AbortSignal) {
    if (!session.api) throw new Error(`can't ${verb} Helm Release with unreachable cluster: ${session.unreachable}`);
    const found = findChart(inputs);
    if (!found || !("data" in found)) throw new Error(found?.reason ?? "the chart is not known");
    return { api: session.api, helm: this.helm(session, ended), chart: found.data, facts: factsOf(found.data, inputs) };
  }

  private helm({ kubeConfig }: Session, ended?: AbortSignal): Helm {
    if (!kubeConfig) throw new Error("the Kubernetes provider has no kubeconfig");
    return new Helm(this.options.helm ?? "helm", kubeConfig, ended);
  }

  private async announce({ kubeConfig }: Session, facts: ReleaseFacts, phase: ReleaseEvent["phase"]): Promise<void> {
    if (!kubeConfig) return;
    const server = kubeConfig.getCurrentCluster()?.server ?? "";
    await this.options.onRelease?.({ ...facts, phase, server, kubeConfig });
  }
}

function factsOf(chart: ChartData, { name, namespace, values }: Properties): ReleaseFacts {
  return {
    chart: chart.chart,
    version: chart.version,
    release: String(name),
    namespace: String(namespace),
    values: isRecord(values) ? values : {},
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
