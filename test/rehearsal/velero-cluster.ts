/** Clusters of the simulated clouds with Velero on them, and what its tests ask of them. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect, type Clients } from "../../cli/kubernetes";
import { ensureCrds, ensureTools, rehearsalPrograms, type ProgramName } from "../../cli/tools";
import { volumePolicy, volumePolicyData } from "../../components/backup/volumes";
import { identifyOnAzure } from "../../simulator/azure/access";
import { identifyOnGoogle } from "../../simulator/gcp/identity";
import type {
  CloudRecord,
  ClusterRequest,
  Inventory,
  KubernetesManifest,
  NodeRequest,
} from "../../simulator/cloud/behaviour";
import { ControlPlanes } from "../../simulator/controlplane";
import { KubernetesProvider } from "../../simulator/kubernetes";
import { openServices, type OpenServices } from "../../simulator/objectstore/services";
import type { Properties } from "../../simulator/provider";
import { TestResource } from "./kubernetes-cluster";
import { userKubeconfig } from "./objects";

export const soon = { timeout: 120_000, interval: 500 };
export const say = (line: string): void => console.log(line);

/** What a cluster is to have beside the default. */
export interface BringUp {
  nodes: NodeRequest[];
  storageClass: { name: string; provisioner: string };
  /** Images of Velero's plugins. */
  plugins: string[];
  /** Of the chart. */
  values: Properties;
  objects?: KubernetesManifest[];
}

export class VeleroClusters {
  private constructor(
    private readonly directory: string,
    readonly records: CloudRecord[],
    private readonly tools: Awaited<ReturnType<typeof ensureTools>>,
    private readonly planes: ControlPlanes,
    private readonly provider: KubernetesProvider,
    private opened: { services: OpenServices },
  ) {}

  /** @param records what the clouds have: read again and again. */
  static async open(records: CloudRecord[], plugins: ProgramName[]): Promise<VeleroClusters> {
    const directory = mkdtempSync(join(tmpdir(), "velero-"));
    const stores = ["versitygw", "fake-gcs-server", "azurite"] as const;
    const tools = await ensureTools(say, [...rehearsalPrograms, "velero", ...plugins, ...stores]);
    const crds = await ensureCrds(say, ["velero"]);
    const opened = { services: await openStores(directory, tools, records) };
    const planes = new ControlPlanes({
      directory: join(directory, "clusters"),
      tools,
      // The stores are closed and opened again while the clusters run.
      services: {
        route: (host) => opened.services.route(host),
        environment: (place) => opened.services.environment(place),
      },
      // On AWS whoever has made a cluster gets in without being asked who it is.
      identify: (cluster, principal) =>
        cluster.startsWith("/subscriptions/")
          ? identifyOnAzure({ inventory: inventoryOf(records) }, cluster, principal)
          : identifyOnGoogle(inventoryOf(records), cluster, principal),
      log: say,
    });
    const { HTTPS_PROXY: proxyUrl, ...environment } = await planes.environment();
    Object.assign(process.env, environment);
    const provider = new KubernetesProvider({
      proxyUrl,
      timeScale: 0.05,
      helm: tools.helm,
      crds: async (chart) => crds[chart] ?? [],
      onRelease: async () => undefined,
    });
    return new VeleroClusters(directory, records, tools, planes, provider, opened);
  }

  async end(): Promise<void> {
    await this.planes.shutdown();
    await this.opened.services.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  get stores(): OpenServices["stores"] {
    return this.opened.services.stores;
  }

  async reopenStores(): Promise<void> {
    await this.opened.services.stop();
    this.opened.services = await openStores(this.directory, this.tools, this.records);
  }

  /** Changes what the clouds have of a type. */
  put(type: string, outputs: Properties): void {
    const index = this.records.findIndex((one) => one.type === type);
    const found = this.records[index];
    if (found) this.records[index] = { ...found, outputs: { ...found.outputs, ...outputs } };
  }

  /** A cluster with a default storage class, and Velero as the stack installs it. */
  async bringUp(of: ClusterRequest, { nodes, storageClass, plugins, values, objects = [] }: BringUp): Promise<void> {
    const { certificateAuthority } = await this.planes.start(of);
    await this.planes.setNodes(of.id, "general", nodes);
    await this.planes.apply(of.id, [
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "CSIDriver",
        metadata: { name: storageClass.provisioner },
        spec: { attachRequired: true },
      },
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: storageClass.name },
        provisioner: storageClass.provisioner,
        volumeBindingMode: "WaitForFirstConsumer",
      },
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "velero", labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
      },
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: volumePolicy, namespace: "velero" },
        data: volumePolicyData(),
      },
      ...objects,
    ]);
    const connection = `velero-${of.name}`;
    await this.provider.configure(connection, { kubeconfig: userKubeconfig(of, certificateAuthority) });
    await new TestResource(this.provider, "kubernetes:helm.sh/v3:Release", connection, connection).create(
      {
        name: `${of.name}-velero`,
        chart: "velero",
        version: "12.1.0",
        namespace: "velero",
        repositoryOpts: { repo: "https://vmware-tanzu.github.io/helm-charts" },
        values: {
          initContainers: plugins.map((image) => ({
            name: (image.split("/").at(-1) ?? "").split(":")[0],
            image,
            volumeMounts: [{ name: "plugins", mountPath: "/target" }],
          })),
          credentials: { useSecret: false },
          deployNodeAgent: true,
          ...values,
        },
      },
      { timeoutSeconds: 300 },
    );
  }

  apply(of: ClusterRequest, objects: KubernetesManifest[]): Promise<void> {
    return this.planes.apply(of.id, objects);
  }

  async kubectl({ id }: ClusterRequest, ...args: string[]): Promise<string> {
    const { adminKubeconfig } = await this.planes.cluster(id);
    return (await promisify(execFile)(this.tools.kubectl, ["--kubeconfig", adminKubeconfig, ...args])).stdout.trim();
  }

  /** A field of an object, or why there is none. */
  field(of: ClusterRequest, path: string, ...args: string[]): Promise<string> {
    return this.kubectl(of, "get", ...args, "-o", `jsonpath={${path}}`).catch((error: unknown) => String(error));
  }

  /** Phase of one of Velero's objects. */
  phase(of: ClusterRequest, kind: string, name: string): Promise<string> {
    return this.field(of, ".status.phase", `${kind}.velero.io`, name, "-n", "velero");
  }

  /** What Velero says against a location. */
  problem(of: ClusterRequest, location: string): Promise<string> {
    return this.field(of, ".status.message", "backupstoragelocation.velero.io", location, "-n", "velero");
  }

  restart(of: ClusterRequest): Promise<string> {
    return this.kubectl(of, "rollout", "restart", "deployment", "velero", "-n", "velero");
  }

  async clients({ id }: ClusterRequest): Promise<Clients> {
    return connect(readFileSync((await this.planes.cluster(id)).adminKubeconfig, "utf8"));
  }

  /** The folder that stands for the disk of the shop's claim. */
  async disk(of: ClusterRequest): Promise<string> {
    return this.planes.disks(of.id).folder(await this.field(of, ".spec.volumeName", "pvc", "data", "-n", "shop"));
  }
}

function openStores(
  directory: string,
  tools: Awaited<ReturnType<typeof ensureTools>>,
  records: CloudRecord[],
): Promise<OpenServices> {
  return openServices({ directory, tools, inventory: inventoryOf(records), log: say });
}

function inventoryOf(records: CloudRecord[]): Inventory {
  return {
    list: (type) => records.filter((one) => one.type === type),
    get: (type, id) => records.find((one) => one.type === type && one.id === id),
  };
}
