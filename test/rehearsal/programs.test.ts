/** Programs that really run behind pods: the Sealed Secrets controller, metrics-server, and who works with what they say. */
import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { ensureTools } from "../../cli/tools";
import { sealingPair } from "../../components/sealing/certificate";
import type { KubernetesManifest } from "../../simulator/cloud/behaviour";
import { ControlPlanes } from "../../simulator/controlplane";
import {
  metricsServerAccount,
  metricsServerArguments,
  metricsServerObjects,
  metricsServerPort,
} from "../../simulator/controlplane/born/metricsServer";
import { isAlive, type ProcessIdentity } from "../../simulator/processes";
import { cluster, deployment, node, userKubeconfig } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "programs-"));
const root = resolve(__dirname, "..", "..");
const kubeconfig = join(directory, "kubeconfig");
let tools: Awaited<ReturnType<typeof ensureTools>>;
let planes: ControlPlanes;
/** Certificate of the key that the cluster has. */
const certificate = join(directory, "sealing.crt");

beforeAll(async () => {
  tools = await ensureTools((line) => console.log(line));
  planes = new ControlPlanes({ directory: join(directory, "state"), tools, log: (line) => console.log(line) });
  const { certificateAuthority } = await planes.start(cluster);
  writeFileSync(kubeconfig, userKubeconfig(cluster, certificateAuthority), { mode: 0o600 });
  await planes.setNodes(cluster.id, "general", [node("a"), node("b"), node("c")]);
});

afterAll(async () => {
  await planes.stop(cluster.id);
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

/** The users' way: the cloud's host name, its credential helper. */
async function run(program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...(await planes.environment()), KUBECONFIG: kubeconfig, HOME: directory };
  return (await promisify(execFile)(program, args, { env })).stdout.trim();
}

const kubectl = (...args: string[]) => run(tools.kubectl, ...args);
const field = (path: string, ...args: string[]) => kubectl("get", ...args, "-o", `jsonpath={${path}}`);
const apply = (...objects: KubernetesManifest[]) => planes.apply(cluster.id, objects);
const soon = { timeout: 60_000, interval: 300 };
/** With a whole control plane to start before. */
const started = { timeout: 180_000, interval: 300 };

const running = (): ProcessIdentity[] =>
  (
    JSON.parse(readFileSync(join(directory, "state", "processes.json"), "utf8")) as (ProcessIdentity & {
      name: string;
    })[]
  ).filter(({ name }) => name.includes("/pods/"));

const seal = async (name: string, namespace: string, value: string): Promise<KubernetesManifest> => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData: { password: value } };
  const file = join(directory, "secret.json");
  writeFileSync(file, JSON.stringify(secret), { mode: 0o600 });
  return JSON.parse(await run(tools.kubeseal, "--cert", certificate, "-f", file)) as KubernetesManifest;
};

describe("Sealed Secrets", () => {
  const readyControllers = () => field(".status.readyReplicas", "deployment", "sealed-secrets", "-n", "sealed-secrets");

  const objects = async (): Promise<KubernetesManifest[]> => {
    const built = await run(tools.kustomize, "build", join(root, "gitops", "infrastructure", "sealed-secrets"));
    // Nothing scrapes this cluster.
    return parseAllDocuments(built)
      .map((document) => document.toJS() as KubernetesManifest)
      .filter(({ kind }) => kind !== "ServiceMonitor");
  };

  beforeAll(async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pair = await sealingPair(String(privateKey.export({ type: "pkcs8", format: "pem" })), 0);
    writeFileSync(certificate, pair.certificate);
    await apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "sealed-secrets" } },
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: "sealed-secrets-key-1",
          namespace: "sealed-secrets",
          labels: { "sealedsecrets.bitnami.com/sealed-secrets-key": "active" },
        },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": pair.certificate, "tls.key": pair.privateKey },
      },
      ...(await objects()),
    );
    await vi.waitFor(async () => expect(await readyControllers()).toBe("1"), soon);
  });

  it("opens what kubeseal has closed for the cluster's key", async () => {
    await apply(await seal("app", "default", "correct horse"));
    const value = () => field(".data.password", "secret", "app").catch(() => "");
    await expect.poll(value, soon).toBe(Buffer.from("correct horse").toString("base64"));
    expect(await field(".status.conditions[0].status", "sealedsecret", "app")).toBe("True");
  });

  it("does not open it under another name", async () => {
    const sealed = await seal("app", "default", "correct horse");
    const stolen = { ...sealed, metadata: { ...sealed.metadata, name: "stolen" } };
    Object.assign((stolen as unknown as { spec: { template: { metadata: object } } }).spec.template.metadata, {
      name: "stolen",
    });
    await apply(stolen);
    await expect
      .poll(() => field(".status.conditions[0].message", "sealedsecret", "stolen"), soon)
      .toContain("no key could decrypt secret");
  });

  it("hands its certificate to kubeseal through the API server", async () => {
    const from = ["--controller-namespace", "sealed-secrets", "--controller-name", "sealed-secrets"];
    expect(await run(tools.kubeseal, "--fetch-cert", ...from)).toBe(readFileSync(certificate, "utf8").trim());
  });

  it("may do what its account may, and no more", async () => {
    await kubectl("delete", "clusterrolebinding", "sealed-secrets");
    await kubectl("delete", "pod", "-n", "sealed-secrets", "-l", "app=sealed-secrets");
    const waiting = () => field(".items[0].status.containerStatuses[0].state.waiting", "pods", "-n", "sealed-secrets");
    await expect.poll(waiting, soon).toMatch(/cannot list resource.*CrashLoopBackOff/);
    await apply(...(await objects()).filter(({ kind }) => kind === "ClusterRoleBinding"));
    await expect.poll(readyControllers, soon).toBe("1");
  });
});

describe("metrics-server", () => {
  const labels = { "k8s-app": "metrics-server" };

  beforeAll(async () => {
    const image = "registry.k8s.io/metrics-server/metrics-server:v0.8.1";
    const containers = [
      {
        name: "metrics-server",
        image,
        args: metricsServerArguments,
        ports: [{ name: "https", containerPort: metricsServerPort }],
      },
    ];
    await apply(...metricsServerObjects(labels), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "metrics-server", namespace: "kube-system", labels },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: metricsServerAccount, containers } },
      },
    });
  });

  it("serves what nodes and pods use, for kubectl top", async () => {
    const cpu = { requests: { cpu: "200m", memory: "100Mi" } };
    await apply(deployment("quiet", 1, { containers: [{ name: "main", image: "app:1", resources: cpu }] }));
    await expect
      .poll(() => kubectl("top", "pods", "--no-headers").catch(() => ""), soon)
      .toMatch(/quiet-\S+\s+2[01]m\s+10Mi/);
    expect(await kubectl("top", "nodes", "--no-headers")).toMatch(/(ip-10-0-\d+-5\.\S+\s+\d+m.*\n?){3}/);
    expect(await field(".status.conditions[0].status", "apiservice", "v1beta1.metrics.k8s.io")).toBe("True");
  });

  it("lets an autoscaler follow the load, up and down", async () => {
    const resources = { requests: { cpu: "100m", memory: "64Mi" } };
    await apply(deployment("busy", 3, { containers: [{ name: "main", image: "app:1", resources }] }), {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "busy", namespace: "default" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "busy" },
        minReplicas: 3,
        maxReplicas: 10,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
        ],
        // By default it waits for five minutes before it takes anything away.
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      },
    });
    const replicas = () => field(".status.readyReplicas", "deployment", "busy");
    await kubectl("annotate", "deployment", "busy", "simulator/cpu=660m");
    await expect.poll(replicas, { timeout: 120_000, interval: 1000 }).toBe("10");
    await kubectl("annotate", "deployment", "busy", "simulator/cpu-");
    await expect.poll(replicas, { timeout: 120_000, interval: 1000 }).toBe("3");
  });
});

describe("a program", () => {
  it("ends with its pod", async () => {
    expect(running()).toHaveLength(2);
    await kubectl("scale", "deployment", "metrics-server", "-n", "kube-system", "--replicas=0");
    await expect.poll(running, soon).toHaveLength(1);
  });

  it("ends with whatever runs the cluster, and comes back with it", async () => {
    await planes.shutdown();
    const state = join(directory, "state");
    const script = join(directory, "run.mjs");
    writeFileSync(
      script,
      `import { ControlPlanes } from ${JSON.stringify(join(root, "simulator", "controlplane", "index.ts"))};
       const planes = new ControlPlanes({ directory: ${JSON.stringify(state)}, tools: ${JSON.stringify(tools)}, log: (line) => console.log(line) });
       void planes.resume();`,
    );
    const run = spawn(process.execPath, ["--import", "tsx", script], { stdio: ["ignore", "pipe", "inherit"] });
    await expect.poll(() => running().filter(isAlive), started).toHaveLength(1);
    const [left] = running();
    run.kill("SIGKILL");
    await once(run, "exit");
    await expect.poll(() => left && isAlive(left), started).toBe(false);

    planes = new ControlPlanes({ directory: state, tools, log: (line) => console.log(line) });
    await planes.resume();
    await expect.poll(() => running().filter(isAlive), started).toHaveLength(1);
    await vi.waitFor(async () => apply(await seal("again", "default", "staple")), started);
    await expect.poll(() => field(".data.password", "secret", "again").catch(() => ""), started).not.toBe("");
  });
});
