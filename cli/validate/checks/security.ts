/**
 * Pods that can do no more than they have to: the Pod Security Standard `restricted`, a read-only root file system, and no
 * token of the API unless roles are bound to it. https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
import type { V1RoleBinding } from "@kubernetes/client-node";
import type { Path, Report, Scenario } from "../model";
import { containersOf, ofKind, workloadsOf, type PlacedContainer, type Workload } from "./workloads";

const levelLabel = "pod-security.kubernetes.io/enforce";

export function checkSecurity(scenario: Scenario, report: Report): void {
  for (const workload of workloadsOf(scenario)) {
    const say: Say = (path, problem, advice) => report(workload.placed, path, { rule: "security", problem, advice });
    // Agents of the nodes read the nodes' files: a namespace that allows it is theirs.
    const agent = workload.kind === "DaemonSet" && levelOf(scenario, workload.placed.namespace) === "privileged";
    if (!agent) checkHost(workload, say);
    checkToken(workload, scenario, say);
    for (const container of containersOf(workload)) checkContainer(workload, container, agent, say);
  }
  for (const namespace of ofKind(scenario, "Namespace")) {
    if (namespace.object.metadata.labels?.[levelLabel] !== undefined) continue;
    report(namespace, ["metadata", "labels", levelLabel], {
      rule: "security",
      problem: "the namespace enforces no Pod Security Standard: any pod may do anything",
      advice: `write the label ${levelLabel}: restricted`,
    });
  }
}

type Say = (path: Path, problem: string, advice: string) => void;

function levelOf(scenario: Scenario, namespace: string): string | undefined {
  const found = ofKind(scenario, "Namespace").find(({ object }) => object.metadata.name === namespace);
  return found?.object.metadata.labels?.[levelLabel];
}

function checkHost({ pod, path }: Workload, say: Say): void {
  for (const field of ["hostNetwork", "hostPID", "hostIPC"] as const) {
    if (pod[field] === true) say([...path, field], "the pod shares it with the node", `take ${field} away`);
  }
  for (const [index, { hostPath, name }] of (pod.volumes ?? []).entries()) {
    if (hostPath) {
      const advice =
        "write emptyDir, a claim, or a ConfigMap; only a DaemonSet in a namespace that enforces privileged may";
      say([...path, "volumes", index, "hostPath"], `volume ${name} is the node's ${hostPath.path}`, advice);
    }
  }
}

/** A token that nobody needs is a way in for whoever takes the pod over. */
function checkToken({ pod, path, placed }: Workload, scenario: Scenario, say: Say): void {
  const account = ofKind(scenario, "ServiceAccount").find(
    ({ object, namespace }) => namespace === placed.namespace && object.metadata.name === pod.serviceAccountName,
  );
  const mounted = pod.automountServiceAccountToken ?? account?.object["automountServiceAccountToken"];
  if (mounted === false) return;
  const bindings = [...ofKind(scenario, "RoleBinding"), ...ofKind(scenario, "ClusterRoleBinding")];
  const bound = bindings.some(({ object, namespace }) =>
    ((object as unknown as V1RoleBinding).subjects ?? []).some(
      (subject) =>
        subject.kind === "ServiceAccount" &&
        subject.name === (pod.serviceAccountName ?? "default") &&
        (subject.namespace ?? namespace) === placed.namespace,
    ),
  );
  if (bound) return;
  const problem = "the pod gets a token of the Kubernetes API, and no role is bound to it";
  say([...path, "automountServiceAccountToken"], problem, "write automountServiceAccountToken: false");
}

function checkContainer(
  { pod, path: podPath }: Workload,
  { container, path }: PlacedContainer,
  agent: boolean,
  say: Say,
): void {
  const own = container.securityContext ?? {};
  const shared = pod.securityContext ?? {};
  const at = (...parts: Path): Path => [...path, "securityContext", ...parts];
  const who = `container ${container.name}`;
  if (own.privileged === true && !agent)
    say(at("privileged"), `${who} can do whatever the node can`, "write privileged: false");
  if (own.allowPrivilegeEscalation !== false) {
    say(
      at("allowPrivilegeEscalation"),
      `${who} can become root by a set-uid program`,
      "write allowPrivilegeEscalation: false",
    );
  }
  if (own.readOnlyRootFilesystem !== true) {
    const advice = "write readOnlyRootFilesystem: true, and mount an emptyDir where it writes";
    say(at("readOnlyRootFilesystem"), `${who} can change its own programs`, advice);
  }
  if (!(own.capabilities?.drop ?? []).includes("ALL")) {
    say(at("capabilities", "drop"), `${who} keeps root's capabilities`, 'write capabilities: {drop: ["ALL"]}');
  }
  const added = (own.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
  if (added.length > 0 && !agent) {
    say(
      at("capabilities", "add"),
      `${who} adds ${added.join(", ")}`,
      "take them away; NET_BIND_SERVICE alone may be added",
    );
  }
  const profile = own.seccompProfile?.type ?? shared.seccompProfile?.type;
  if (profile !== "RuntimeDefault" && profile !== "Localhost") {
    const advice = "write seccompProfile: {type: RuntimeDefault} in the pod's securityContext";
    say([...podPath, "securityContext", "seccompProfile"], `${who} may make any system call`, advice);
  }
  for (const [index, { hostPort }] of (container.ports ?? []).entries()) {
    if (hostPort !== undefined && !agent) {
      say(
        [...path, "ports", index, "hostPort"],
        `${who} takes port ${hostPort} of the node`,
        "write a Service in its place",
      );
    }
  }
  if (agent) return;
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) !== true) {
    const advice = "write runAsNonRoot: true in the pod's securityContext";
    say([...podPath, "securityContext", "runAsNonRoot"], `${who} may run as root`, advice);
  }
  if ((own.runAsUser ?? shared.runAsUser) === 0) {
    const where = own.runAsUser === 0 ? at("runAsUser") : [...podPath, "securityContext", "runAsUser"];
    say(where, `${who} runs as root`, "write a user id above 0");
  }
}
