/** Which kinds are waited for, and how long (the table of provider/pkg/await/awaiters.go). */
import type { KubernetesApi } from "../api";
import { annotations, isTrue, timeoutSeconds } from "../metadata";
import { annotation, type KubernetesObject } from "../objects";
import { checkIngress, checkService } from "./network";
import { checkPod } from "./pods";
import { isReadyNow, untilReady, type ReadinessCheck } from "./readiness";
import { checkClaim, checkPersistentVolume, checkQuota, checkReplicationController, checkSecret } from "./storage";
import { waitForCheck } from "./waitfor";
import { checkDaemonSet, checkDeployment, checkJob, checkStatefulSet } from "./workloads";

interface Rule {
  check: ReadinessCheck;
  /** Checked by a refresh, too. */
  onRead: boolean;
  /** A limit of the kind's own, in seconds; the user's time-outs do not change it. */
  fixedSeconds?: number;
}

const rules: Record<string, Rule> = {
  "apps/v1/DaemonSet": { check: checkDaemonSet, onRead: true },
  "apps/v1/Deployment": { check: checkDeployment, onRead: true },
  "apps/v1/StatefulSet": { check: checkStatefulSet, onRead: true },
  "batch/v1/Job": { check: checkJob, onRead: true },
  "networking.k8s.io/v1/Ingress": { check: checkIngress, onRead: true },
  "v1/PersistentVolume": { check: checkPersistentVolume, onRead: false, fixedSeconds: 300 },
  "v1/PersistentVolumeClaim": { check: checkClaim, onRead: false, fixedSeconds: 300 },
  "v1/Pod": { check: checkPod, onRead: true },
  "v1/ReplicationController": { check: checkReplicationController, onRead: false, fixedSeconds: 600 },
  "v1/ResourceQuota": { check: checkQuota, onRead: false, fixedSeconds: 60 },
  "v1/Secret": { check: checkSecret, onRead: false, fixedSeconds: 5 },
  "v1/Service": { check: checkService, onRead: true },
};

const ruleOf = (object: KubernetesObject) => rules[`${object.apiVersion}/${object.kind}`];

export interface Written {
  inputs: unknown;
  /** What the API server answered to the write. */
  object: KubernetesObject;
  previous?: KubernetesObject;
  /** The resource's own `customTimeouts`; 0 where none is set. */
  customTimeout: number;
  timeScale: number;
}

/**
 * Waits until an object that was just written is ready, and returns it as it then is.
 * @throws NotReady
 */
export async function awaitWritten(api: KubernetesApi, written: Written): Promise<KubernetesObject> {
  const { inputs, object, previous, customTimeout, timeScale } = written;
  if (isTrue(inputs, annotations.skipAwait)) return object;
  const seconds = timeoutSeconds(inputs, customTimeout);
  const expression = annotation(object, annotations.waitFor);
  if (expression) {
    return untilReady(api, {
      object,
      previous,
      check: waitForCheck(expression),
      timeoutSeconds: seconds,
      timeScale,
      timedOut: () => "timed out waiting for the condition",
    });
  }
  const rule = ruleOf(object);
  if (!rule) return object;
  const limit = rule.fixedSeconds;
  return untilReady(api, {
    object,
    previous,
    check: rule.check,
    timeoutSeconds: limit ?? seconds,
    timeScale,
    ...(limit === undefined ? {} : { timedOut: (name) => `Timeout occurred polling for '${name}'` }),
  });
}

/** A refresh's single look. @throws NotReady */
export async function checkRead(api: KubernetesApi, inputs: unknown, object: KubernetesObject): Promise<void> {
  const rule = ruleOf(object);
  if (rule?.onRead && !isTrue(inputs, annotations.skipAwait)) await isReadyNow(api, object, rule.check);
}
