/**
 * ServiceLB, K3s' load balancer: each Service of type LoadBalancer gets a DaemonSet whose pods hold its ports on the
 * nodes, and the addresses of the nodes where they are ready. A port that another Service holds leaves them pending.
 *
 * Source: pkg/cloudprovider/servicelb.go of github.com/k3s-io/k3s v1.35.
 */
import {
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  type V1DaemonSet,
  type V1Service,
} from "@kubernetes/client-node";
import { ignoring, isNotFound } from "../controlplane/errors";
import type { StandInContext } from "../controlplane/standins";
import { startLoop, type Again, type Loop } from "../controlplane/standins/loop";

const namespace = "kube-system";
/** Kubernetes' own (k8s.io/cloud-provider/service/helpers), whose service controller calls ServiceLB. */
const finalizer = "service.kubernetes.io/load-balancer-cleanup";
const nameLabel = "svccontroller.k3s.cattle.io/svcname";
const namespaceLabel = "svccontroller.k3s.cattle.io/svcnamespace";

/** Seconds between two looks, until there is an address and after it. */
const soon = 1;
const later = 5;

export function startServiceLb(context: StandInContext): Loop[] {
  const { config } = context;
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  const reconcile = async (service: V1Service): Promise<Again> => {
    const { metadata, spec } = service;
    const key = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
    const finalizers = metadata?.finalizers ?? [];
    const setFinalizers = (value: string[]): Promise<unknown> =>
      core.patchNamespacedService(
        { ...key, body: { metadata: { finalizers: value, resourceVersion: metadata?.resourceVersion } } },
        merge,
      );
    const isWanted = spec?.type === "LoadBalancer" && !spec.loadBalancerClass && !metadata?.deletionTimestamp;
    if (!isWanted) {
      if (!finalizers.includes(finalizer)) return undefined;
      await ignoring(isNotFound, apps.deleteNamespacedDaemonSet({ name: nameOf(service), namespace }));
      if (!metadata?.deletionTimestamp) await setAddresses(key, []);
      await setFinalizers(finalizers.filter((name) => name !== finalizer));
      return undefined;
    }
    if (!finalizers.includes(finalizer)) {
      await setFinalizers([...finalizers, finalizer]);
      return undefined;
    }
    await objects.patch(daemonSetFor(service), undefined, undefined, "k3s", true, PatchStrategy.ServerSideApply);
    const addresses = await addressesOf(service);
    const present = (service.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
    if (JSON.stringify(present) !== JSON.stringify(addresses)) await setAddresses(key, addresses);
    return addresses.length > 0 ? later : soon;
  };

  const setAddresses = (key: { name: string; namespace: string }, addresses: string[]): Promise<unknown> => {
    // K3s leaves `ipMode` to the server, which writes VIP.
    const ingress = addresses.length > 0 ? addresses.map((ip) => ({ ip })) : null;
    return core.patchNamespacedServiceStatus({ ...key, body: { status: { loadBalancer: { ingress } } } }, merge);
  };

  /** Of the nodes where the Service's ports are held and, for local traffic only, one of its own pods is ready. */
  const addressesOf = async ({ metadata, spec }: V1Service): Promise<string[]> => {
    const labelSelector = `${nameLabel}=${metadata?.name},${namespaceLabel}=${metadata?.namespace}`;
    const { items: pods } = await core.listNamespacedPod({ namespace, labelSelector });
    const holders = pods
      .filter(({ status }) => status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"))
      .map((pod) => pod.spec?.nodeName);
    const serving = spec?.externalTrafficPolicy === "Local" ? await servingNodes(metadata) : undefined;
    const { items: nodes } = await core.listNode();
    return nodes
      .filter((node) => holders.includes(node.metadata?.name) && (serving?.has(node.metadata?.name) ?? true))
      .flatMap((node) => (node.status?.addresses ?? []).filter(({ type }) => type === "InternalIP"))
      .map(({ address }) => address)
      .sort();
  };

  const servingNodes = async (metadata: V1Service["metadata"]): Promise<Set<string | undefined>> => {
    const labelSelector = `kubernetes.io/service-name=${metadata?.name}`;
    const slices = await discovery.listNamespacedEndpointSlice({
      namespace: metadata?.namespace ?? "",
      labelSelector,
    });
    const endpoints = slices.items.flatMap((slice) => slice.endpoints ?? []);
    return new Set(endpoints.filter(({ conditions }) => conditions?.ready).map(({ nodeName }) => nodeName));
  };

  return [startLoop(context, "/api/v1/services", () => core.listServiceForAllNamespaces(), reconcile)];
}

function nameOf({ metadata }: V1Service): string {
  return `svclb-${metadata?.name?.slice(0, 48).replace(/-+$/, "")}-${metadata?.uid?.slice(0, 8)}`;
}

export function daemonSetFor(service: V1Service): V1DaemonSet {
  const { metadata, spec } = service;
  const name = nameOf(service);
  const own = { [nameLabel]: metadata?.name ?? "", [namespaceLabel]: metadata?.namespace ?? "" };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels: { ...own, "svccontroller.k3s.cattle.io/nodeselector": "false" } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...own } },
        spec: {
          serviceAccountName: "svclb",
          automountServiceAccountToken: false,
          priorityClassName: "system-node-critical",
          tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
          containers: (spec?.ports ?? []).map(({ port, protocol = "TCP" }) => {
            const portName = `lb-${protocol.toLowerCase()}-${port}`;
            return {
              name: portName,
              image: "rancher/klipper-lb:v0.4.15",
              ports: [{ name: portName, containerPort: port, hostPort: port, protocol }],
            };
          }),
        },
      },
    },
  };
}
