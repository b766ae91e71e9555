/** What pods take of the machine that they run on. */
import type { V1PodSpec } from "@kubernetes/client-node";
import type { Workload } from "../../../validate/checks/workloads";
import { accelerator } from "../clouds/marks";
import type { Check, CheckInput, Report } from "../report";
import { podSpecOf } from "../view";

export const checkMachine: Check = (input, report) => {
  for (const workload of input.view.workloads) machine(workload, input, report);
};

function machine(workload: Workload, { view, target }: CheckInput, report: Report): void {
  const { pod, path, placed } = workload;
  const below = path.join(".");
  if (pod.nodeName !== undefined && placed.object.kind !== "Pod") {
    report.blocking("node-name", placed.object, {
      field: `${below}.nodeName`,
      what: `it is bound to node ${pod.nodeName}`,
      then: "take nodeName away",
    });
  }
  if (pod.runtimeClassName !== undefined && pod.runtimeClassName !== "") {
    report.blocking("runtime-class", placed.object, {
      field: `${below}.runtimeClassName`,
      what: `${pod.runtimeClassName}: ${target.cloud}'s nodes have the usual runtime only`,
      then: "take it away, or accept that its pods are refused",
    });
  }
  if (pod.hostNetwork || hostPorts(pod).length > 0) {
    report.note("host-network", placed.object, {
      field: pod.hostNetwork ? `${below}.hostNetwork` : `${below}.containers`,
      what: pod.hostNetwork ? "it is in its node's network" : `it has ports of its node: ${hostPorts(pod).join(", ")}`,
      then: "see that nothing of the target's nodes has the same ports, and that its firewall lets them pass",
    });
  }
  const devices = pod.containers.flatMap(({ resources }) =>
    Object.keys({ ...resources?.requests, ...resources?.limits }).filter((name) => accelerator.test(name)),
  );
  if (devices.length > 0) {
    report.blocking("accelerator", placed.object, {
      field: `${below}.containers`,
      what: `it asks for ${[...new Set(devices)].join(", ")}: the platform has no nodes with accelerators`,
      then: "add such nodes to the target by hand, or accept that its pods wait",
    });
  }
  const arm = armNodes(view.nodes);
  const named = pod.nodeSelector?.["kubernetes.io/arch"] ?? pod.nodeSelector?.["beta.kubernetes.io/arch"];
  const runsOn = view.pods.filter(
    (one) =>
      one.metadata.namespace === placed.namespace &&
      belongs(one.metadata.name, workload) &&
      arm.has(podSpecOf(one).nodeName ?? ""),
  );
  if (named === undefined && runsOn.length > 0) {
    report.note("architecture", placed.object, {
      field: `${below}.containers`,
      what: "it runs on arm64 nodes, and the target's are amd64",
      then: "see that its images are built for amd64, too",
    });
  }
}

function hostPorts({ containers }: V1PodSpec): number[] {
  return containers.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => hostPort ?? []));
}

function armNodes(nodes: CheckInput["view"]["nodes"]): Set<string> {
  return new Set(
    nodes
      .filter(({ metadata }) => metadata.labels?.["kubernetes.io/arch"] === "arm64")
      .map(({ metadata }) => metadata.name),
  );
}

function belongs(pod: string, { placed: { object } }: Workload): boolean {
  return pod === object.metadata.name || pod.startsWith(`${object.metadata.name}-`);
}
