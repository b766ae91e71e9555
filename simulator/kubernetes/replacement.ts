/**
 * Which changed property needs a new object: the table `forceNew` of provider/pkg/provider/diff.go (pulumi-kubernetes
 * 4.34). Everything else is updated in place, or refused by the API server.
 */
import type { Properties } from "../provider";
import { isSecret } from "./normalize";
import { isRecord } from "./objects";

const selector = ["spec.selector"];
const roleBinding = ["roleRef"];
const statefulSet = [
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  ...selector,
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];
const volumeSources =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs " +
  "hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";
const podFields =
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID " +
  "hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates " +
  "restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName " +
  "shareProcessNamespace subdomain terminationGracePeriodSeconds volumes";
const containerFields =
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin " +
  "stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir";

const inSpec = (names: string) => names.split(" ").map((name) => `spec.${name}`);

const byKind: Record<string, string[]> = {
  "apps/v1/DaemonSet": selector,
  "apps/v1/Deployment": selector,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": ["spec.completions", "spec.parallelism", ...selector, "spec.template"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": roleBinding,
  "rbac.authorization.k8s.io/v1/RoleBinding": roleBinding,
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": inSpec(volumeSources),
  "v1/PersistentVolumeClaim": inSpec("accessModes selector storageClassName volumeName"),
  "v1/Pod": [
    ...inSpec(podFields),
    ...containerFields
      .split(" ")
      .flatMap((field) => [`spec.containers[*].${field}`, `spec.initContainers[*].${field}`]),
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

export interface Mutability {
  /** The provider's `enableConfigMapMutable` and `enableSecretMutable`; both are off unless set. */
  configMaps: boolean;
  secrets: boolean;
}

/** Paths that need a new object, `[*]` for any element of a list. */
export function forceNewPaths(inputs: Properties, mutable: Mutability): string[] {
  const paths = ["metadata.name", "metadata.namespace"];
  const key = `${String(inputs.apiVersion)}/${String(inputs.kind)}`;
  if (isSecret(inputs) && (!mutable.secrets || inputs.immutable === true)) {
    return [...paths, "type", "stringData", "data"];
  }
  if (key === "v1/ConfigMap" && (!mutable.configMaps || inputs.immutable === true)) {
    return [...paths, "binaryData", "data"];
  }
  return [...paths, ...(byKind[key] ?? [])];
}

export type Path = (string | number)[];

/**
 * Whether a change at `path` to `value` touches one of `forceNew`: the change lies in such a property, or adds a map
 * that has it (PatchPropertiesChanged of provider/pkg/openapi/match.go).
 */
export function needsReplacement(path: Path, value: unknown, forceNew: string[]): boolean {
  return forceNew.some((forced) => {
    const wanted = forced.split(/\.|(?=\[\*\])/);
    const shared = Math.min(wanted.length, path.length);
    for (let index = 0; index < shared; index++) {
      const step = path[index];
      if (typeof step === "number" ? wanted[index] !== "[*]" : wanted[index] !== step) return false;
    }
    return wanted.length <= path.length || has(value, wanted.slice(shared));
  });
}

function has(value: unknown, [step, ...rest]: string[]): boolean {
  if (step === undefined) return true;
  if (step === "[*]") return Array.isArray(value) && value.some((item) => has(item, rest));
  return isRecord(value) && step in value && has(value[step], rest);
}
