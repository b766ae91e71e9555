/** The objects by which monitoring's files travel: a claim beside the program's own, Jobs that fill and empty it, a pod. */
import type {
  V1Container,
  V1Job,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodSpec,
} from "@kubernetes/client-node";
import { onNode } from "../verify/checksum/job";
import { namespace, type Part } from "./parts";

/** Of the claim that travels and the pod that has it mounted: by it a backup has these, and nothing else. */
export const stagedLabels = {
  "app.kubernetes.io/name": "monitoring-history",
  "app.kubernetes.io/managed-by": "platform",
};

/** Of a Job, which stays where it is. */
const jobLabels = { "app.kubernetes.io/name": "monitoring-copy", "app.kubernetes.io/managed-by": "platform" };

/** Seconds after which a Job goes that nobody has deleted. */
const leftSeconds = 600;

export function stagedName({ name }: Pick<Part, "name">): string {
  return `history-${name}`;
}

export function stagedClaim(part: Part, like: V1PersistentVolumeClaim): V1PersistentVolumeClaim {
  const { storageClassName, resources } = like.spec ?? {};
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: stagedName(part), namespace, labels: stagedLabels },
    // Both are mounted by the same Job: they have to be where the same node reaches them.
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { ...resources?.requests } },
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  };
}

/** Does nothing: Velero reads and writes what a running pod has mounted. */
export function stagedPod(part: Part, image: string): V1Pod {
  const metadata: V1ObjectMeta = { name: stagedName(part), namespace, labels: stagedLabels };
  const container = containerOf("hold", image, "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done");
  container.volumeMounts = [{ name: "staged", mountPath: "/staged" }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: {
      ...podOf(part),
      containers: [container],
      volumes: [{ name: "staged", persistentVolumeClaim: { claimName: stagedName(part) } }],
    },
  };
}

export interface CopyRequest {
  part: Part;
  /** What the Job does, in its name: `take` */
  verb: string;
  script: string;
  /** Has promtool, and a shell. */
  image: string;
  /** Beside those of the paths. */
  variables?: Record<string, string>;
  /** Of the pod that has the claim mounted: a volume may be in reach of its node only. */
  node?: string;
  /** Whether the staged volume is mounted too. */
  staged: boolean;
  timeoutSeconds: number;
}

export function copyJob(request: CopyRequest): V1Job {
  const { part, verb, script, image, variables = {}, node, staged, timeoutSeconds } = request;
  const paths = {
    ...{ VOLUME: "/volume", SCRATCH: "/scratch", RESULT: "/dev/termination-log", FOLDER: part.folder },
    ...(staged ? { STAGED: "/staged" } : {}),
  };
  const claims = { volume: part.claim, ...(staged ? { staged: stagedName(part) } : {}) };
  const container = containerOf("copy", image, script.trim());
  container.env = Object.entries({ ...paths, ...variables }).map(([name, value]) => ({ name, value }));
  container.volumeMounts = [...Object.keys(claims), "scratch"].map((name) => ({ name, mountPath: `/${name}` }));
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `history-${verb}-${part.name}`, namespace, labels: jobLabels },
    spec: {
      backoffLimit: 1,
      activeDeadlineSeconds: timeoutSeconds,
      ttlSecondsAfterFinished: leftSeconds,
      template: {
        metadata: { labels: jobLabels },
        spec: {
          ...podOf(part),
          ...(node === undefined ? {} : { affinity: onNode(node) }),
          containers: [container],
          volumes: [
            ...Object.entries(claims).map(([name, claimName]) => ({ name, persistentVolumeClaim: { claimName } })),
            { name: "scratch", emptyDir: {} },
          ],
        },
      },
    },
  };
}

/** As the namespace's Pod Security Standard, `restricted`, has it, and as whoever writes the files. */
function podOf({ user }: Part): Omit<V1PodSpec, "containers"> {
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      ...user,
      runAsNonRoot: true,
      // Without it every file of the volume would be given to the group anew.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

function containerOf(name: string, image: string, script: string): V1Container {
  return {
    name,
    image,
    command: ["sh", "-c", script],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}
