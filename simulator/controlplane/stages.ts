/**
 * What KWOK plays for nodes and pods: a node registers and keeps its lease; a pod pulls its images, starts, becomes
 * ready, completes (of a Job), goes when it is deleted. Nothing runs in a pod.
 */

/** A KWOK Stage (kwok.x-k8s.io/v1alpha1), of the fields in use. */
interface Stage {
  apiVersion: "kwok.x-k8s.io/v1alpha1";
  kind: "Stage";
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: "v1"; kind: "Node" | "Pod" };
    /** All must hold. */
    selector: { matchExpressions: Condition[] };
    delay?: Delay | undefined;
    next: { patches?: { subresource: "status"; root: "status"; type: "strategic"; template: string }[]; delete?: true };
  };
}

/** What a jq expression over the object must yield. KWOK's other language, CEL, fails on the types of pods and nodes. */
interface Condition {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: string[];
}

/** Pod condition that says that every Secret and ConfigMap a pod names is there: `standins/references.ts` sets it. */
export const referencesFound = "ReferencesFound";

/** Milliseconds, shortest and longest. */
export interface Delay {
  durationMilliseconds: number;
  jitterDurationMilliseconds: number;
}

export interface PodDelays {
  /** Until the containers run, and until a deleted pod is gone. */
  pull: Delay;
  /** From then until the pod is ready, or has completed. */
  readiness: Delay;
}

/** Of a small image in a node's cache, and of a quick program's readiness. */
const usualDelays: PodDelays = {
  pull: { durationMilliseconds: 200, jitterDurationMilliseconds: 500 },
  readiness: { durationMilliseconds: 800, jitterDurationMilliseconds: 1500 },
};

const conditionStatus = (type: string): string => `.status.conditions.[] | select( .type == "${type}" ) | .status`;
const isTrue = (type: string): Condition => ({ key: conditionStatus(type), operator: "In", values: ["True"] });
const isNotTrue = (type: string): Condition => ({ key: conditionStatus(type), operator: "NotIn", values: ["True"] });
const inPhase = (...phases: string[]): Condition => ({ key: ".status.phase", operator: "In", values: phases });
const exists = (key: string): Condition => ({ key, operator: "Exists" });
const missing = (key: string): Condition => ({ key, operator: "DoesNotExist" });
const living = missing(".metadata.deletionTimestamp");
const deleted = exists(".metadata.deletionTimestamp");
const ofJob: Condition = { key: ".metadata.ownerReferences.[].kind", operator: "In", values: ["Job"] };

function stage(
  kind: "Node" | "Pod",
  name: string,
  when: Condition[],
  next: Stage["spec"]["next"],
  delay?: Stage["spec"]["delay"],
): Stage {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      selector: { matchExpressions: when },
      delay,
      next,
    },
  };
}

const status = (template: string): Stage["spec"]["next"] => ({
  patches: [{ subresource: "status", root: "status", type: "strategic", template }],
});

const nodeConditions = `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
`;

/** One entry for each of the pod's containers, all in the same state. */
const containers = (field: string, state: string, ready: boolean, started: boolean): string => `
{{ if .spec.${field} }}
${field === "containers" ? "containerStatuses" : "initContainerStatuses"}:
{{ range .spec.${field} }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: ${ready}
  started: ${started}
  restartCount: 0
  state: ${state}
{{ end }}
{{ end }}
`;

const condition = (type: string, value: "True" | "False", reason = ""): string => `
- type: ${type}
  status: "${value}"
  reason: "${reason}"
  lastTransitionTime: {{ Now | Quote }}
`;

const completed = `{terminated: {exitCode: 0, reason: Completed, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}`;
const running = `{running: {startedAt: {{ Now | Quote }}}}`;

/** What nodes and pods go through. */
export const stagesOf = ({ pull, readiness } = usualDelays): Stage[] => [
  stage("Node", "node-registers", [isNotTrue("Ready"), living], status(`${nodeConditions}\nphase: Running\n`)),
  stage("Node", "node-heartbeat", [isTrue("Ready"), living], status(nodeConditions), {
    durationMilliseconds: 240_000,
    jitterDurationMilliseconds: 300_000,
  }),
  stage(
    "Pod",
    "pod-is-accepted",
    [living, missing(".status.podIP")],
    status(`
phase: Pending
startTime: {{ Now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
conditions:
${condition("Initialized", "False", "ContainersNotInitialized")}
${condition("ContainersReady", "False", "ContainersNotReady")}
${condition("Ready", "False", "ContainersNotReady")}
${containers("initContainers", "{waiting: {reason: PodInitializing}}", false, false)}
${containers("containers", "{waiting: {reason: ContainerCreating}}", false, false)}
`),
  ),
  stage(
    "Pod",
    "pod-starts",
    [living, inPhase("Pending"), exists(".status.podIP"), isTrue(referencesFound)],
    status(`
phase: Running
conditions:
${condition("Initialized", "True")}
${containers("initContainers", `{{ if eq .restartPolicy "Always" }}${running}{{ else }}${completed}{{ end }}`, true, false)}
${containers("containers", running, false, true)}
`),
    pull,
  ),
  stage(
    "Pod",
    "pod-is-ready",
    [living, inPhase("Running"), isNotTrue("Ready")],
    status(`
conditions:
${condition("ContainersReady", "True")}
${condition("Ready", "True")}
{{ range .spec.readinessGates }}
- type: {{ .conditionType | Quote }}
  status: "True"
  lastTransitionTime: {{ Now | Quote }}
{{ end }}
${containers("containers", running, true, true)}
`),
    readiness,
  ),
  stage(
    "Pod",
    "pod-completes",
    [living, inPhase("Running"), isTrue("Ready"), ofJob],
    status(`
phase: Succeeded
conditions:
${condition("ContainersReady", "False", "PodCompleted")}
${condition("Ready", "False", "PodCompleted")}
${containers("containers", completed, false, false)}
`),
    readiness,
  ),
  // A Job's pods hold a finalizer until the Job controller has seen how they ended.
  stage(
    "Pod",
    "pod-is-stopped",
    [deleted, exists(".metadata.finalizers.[]"), inPhase("Pending", "Running")],
    status(`phase: Failed`),
    pull,
  ),
  stage("Pod", "pod-goes", [deleted, missing(".metadata.finalizers.[]")], { delete: true }, pull),
];
