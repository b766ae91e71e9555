/** A node of three stops answering: what can move is ready elsewhere soon, Services stay up, and what waits is named. */
import { PatchStrategy, setHeaderOptions, type V1Node, type V1Pod } from "@kubernetes/client-node";
import { waitForSync } from "../../simulator/argocd/applications";
import { powerLabel } from "../../simulator/controlplane/power";
import { countPods, type Clients } from "../kubernetes";
import { endpointsElsewhere, lossesOf, watchElsewhere } from "./lostNode";
import { ownerOf, workloadsFromGit } from "./neighbours";
import { expectThat, type Lab, type Scenario } from "./scenario";

/** Seconds after which stateless pods must be ready elsewhere, from when the node is found lost. */
const limit = 60;

export const nodeFailure: Scenario = {
  name: "node-failure",
  title: "A node stops answering: stateless pods are ready elsewhere within 60 s, and Services keep endpoints",
  async run({ clients, workloads, say, saw }) {
    const { node, pods } = await fullestNode(clients);
    const { move, wait } = lossesOf(pods);
    const services = [...(await endpointsElsewhere(clients, ""))].filter(([, ready]) => ready >= 2);
    say(`kubectl label node ${node} ${powerLabel}=off`);
    const watch = watchElsewhere(
      clients,
      node,
      services.map(([name]) => name),
    );
    const off = Date.now();
    await setPower(clients, node, "off");
    try {
      await workloads.until(`${node} is found lost`, 120, async () => {
        return readiness(await clients.core.readNode({ name: node })) === "Unknown";
      });
      const lost = Date.now();
      saw(`${node}, with ${pods.length} pods, is found lost ${seconds(off, lost)} s after its power went`);
      const times = await timesUntilElsewhere({ clients, workloads }, node, move, lost);
      const slowest = times.at(-1);
      saw(
        slowest
          ? `${times.length} Deployments that had pods there have all replicas ready elsewhere ${slowest.seconds.toFixed(1)} s later (the last one: ${slowest.name})`
          : "no Deployment that can move had a pod there",
      );
      expectThat((slowest?.seconds ?? 0) <= limit, `stateless pods are ready elsewhere within ${limit} s`, slowest);
      for (const [reason, names] of wait) saw(`${names.length} wait (${some(names)}): ${reason}`);
    } finally {
      say(`kubectl label node ${node} ${powerLabel}-`);
      await setPower(clients, node, null);
    }
    const back = Date.now();
    await workloads.until("the node is back", 60, async () => {
      return readiness(await clients.core.readNode({ name: node })) === "True";
    });
    await workloads.until("every pod is ready again", 180, async () => {
      const { total, ready } = await countPods(clients);
      return total === ready;
    });
    const fewest = await watch.stop();
    await waitForSync(clients.config, { timeoutSeconds: 120, onProgress: say });
    saw(`everything is ready again ${seconds(back)} s after the node got its power back`);
    const dark = [...fewest].filter(([, least]) => least === 0).map(([name]) => name);
    expectThat(dark.length === 0, "every Service with two or more endpoints has one elsewhere at any time", dark);
    saw(
      `${services.length} Services with two or more ready endpoints never had fewer than ${Math.min(...fewest.values())}`,
    );
  },
};

/**
 * The node with most of the applications' pods, and all pods that are on it.
 * @throws Error where the cluster has less than three nodes.
 */
async function fullestNode(clients: Clients): Promise<{ node: string; pods: V1Pod[] }> {
  const [nodes, { items }, fromGit] = await Promise.all([
    clients.core.listNode(),
    clients.core.listPodForAllNamespaces(),
    workloadsFromGit(clients),
  ]);
  const names = nodes.items.filter((node) => readiness(node) === "True").map(({ metadata }) => metadata?.name ?? "");
  expectThat(
    names.length >= 3,
    `node-failure takes one node of three away, and this cluster has ${names.length}: --set nodes.min=3`,
  );
  const living = items.filter(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === "Running");
  const on = (node: string): V1Pod[] => living.filter(({ spec }) => spec?.nodeName === node);
  const applications = (node: string): number => on(node).filter((pod) => fromGit.has(ownerOf(pod)?.key ?? "")).length;
  const [node = ""] = names.sort((one, other) => applications(other) - applications(one));
  return { node, pods: on(node) };
}

/** When each Deployment had all of its replicas ready on other nodes, in seconds, the last one last. */
async function timesUntilElsewhere(
  { clients, workloads }: Pick<Lab, "clients" | "workloads">,
  node: string,
  deployments: { namespace: string; name: string; key: string }[],
  since: number,
): Promise<{ name: string; seconds: number }[]> {
  const done = new Map<string, number>();
  const missing = (): string[] => deployments.filter(({ key }) => !done.has(key)).map(({ key }) => key);
  try {
    await workloads.until("all replicas are ready elsewhere", 2 * limit, async () => {
      const [all, pods] = await Promise.all([
        clients.apps.listDeploymentForAllNamespaces(),
        clients.core.listPodForAllNamespaces(),
      ]);
      const ready = new Map<string, number>();
      for (const pod of pods.items.filter((pod) => pod.spec?.nodeName !== node && isReady(pod))) {
        const key = ownerOf(pod)?.key ?? "";
        ready.set(key, (ready.get(key) ?? 0) + 1);
      }
      for (const { metadata, spec } of all.items) {
        const key = `Deployment ${metadata?.namespace}/${metadata?.name}`;
        if (!done.has(key) && (ready.get(key) ?? 0) >= (spec?.replicas ?? 1))
          done.set(key, (Date.now() - since) / 1000);
      }
      return missing().length === 0;
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}: ${missing().join(", ")}`);
  }
  return deployments
    .map(({ namespace, name, key }) => ({ name: `${namespace}/${name}`, seconds: done.get(key) ?? 0 }))
    .sort((one, other) => one.seconds - other.seconds);
}

function readiness({ status }: V1Node): string | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status;
}

function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  return ready && !metadata?.deletionTimestamp;
}

async function setPower({ core }: Clients, name: string, value: "off" | null): Promise<void> {
  const body = { metadata: { labels: { [powerLabel]: value } } };
  await core.patchNode({ name, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch));
}

function some(names: string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

function seconds(from: number, to = Date.now()): string {
  return ((to - from) / 1000).toFixed(1);
}
