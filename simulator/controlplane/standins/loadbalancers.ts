/** The cloud's service controller: Services of type LoadBalancer get an address, and lose it in order. */
import { createHash } from "node:crypto";
import {
  CoreV1Api,
  ApiextensionsV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1LoadBalancerIngress,
  type V1Service,
} from "@kubernetes/client-node";
import type { ClusterRequest } from "../../cloud/behaviour";
import { ignoring, isConflict, present } from "../errors";
import type { StandInContext } from "./index";
import { startLoop, type Again, type Loop } from "./loop";

/**
 * The cloud's answer to a Service of type LoadBalancer: its addresses, or why it gets none. Undefined: an address of the
 * cloud's choice.
 */
export type Balance = (
  cluster: ClusterRequest,
  service: V1Service,
) => { addresses: V1LoadBalancerIngress[] } | { refusal: string } | undefined;

/** Seconds after which a refused Service is tried again. */
const patience = 5;

/** Kubernetes' own (k8s.io/cloud-provider/service/helpers): the Service stays until its load balancer is gone. */
const finalizer = "service.kubernetes.io/load-balancer-cleanup";

export function startLoadBalancers(context: StandInContext): Loop[] {
  const { config, cluster, balance } = context;
  // What a cluster without a cloud does for such Services is its distribution's matter.
  if (cluster.cloud === "local") return [];
  const core = config.makeApiClient(CoreV1Api);
  const extensions = config.makeApiClient(ApiextensionsV1Api);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  const reconcile = async (service: V1Service): Promise<Again> => {
    const { metadata, spec, status } = service;
    const key = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
    const finalizers = metadata?.finalizers ?? [];
    const wanted = spec?.type === "LoadBalancer" && !metadata?.deletionTimestamp;
    const setFinalizers = (value: string[]): Promise<unknown> =>
      core.patchNamespacedService(
        { ...key, body: { metadata: { finalizers: value, resourceVersion: metadata?.resourceVersion } } },
        merge,
      );
    const setAddresses = (ingress: V1LoadBalancerIngress[] | null): Promise<unknown> =>
      core.patchNamespacedServiceStatus({ ...key, body: { status: { loadBalancer: { ingress } } } }, merge);

    if (!wanted) {
      if (!finalizers.includes(finalizer)) return undefined;
      if (!metadata?.deletionTimestamp) await setAddresses(null);
      await setFinalizers(finalizers.filter((name) => name !== finalizer));
      return undefined;
    }
    const isAws = cluster.cloud === "aws" && (await hasAwsController(extensions));
    if (!isServed(spec?.loadBalancerClass, isAws)) return 2;
    if (!finalizers.includes(finalizer)) {
      await setFinalizers([...finalizers, finalizer]);
      // The change brings the Service back here.
      return undefined;
    }
    if (status?.loadBalancer?.ingress !== undefined) return undefined;
    const answer = balance?.(cluster, service) ?? { addresses: [addressOf(cluster, service, isAws)] };
    if ("refusal" in answer) {
      await tell(service, answer.refusal);
      return patience;
    }
    await setAddresses(answer.addresses);
    return undefined;
  };

  /** One event for each reason, as `kubectl describe` shows it. */
  const tell = async ({ metadata }: V1Service, refusal: string): Promise<void> => {
    const { name = "", namespace = "", uid } = metadata ?? {};
    const now = new Date();
    const reason = createHash("sha256").update(refusal).digest("hex").slice(0, 8);
    const event = core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { name: `${name}.load-balancer-${reason}`, namespace },
        involvedObject: { apiVersion: "v1", kind: "Service", name, namespace, uid },
        type: "Warning",
        reason: "SyncLoadBalancerFailed",
        message: `Error syncing load balancer: failed to ensure load balancer: ${refusal}`,
        source: { component: "service-controller" },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    });
    await ignoring(isConflict, event);
  };

  return [startLoop(context, "/api/v1/services", () => core.listServiceForAllNamespaces(), reconcile)];
}

/** Classes are other controllers' business: of those, the AWS Load Balancer Controller's, once it is installed. */
function isServed(loadBalancerClass: string | undefined, hasController: boolean): boolean {
  return loadBalancerClass === undefined || (hasController && loadBalancerClass === "service.k8s.aws/nlb");
}

async function hasAwsController(extensions: ApiextensionsV1Api): Promise<boolean> {
  const definition = extensions.readCustomResourceDefinition({ name: "targetgroupbindings.elbv2.k8s.aws" });
  return (await present(definition)) !== undefined;
}

/**
 * The address that the cloud gives: a host name on AWS (a Classic Load Balancer's from the cloud's own controller, a
 * Network Load Balancer's from the AWS Load Balancer Controller), an IP elsewhere. The same Service keeps its address.
 *
 * @param isNetwork whether the AWS Load Balancer Controller is there. Its webhook takes every Service that names no class:
 *   https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
 */
export function addressOf(
  cluster: ClusterRequest,
  { metadata, spec }: V1Service,
  isNetwork: boolean,
): V1LoadBalancerIngress {
  const hash = createHash("sha256").update(`${cluster.id}/${metadata?.uid}`).digest();
  if (cluster.cloud === "aws") {
    if (isNetwork) {
      const short = (text = ""): string => text.replace(/-/g, "").slice(0, 8);
      const name = `k8s-${short(metadata?.namespace)}-${short(metadata?.name)}-${hash.toString("hex", 0, 5)}`;
      return { hostname: `${name}-${hash.toString("hex", 5, 13)}.elb.${cluster.region}.amazonaws.com` };
    }
    const name = `a${(metadata?.uid ?? "").replace(/-/g, "").slice(0, 31)}`;
    return { hostname: `${name}-${hash.readUInt32BE(0)}.${cluster.region}.elb.amazonaws.com` };
  }
  // TEST-NET-3 (RFC 5737): nobody's address.
  return { ip: spec?.loadBalancerIP ?? `203.0.113.${((hash[0] ?? 0) % 254) + 1}`, ipMode: "VIP" };
}
