/** A node that stops answering: what it did for its lease and its pods ends, and goes on when it has its power again. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureTools } from "../../cli/tools";
import { ControlPlanes } from "../../simulator/controlplane";
import { cluster, deployment, node, userKubeconfig } from "./objects";

const directory = mkdtempSync(join(tmpdir(), "power-"));
const kubeconfig = join(directory, "kubeconfig");
let kubectlPath: string;
let planes: ControlPlanes;

beforeAll(async () => {
  const tools = await ensureTools((line) => console.log(line));
  kubectlPath = tools.kubectl;
  planes = new ControlPlanes({ directory: join(directory, "state"), tools, log: (line) => console.log(line) });
  const { certificateAuthority } = await planes.start(cluster);
  writeFileSync(kubeconfig, userKubeconfig(cluster, certificateAuthority), { mode: 0o600 });
  await planes.setNodes(cluster.id, "general", [node("a"), node("b")]);
});

afterAll(async () => {
  await planes.stop(cluster.id);
  await planes.shutdown();
  rmSync(directory, { recursive: true, force: true });
});

async function kubectl(...args: string[]): Promise<string> {
  const env = { ...process.env, ...(await planes.environment()), KUBECONFIG: kubeconfig, HOME: directory };
  return (await promisify(execFile)(kubectlPath, args, { env })).stdout.trim();
}
const field = (path: string, ...args: string[]) => kubectl("get", ...args, "-o", `jsonpath={${path}}`);
const soon = { timeout: 60_000, interval: 300 };

it("does nothing without power, and goes on with it", async () => {
  const unreachable = { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" };
  const tolerations = [{ ...unreachable, tolerationSeconds: 5 }];
  const lost = node("a").name;
  const nodeSelector = { "kubernetes.io/hostname": lost };
  await planes.apply(cluster.id, [deployment("web", 2, { tolerations }), deployment("tied", 1, { nodeSelector })]);
  const ready = (name: string) => field(".status.readyReplicas", "deployment", name);
  await expect.poll(() => ready("web"), soon).toBe("2");
  await expect.poll(() => ready("tied"), soon).toBe("1");
  const tied = await field(".items[0].metadata.name", "pods", "-l", "app=tied");
  const renewed = () => field(".spec.renewTime", "lease", lost, "-n", "kube-node-lease");
  const readiness = () => field(".status.conditions[?(@.type=='Ready')].status", "node", lost);

  await kubectl("label", "node", lost, "simulator/power=off");
  // Something that is under way may still end.
  await sleep(3000);
  const last = await renewed();
  await kubectl("delete", "pod", tied, "--wait=false");
  // The real node controller's own time: its grace period is 50 s.
  await expect.poll(readiness, { timeout: 120_000, interval: 1000 }).toBe("Unknown");
  expect(await renewed()).toBe(last);
  expect(await field(".metadata.deletionTimestamp", "pod", tied)).not.toBe("");
  const elsewhere = () =>
    field(".items[?(@.spec.nodeName=='" + node("b").name + "')].metadata.name", "pods", "-l", "app=web");
  await expect.poll(async () => (await elsewhere()).split(" ").length, soon).toBe(2);
  await expect.poll(() => ready("web"), soon).toBe("2");

  await kubectl("label", "node", lost, "simulator/power-");
  await expect.poll(readiness, soon).toBe("True");
  await expect.poll(() => kubectl("get", "pod", tied, "--ignore-not-found"), soon).toBe("");
  await expect.poll(renewed, soon).not.toBe(last);
  await expect.poll(() => ready("tied"), soon).toBe("1");
});
