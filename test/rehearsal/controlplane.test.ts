/** A simulated cluster's own life: workloads, volumes, load balancers, nodes, access, a crash, the end. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ensureTools } from "../../cli/tools";
import type { ClusterRequest, KubernetesManifest } from "../../simulator/cloud/behaviour";
import { ControlPlanes, type ControlPlaneTools } from "../../simulator/controlplane";
import { isAlive, type ProcessIdentity } from "../../simulator/processes";
import { claim, cluster, csiDriver, deployment, node, userKubeconfig } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "clusters-"));
const flush = 'psql --command="CHECKPOINT"';
let tools: ControlPlaneTools & { kubectl: string };
let planes: ControlPlanes;
let kubeconfig: string;

beforeAll(async () => {
  tools = await ensureTools(
    (line) => console.log(line),
    [
      ...([
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kubectl",
        "kwok",
        "kubelet-exec",
        "etcd",
      ] as const),
      ...(["metrics-server", "sealed-secrets-controller"] as const),
    ],
  );
  planes = new ControlPlanes({ directory, tools, playedCommands: [flush], log: (line) => console.log(line) });
  const { certificateAuthority } = await planes.start(cluster);
  kubeconfig = writeKubeconfig(cluster, certificateAuthority);
  await planes.setNodes(cluster.id, "general", [node("a"), node("b"), node("c")]);
});

afterAll(async () => {
  await planes.stop(cluster.id);
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

function writeKubeconfig(of: ClusterRequest, certificateAuthority: string): string {
  const file = join(directory, `${of.name}.kubeconfig`);
  writeFileSync(file, userKubeconfig(of, certificateAuthority));
  return file;
}

/** Everything here goes the users' way: the proxy, the credential helper, the cloud's own host name. */
async function kubectl(...args: string[]): Promise<string> {
  const env = { ...process.env, ...(await planes.environment()), KUBECONFIG: kubeconfig, HOME: directory };
  return (await promisify(execFile)(tools.kubectl, args, { env })).stdout.trim();
}

const field = (path: string, ...args: string[]) => kubectl("get", ...args, "-o", `jsonpath={${path}}`);

const apply = (...objects: KubernetesManifest[]) => planes.apply(cluster.id, objects);

const soon = { timeout: 30_000, interval: 300 };

const readyReplicas = (name: string) => field(".status.readyReplicas", "deployment", name);

describe("a new cluster", () => {
  it("is reached by the cloud's own kubeconfig, as the one who created it", async () => {
    expect(await kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.groups}")).toContain("system:masters");
  });

  it("does not know the tokens of another cluster", async () => {
    const { certificateAuthority } = await planes.start(cluster);
    const other = writeKubeconfig({ ...cluster, name: "dev" }, certificateAuthority);
    await expect(kubectl("get", "nodes", "--kubeconfig", other)).rejects.toThrow(/must be logged in|Unauthorized/);
  });

  it("behaves as the version that was asked for", async () => {
    const version = JSON.parse(await kubectl("get", "--raw", "/version")) as Record<string, string>;
    expect(version).toMatchObject({ gitVersion: "v1.36.3", emulationMajor: "1", emulationMinor: "35" });
  });

  it("has what its cloud puts there", async () => {
    expect(await field(".provisioner", "storageclass", "gp2")).toBe("kubernetes.io/aws-ebs");
    expect(await field(".metadata.annotations", "storageclass", "gp2")).not.toContain("is-default-class");
    expect(await field(".spec.clusterIP", "service", "kube-dns", "-n", "kube-system")).toBe("172.20.0.10");
  });

  it("has nodes in every zone, with what the cloud leaves of them", async () => {
    const zones = await field(".items[*].metadata.labels.topology\\.kubernetes\\.io/zone", "nodes");
    expect(zones.split(" ").sort()).toEqual(["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    expect(await field(".items[0].status.allocatable.cpu", "nodes")).toBe("1930m");
  });
});

describe("workloads", () => {
  it("are ready with a volume in their zone and a load balancer", async () => {
    await apply(
      claim("data", "gp2"),
      deployment("web", 2, { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] }),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "default" },
        spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
      },
    );
    await expect
      .poll(() => field(".status.loadBalancer.ingress[0].hostname", "service", "web"), soon)
      .toMatch(/\.eu-west-1\.elb\.amazonaws\.com$/);
    // Without the driver's add-on nobody provisions volumes.
    expect(await field(".status.phase", "pvc", "data")).toBe("Pending");
    await apply(csiDriver);
    await expect.poll(() => field(".status.phase", "pvc", "data"), soon).toBe("Bound");
    await expect.poll(() => readyReplicas("web"), soon).toBe("2");
    const nodes = new Set((await field(".items[*].spec.nodeName", "pods", "-l", "app=web")).split(" "));
    expect(nodes.size).toBe(1);
    expect(await field(".items[0].status.attached", "volumeattachments")).toBe("true");
  });

  it("wait for the Secrets that they name, and say for which", async () => {
    const env = [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "late", key: "password" } } }];
    await apply(deployment("needy", 1, { containers: [{ name: "main", image: "app:1", env }] }));
    const waiting = () => field(".items[0].status.containerStatuses[0].state.waiting", "pods", "-l", "app=needy");
    await expect.poll(waiting, soon).toContain('secret \\"late\\" not found');
    expect(await waiting()).toContain("CreateContainerConfigError");
    await kubectl("create", "secret", "generic", "late", "--from-literal=password=x");
    await expect.poll(() => readyReplicas("needy"), soon).toBe("1");
  });

  it("fail as an annotation asks", async () => {
    const failing = deployment("failing", 1, {});
    const { template } = failing["spec"] as { template: { metadata: Record<string, unknown> } };
    template.metadata["annotations"] = { "simulator/fail": "ImagePullBackOff" };
    await apply(failing);
    const reason = () =>
      field(".items[0].status.containerStatuses[0].state.waiting.reason", "pods", "-l", "app=failing");
    await expect.poll(reason, soon).toBe("ImagePullBackOff");
    await kubectl("delete", "deployment", "failing");
  });

  it("complete where they are Jobs", async () => {
    const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "app:1" }] } };
    await apply({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "once", namespace: "default" },
      spec: { template },
    });
    await expect.poll(() => field(".status.succeeded", "job", "once"), soon).toBe("1");
  });
});

describe("commands in containers", () => {
  beforeAll(async () => {
    await apply(deployment("database", 1, {}));
    await vi.waitFor(async () => expect(await readyReplicas("database")).toBe("1"), soon);
  });

  it.each(["true", "false"])("go well where they are known, and run nowhere (over WebSocket: %s)", async (sockets) => {
    const run = (...command: string[]) =>
      kubectl("exec", "deployment/database", "--", ...command).then(
        () => "",
        ({ stderr, code }: { stderr: string; code: number }) => `${code}: ${stderr}`,
      );
    vi.stubEnv("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", sockets);
    expect(await run("sh", "-c", flush)).toBe("");
    expect(await run("sh", "-c", `${flush}; touch ${join(directory, "ran")}`)).toMatch(/^127: sh: nothing runs in the/);
    expect(await run("touch", join(directory, "ran"))).toMatch(/^127: touch: nothing runs in the/);
    expect(existsSync(join(directory, "ran"))).toBe(false);
    vi.unstubAllEnvs();
  });
});

describe("volumes", () => {
  const storageClass = (name: string, parameters: Record<string, string>): KubernetesManifest => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "ebs.csi.aws.com",
    parameters,
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  });

  it("grow, and go with their claim", async () => {
    await apply(storageClass("gp3", { type: "gp3" }), claim("grows", "gp3"));
    await expect.poll(() => field(".status.phase", "pvc", "grows"), soon).toBe("Bound");
    await apply(claim("grows", "gp3", "8Gi"));
    await expect.poll(() => field(".status.capacity.storage", "pvc", "grows"), soon).toBe("8Gi");
    const volume = await field(".spec.volumeName", "pvc", "grows");
    expect(await field(".spec.capacity.storage", "pv", volume)).toBe("8Gi");
    await kubectl("delete", "pvc", "grows");
    await expect.poll(() => kubectl("get", "pv", volume, "--ignore-not-found"), soon).toBe("");
  });

  it("are refused in the driver's own words", async () => {
    await apply(storageClass("wrong", { skuName: "Premium_LRS" }), claim("refused", "wrong"));
    const events = () => field(".items[*].message", "events", "--field-selector", "reason=ProvisioningFailed");
    await expect.poll(events, soon).toContain("Invalid parameter key skuName for CreateVolume");
    await kubectl("delete", "pvc", "refused");
  });
});

it("gives its nodes the labels and taints that their pool has now", async () => {
  const nodes = [node("a"), node("b"), node("c")];
  const changed = nodes.map((each) => ({
    ...each,
    labels: { "example.com/team": "infra" },
    taints: [{ key: "platform/spot", value: "true", effect: "PreferNoSchedule" }],
  }));
  await planes.setNodes(cluster.id, "general", changed);
  const labels = await field(".items[*].metadata.labels", "nodes");
  expect(labels).toContain('"example.com/team":"infra"');
  expect(labels).not.toContain("eks.amazonaws.com/nodegroup");
  expect(labels).toContain("topology.kubernetes.io/zone");
  expect(await field(".items[0].spec.taints[*].key", "nodes")).toBe("platform/spot");
  await planes.setNodes(cluster.id, "general", nodes);
  expect(await field(".items[*].spec.taints", "nodes")).toBe("");
});

it("moves the pods of a node that leaves", async () => {
  await apply(deployment("moves", 6, {}));
  await expect.poll(() => readyReplicas("moves"), soon).toBe("6");
  const pinned = await field(".items[0].spec.nodeName", "pods", "-l", "app=web");
  const nodes = [node("a"), node("b"), node("c")];
  const leaving = nodes.find(({ name }) => name !== pinned)?.name;
  await planes.setNodes(
    cluster.id,
    "general",
    nodes.filter(({ name }) => name !== leaving),
  );
  expect(await kubectl("get", "nodes", "-o", "name")).not.toContain(leaving);
  expect(await field(".items[*].spec.nodeName", "pods", "-l", "app=moves")).not.toContain(leaving);
  await expect.poll(() => readyReplicas("moves"), soon).toBe("6");
});

it("is upgraded in place", async () => {
  await planes.start({ ...cluster, version: "1.36" });
  expect(await kubectl("get", "--raw", "/version")).toContain('"emulationMinor": "36"');
  expect(await field(".spec.replicas", "deployment", "moves")).toBe("6");
});

it("deletes a load balancer before its Service", async () => {
  await kubectl("delete", "service", "web", "--timeout=20s");
  expect(await kubectl("get", "service", "web", "--ignore-not-found")).toBe("");
});

it("comes back after kill -9 as it was, and leaves nothing when it is stopped", async () => {
  await planes.shutdown();
  const script = join(directory, "run.ts");
  writeFileSync(
    script,
    `import { ControlPlanes } from ${JSON.stringify(join(__dirname, "../../simulator/controlplane/index.ts"))};
     const planes = new ControlPlanes({ directory: ${JSON.stringify(directory)}, tools: ${JSON.stringify(tools)}, log: () => undefined });
     void planes.resume().then(() => { console.log("resumed"); setInterval(() => undefined, 1000); });`,
  );
  const run = spawn(process.execPath, ["--import", "tsx", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(run.stdout, "data");
  const left = JSON.parse(readFileSync(join(directory, "processes.json"), "utf8")) as ProcessIdentity[];
  expect(left.filter(isAlive)).toHaveLength(6);
  run.kill("SIGKILL");

  planes = new ControlPlanes({ directory, tools, log: (line) => console.log(line) });
  await planes.resume();
  expect(left.filter(isAlive)).toEqual([]);
  // The user's kubeconfig is the same, and so is the token behind it.
  expect(await field(".spec.replicas", "deployment", "moves")).toBe("6");
  await expect.poll(() => readyReplicas("moves"), soon).toBe("6");

  const running = JSON.parse(readFileSync(join(directory, "processes.json"), "utf8")) as ProcessIdentity[];
  await planes.stop(cluster.id);
  expect(running.filter(isAlive)).toEqual([]);
  expect(readdirSync(directory).filter((name) => existsSync(join(directory, name, "cluster.json")))).toEqual([]);
  await expect(kubectl("get", "nodes")).rejects.toThrow();
});
