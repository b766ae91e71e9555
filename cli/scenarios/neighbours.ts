/** The pods of a cluster as network policies see them: one peer for each workload, and what lies outside. */
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import type { Clients } from "../kubernetes";
import type { Peer, Port } from "./traffic";

/** The pods of one Deployment, StatefulSet or DaemonSet. */
export interface Workload {
  namespace: string;
  /** Of the workload. */
  name: string;
  labels: Record<string, string>;
  namespaceLabels: Record<string, string>;
  /** Address of one of its pods. */
  address: string;
  ports: Port[];
  /** Whether Argo CD has it from Git; the platform's own are Pulumi's. */
  isApplication: boolean;
}

/** Somebody on the internet: TEST-NET-3 of RFC 5737, which nobody has. */
export const outside: Peer = { name: "outside", address: "203.0.113.10" };

export function peerOf(workload: Workload): Peer {
  return { ...workload, name: fullName(workload) };
}

export function fullName({ namespace, name }: Pick<Workload, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** Every workload that has a pod now. */
export async function workloads(clients: Clients): Promise<Workload[]> {
  const [pods, namespaces, fromGit] = await Promise.all([
    clients.core.listPodForAllNamespaces(),
    clients.core.listNamespace(),
    workloadsFromGit(clients),
  ]);
  const labelsOf = new Map(namespaces.items.map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]));
  const found = new Map<string, Workload>();
  for (const pod of pods.items) {
    const owner = ownerOf(pod);
    if (!owner || !workloadKinds.has(owner.kind) || !pod.status?.podIP || pod.metadata?.deletionTimestamp) continue;
    found.set(owner.key, {
      namespace: owner.namespace,
      name: owner.name,
      labels: pod.metadata?.labels ?? {},
      namespaceLabels: labelsOf.get(owner.namespace) ?? {},
      address: pod.status.podIP,
      ports: portsOf(pod),
      isApplication: fromGit.has(owner.key),
    });
  }
  return [...found.values()].sort((one, other) => fullName(one).localeCompare(fullName(other)));
}

/** What Argo CD's Applications consist of: keys as those of `ownerOf`. */
export async function workloadsFromGit({ custom }: Clients): Promise<Set<string>> {
  const { items } = (await custom.listClusterCustomObject({
    group: "argoproj.io",
    version: "v1alpha1",
    plural: "applications",
  })) as { items: { status?: { resources?: { kind: string; namespace?: string; name: string }[] } }[] };
  const resources = items.flatMap(({ status }) => status?.resources ?? []);
  return new Set(resources.map(({ kind, namespace = "", name }) => `${kind} ${namespace}/${name}`));
}

const workloadKinds = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** Whose a pod is. */
export interface Owner {
  kind: string;
  namespace: string;
  name: string;
  /** `Deployment guestbook-dev/frontend` */
  key: string;
}

/** What a pod belongs to: a Deployment in place of its ReplicaSet. Undefined for a pod that somebody made by hand. */
export function ownerOf({ metadata }: V1Pod): Owner | undefined {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return undefined;
  const hash = metadata?.labels?.["pod-template-hash"];
  const ofDeployment = owner.kind === "ReplicaSet" && hash !== undefined;
  const kind = ofDeployment ? "Deployment" : owner.kind;
  const name = ofDeployment ? owner.name.slice(0, -hash.length - 1) : owner.name;
  const namespace = metadata?.namespace ?? "";
  return { kind, namespace, name, key: `${kind} ${namespace}/${name}` };
}

function portsOf({ spec }: V1Pod): Port[] {
  return (spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.map(({ containerPort, name, protocol }) => ({
      number: containerPort,
      name,
      protocol: protocol === "UDP" ? "UDP" : "TCP",
    })),
  );
}

/** The ports of pods that a Service leads to: `production/frontend:8080`. */
export function behind(service: V1Service, all: Workload[]): string[] {
  const selector = Object.entries(service.spec?.selector ?? {});
  const targets = (service.spec?.ports ?? []).map(({ port, targetPort }) => String(targetPort ?? port));
  const isBehind = ({ namespace, labels }: Workload): boolean =>
    namespace === service.metadata?.namespace &&
    selector.length > 0 &&
    selector.every(([key, value]) => labels[key] === value);
  return all
    .filter(isBehind)
    .flatMap((workload) =>
      workload.ports
        .filter(({ name, number }) => targets.includes(String(number)) || targets.includes(name ?? ""))
        .map(({ number }) => `${fullName(workload)}:${number}`),
    );
}
