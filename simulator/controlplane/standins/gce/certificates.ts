/**
 * GKE's controller of managed certificates: each becomes active once a load balancer serves it. That the names in it lead
 * there is taken for granted: whoever has the domain has seen to it.
 *
 * Source: GoogleCloudPlatform/gke-managed-certs pkg/apis/networking.gke.io/v1/types.go (status)
 */
import {
  CustomObjectsApi,
  NetworkingV1Api,
  PatchStrategy,
  setHeaderOptions,
  type KubernetesListObject,
  type KubernetesObject,
} from "@kubernetes/client-node";
import { createHash } from "node:crypto";
import { ignoring, isNotFound } from "../../errors";
import type { StandInContext } from "../index";
import { startLoop, type Again, type Loop } from "../loop";

const resource = { group: "networking.gke.io", version: "v1", plural: "managedcertificates" };

/** Seconds between two looks; Google's own takes up to an hour, most of which waits for DNS. */
const soon = 3;

interface ManagedCertificate extends KubernetesObject {
  spec?: { domains?: string[] };
  status?: { certificateStatus?: string };
}

export function startManagedCertificates(context: StandInContext): Loop[] {
  const { config, cluster } = context;
  if (cluster.cloud !== "gcp") return [];
  const custom = config.makeApiClient(CustomObjectsApi);
  const networking = config.makeApiClient(NetworkingV1Api);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  const reconcile = async ({ metadata, spec, status }: ManagedCertificate): Promise<Again> => {
    const { name = "", namespace = "", uid = "" } = metadata ?? {};
    if (metadata?.deletionTimestamp || status?.certificateStatus === "Active") return undefined;
    const { items } = await networking.listNamespacedIngress({ namespace });
    const served = items.some(
      (ingress) =>
        ingress.metadata?.annotations?.["networking.gke.io/managed-certificates"]?.split(",").includes(name) &&
        ingress.status?.loadBalancer?.ingress?.[0]?.ip,
    );
    const state = served ? "Active" : "Provisioning";
    const body = {
      status: {
        certificateName: `mcrt-${createHash("sha256").update(uid).digest("hex").slice(0, 32)}`,
        certificateStatus: state,
        domainStatus: (spec?.domains ?? []).map((domain) => ({ domain, status: state })),
      },
    };
    if (status?.certificateStatus !== state) {
      await ignoring(isNotFound, custom.patchNamespacedCustomObject({ ...resource, name, namespace, body }, merge));
    }
    return served ? undefined : soon;
  };

  const list = async (): Promise<KubernetesListObject<ManagedCertificate>> =>
    (await custom.listCustomObjectForAllNamespaces({
      group: resource.group,
      version: resource.version,
      plural: resource.plural,
    })) as KubernetesListObject<ManagedCertificate>;
  return [startLoop(context, "/apis/networking.gke.io/v1/managedcertificates", list, reconcile)];
}
