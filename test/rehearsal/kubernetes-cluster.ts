/** A cluster for tests of the Kubernetes provider, and the provider as the engine would use it, without the engine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureCrds, ensureTools } from "../../cli/tools";
import { ControlPlanes } from "../../simulator/controlplane";
import { KubernetesApi, KubernetesProvider, type ReleaseEvent } from "../../simulator/kubernetes";
import { kubeConfigOf } from "../../simulator/kubernetes/config";
import type { DiffResult, Properties } from "../../simulator/provider";

const id = "arn:aws:eks:eu-west-1:123456789012:cluster/kubernetes";
const endpointHost = "0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com";
const say = (): void => undefined;

export interface TestCluster {
  provider: KubernetesProvider;
  api: KubernetesApi;
  kubeconfig: string;
  events: ReleaseEvent[];
  end(): Promise<void>;
}

export async function startTestCluster(): Promise<TestCluster> {
  const directory = mkdtempSync(join(tmpdir(), "kubernetes-provider-"));
  const tools = await ensureTools(say);
  const crds = await ensureCrds(say);
  const clusters = new ControlPlanes({ directory, tools, log: say });
  const request = { cloud: "aws", region: "eu-west-1", version: "1.35", serviceCidr: "172.20.0.0/16" } as const;
  const { certificateAuthority } = await clusters.start({ ...request, id, name: "kubernetes", endpointHost });
  await clusters.setNodes(id, "general", ["a", "b", "c"].map(node));
  const { HTTPS_PROXY: proxyUrl, ...environment } = await clusters.environment();
  Object.assign(process.env, environment);
  const kubeconfig = kubeconfigText(certificateAuthority);
  const events: ReleaseEvent[] = [];
  const provider = new KubernetesProvider({
    proxyUrl,
    timeScale: 0.05,
    helm: tools.helm,
    crds: async (chart) => crds[chart] ?? [],
    onRelease: async (event) => void events.push(event),
  });
  return {
    provider,
    kubeconfig,
    events,
    api: new KubernetesApi(kubeConfigOf({ kubeconfig }, proxyUrl)),
    end: async () => {
      await clusters.stop(id);
      await clusters.shutdown();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function node(zone: string, index: number) {
  return {
    name: `ip-10-0-${index}-10.eu-west-1.compute.internal`,
    zone: `eu-west-1${zone}`,
    instanceType: "m6i.2xlarge",
    vcpu: 8,
    memoryGiB: 32,
    maxPods: 58,
    labels: {},
    taints: [],
    providerId: `aws:///eu-west-1${zone}/i-0123456789abcdef${index}`,
    internalIP: `10.0.${index}.10`,
  };
}

/** As `aws eks update-kubeconfig` writes it. */
function kubeconfigText(certificateAuthority: string): string {
  const args = ["eks", "get-token", "--cluster-name", "kubernetes", "--region", "eu-west-1", "--output", "json"];
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "eks",
        cluster: { server: `https://${endpointHost}`, "certificate-authority-data": certificateAuthority },
      },
    ],
    contexts: [{ name: "eks", context: { cluster: "eks", user: "eks" } }],
    "current-context": "eks",
    users: [
      {
        name: "eks",
        user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args } },
      },
    ],
  });
}

/** One resource, brought up as the engine does it: check, diff, then create, update or replace. */
export class TestResource {
  inputs: Properties = {};
  outputs: Properties = {};
  id = "";

  constructor(
    private readonly provider: KubernetesProvider,
    private readonly type: string,
    private readonly name: string,
    private readonly connection = "test",
  ) {}

  private get request() {
    const urn = `urn:pulumi:test::platform::${this.type}::${this.name}`;
    return { urn, type: this.type, name: this.name, connection: this.connection };
  }

  async check(news: Properties): Promise<Properties> {
    const { inputs, failures } = await this.provider.check({ ...this.request, olds: this.inputs, news });
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return inputs;
  }

  async create(news: Properties, { preview = false, timeoutSeconds = 60 } = {}): Promise<Properties> {
    const inputs = await this.check(news);
    const made = await this.provider.create({ ...this.request, inputs, preview, timeoutSeconds });
    if (preview) return made.outputs;
    this.id = made.id;
    return this.keep(inputs, made.outputs);
  }

  async diff(news: Properties): Promise<DiffResult> {
    const inputs = await this.check(news);
    return this.provider.diff({
      ...this.request,
      id: this.id,
      oldInputs: this.inputs,
      oldOutputs: this.outputs,
      news: inputs,
    });
  }

  async update(news: Properties, { preview = false, timeoutSeconds = 60 } = {}): Promise<Properties> {
    const inputs = await this.check(news);
    const { outputs } = await this.provider.update({
      ...this.request,
      id: this.id,
      oldInputs: this.inputs,
      oldOutputs: this.outputs,
      news: inputs,
      preview,
      timeoutSeconds,
    });
    return preview ? outputs : this.keep(inputs, outputs);
  }

  read() {
    return this.provider.read({ ...this.request, id: this.id, inputs: this.inputs, outputs: this.outputs });
  }

  async delete(timeoutSeconds = 60): Promise<void> {
    await this.provider.delete({
      ...this.request,
      id: this.id,
      inputs: this.inputs,
      outputs: this.outputs,
      timeoutSeconds,
    });
  }

  private keep(inputs: Properties, outputs: Properties): Properties {
    this.inputs = inputs;
    this.outputs = outputs;
    return outputs;
  }
}
