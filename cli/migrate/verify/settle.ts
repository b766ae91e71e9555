/** Waiting until the target serves as the source does. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { keyOf, type Manifest } from "../../validate/model";
import { list, type Resource } from "../plan/inventory";
import { AnswerError } from "../plan/request";
import { applicationsBehind, ingressesWithoutAddress, unreadyWorkloads } from "./awaited";
import type { Problem } from "./verification";

type Config = Clients["config"];

const resource = (prefix: string, plural: string, kind: string): Resource => ({
  path: `/apis/${prefix}/${plural}`,
  apiVersion: prefix,
  kind,
});

const workloads = [
  resource("apps/v1", "deployments", "Deployment"),
  resource("apps/v1", "statefulsets", "StatefulSet"),
  resource("apps/v1", "daemonsets", "DaemonSet"),
];
const ingresses = resource("networking.k8s.io/v1", "ingresses", "Ingress");
const applications = resource("argoproj.io/v1alpha1", "applications", "Application");

/** Seconds between two looks at the target. */
const pause = 2;

/** Applications of a cluster; none where it has no Argo CD. */
export async function applicationsOf(config: Config): Promise<Manifest[]> {
  try {
    return await list(config, applications);
  } catch (error) {
    if (error instanceof AnswerError && error.status === 404) return [];
    throw error;
  }
}

/**
 * Waits until nothing of what is expected lacks anything. A target that does not answer for a while is asked again.
 * @param source its Applications, and the objects that are expected on the target.
 * @returns what still lacks something when the time is over.
 */
export async function settle(
  source: { objects: Manifest[]; applications: Manifest[] },
  target: Config,
  timeoutSeconds: number,
  say: Say,
): Promise<Problem[]> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let told = "";
  for (;;) {
    let waiting: Problem[] | undefined;
    try {
      waiting = await look(source, target);
      if (waiting.length === 0) return [];
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    const line = waiting ? `the target waits for ${shown(waiting)}` : "the target does not answer";
    if (line !== told) say(line);
    told = line;
    if (waiting && Date.now() > deadline) return waiting;
    await sleep(pause * 1000);
  }
}

async function look(source: { objects: Manifest[]; applications: Manifest[] }, target: Config): Promise<Problem[]> {
  const [running, served, synced] = await Promise.all([
    Promise.all(workloads.map((kind) => list(target, kind))),
    list(target, ingresses),
    applicationsOf(target),
  ]);
  const expected = new Set(source.objects.map((object) => keyOf(object)));
  const ofMove = (objects: Manifest[]) => objects.filter((object) => expected.has(keyOf(object)));
  return [
    ...unreadyWorkloads(ofKinds(source.objects, workloads), ofMove(running.flat())),
    ...ingressesWithoutAddress(ofKinds(source.objects, [ingresses]), ofMove(served)),
    ...applicationsBehind(source.applications, synced),
  ];
}

function ofKinds(objects: Manifest[], kinds: Resource[]): Manifest[] {
  return objects.filter((object) =>
    kinds.some(({ apiVersion, kind }) => object.apiVersion === apiVersion && object.kind === kind),
  );
}

/** `Deployment shop/web (0 of 1 pods are ready), and 3 more` */
function shown(waiting: Problem[]): string {
  const some = waiting.slice(0, 3).map(({ object, what }) => `${object} (${what})`);
  const more = waiting.length - some.length;
  return `${some.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
