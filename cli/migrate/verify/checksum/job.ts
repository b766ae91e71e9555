/** The Job that reads one claim's files, beside the pod that has it mounted. */
import { createHash } from "node:crypto";
import type { V1Job, V1Pod, V1PodSecurityContext, V1SecurityContext } from "@kubernetes/client-node";
import { script } from "./script";

/** BusyBox for all architectures: https://hub.docker.com/_/busybox */
const image = "docker.io/library/busybox:1.37.0";

/** Seconds after which a Job goes that nobody has deleted: of a comparison that was killed. */
const leftSeconds = 600;

const labels = { "app.kubernetes.io/name": "verify", "app.kubernetes.io/managed-by": "platform" };

/** Whether an object is a Job of a comparison, or its pod. */
export function isChecksum(object: { metadata: { labels?: Record<string, string> } }): boolean {
  return Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);
}

export interface ChecksumRequest {
  namespace: string;
  claim: string;
  /** One that has the claim mounted. A volume may be in reach of its node only, and its files of its user. */
  pod?: V1Pod;
  /** Whether the namespace takes only pods of the Pod Security Standard `restricted`: none of root's. */
  restricted: boolean;
  timeoutSeconds: number;
}

/** The same for the same claim, so that a comparison that is run again finds what it has left. */
export function jobName(claim: string): string {
  const digest = createHash("sha256").update(claim).digest("hex").slice(0, 10);
  return `verify-${claim.slice(0, 40).replace(/[^a-z0-9]+/g, "-")}-${digest}`;
}

export function checksumJob({ namespace, claim, pod, restricted, timeoutSeconds }: ChecksumRequest): V1Job {
  const { podUser, containerUser } = userOf(claim, pod, restricted);
  const node = pod?.spec?.nodeName;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName(claim), namespace, labels },
    spec: {
      // A file may go while it is read.
      backoffLimit: 3,
      activeDeadlineSeconds: timeoutSeconds,
      ttlSecondsAfterFinished: leftSeconds,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podUser,
          ...(pod?.spec?.tolerations ? { tolerations: pod.spec.tolerations } : {}),
          ...(node === undefined ? {} : { affinity: onNode(node) }),
          containers: [
            {
              name: "verify",
              image,
              command: ["sh", "-c", script],
              env: [
                { name: "VOLUME", value: "/volume" },
                { name: "SCRATCH", value: "/scratch" },
                { name: "RESULT", value: "/dev/termination-log" },
              ],
              // Lists of names are sorted in memory; a quota of the namespace has to have room for it beside what runs.
              resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1", memory: "256Mi" } },
              securityContext: containerUser,
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [
                { name: "volume", mountPath: "/volume", readOnly: true },
                { name: "scratch", mountPath: "/scratch" },
              ],
            },
          ],
          volumes: [
            { name: "volume", persistentVolumeClaim: { claimName: claim } },
            { name: "scratch", emptyDir: {} },
          ],
        },
      },
    },
  };
}

/** By the scheduler, which waits for room: a pod that names its node itself is refused where there is none. */
export function onNode(name: string) {
  const term = { matchFields: [{ key: "metadata.name", operator: "In", values: [name] }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

/**
 * Root reads every file, by one capability that the standard `baseline` allows too. Where it may not run, whoever writes the
 * files can read them.
 */
function userOf(
  claim: string,
  pod: V1Pod | undefined,
  restricted: boolean,
): { podUser: V1PodSecurityContext; containerUser: V1SecurityContext } {
  const seccompProfile = { type: "RuntimeDefault" };
  const common = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
  if (!restricted) {
    return {
      podUser: { runAsUser: 0, seccompProfile },
      containerUser: { ...common, capabilities: { drop: ["ALL"], add: ["DAC_OVERRIDE"] } },
    };
  }
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups, seLinuxOptions } = pod?.spec?.securityContext ?? {};
  const volume = pod?.spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);
  const own = pod?.spec?.containers.find(({ volumeMounts = [] }) =>
    volumeMounts.some(({ name }) => name === volume?.name),
  );
  const user = { runAsUser: own?.securityContext?.runAsUser ?? runAsUser ?? nobody };
  const group = own?.securityContext?.runAsGroup ?? runAsGroup;
  return {
    podUser: defined({
      ...user,
      runAsNonRoot: true,
      runAsGroup: group,
      fsGroup,
      // Without it every file of the volume would be given to the group anew.
      fsGroupChangePolicy: fsGroup === undefined ? undefined : "OnRootMismatch",
      supplementalGroups,
      seLinuxOptions,
      seccompProfile,
    }),
    containerUser: { ...common, capabilities: { drop: ["ALL"] } },
  };
}

/** Who runs where nobody is named: the image's own user is not known. */
const nobody = 65534;

function defined<Fields extends object>(fields: { [Key in keyof Fields]: Fields[Key] | undefined }): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
