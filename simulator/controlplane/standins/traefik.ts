/**
 * What Traefik does for others: it writes the platform's outer address into the status of every Ingress that it serves.
 * Nothing runs in its pods here, so this loop does it, from the arguments of the Traefik that is installed, and only
 * while one of its pods is ready.
 *
 * Source: pkg/provider/kubernetes/{ingress,ingress-nginx} of github.com/traefik/traefik v3.7.
 */
import { isIP } from "node:net";
import {
  AppsV1Api,
  CoreV1Api,
  NetworkingV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1Ingress,
  type V1IngressLoadBalancerIngress,
} from "@kubernetes/client-node";
import { present } from "../errors";
import type { StandInContext } from "./index";
import { startLoop, type Again, type Loop } from "./loop";

/** Controllers of the classes that Traefik's two providers serve. */
const ownController = "traefik.io/ingress-controller";
const nginxController = "k8s.io/ingress-nginx";

/** Seconds between two looks, until there is an address to write and after it. */
const soon = 2;
const later = 15;

export function startTraefik(context: StandInContext): Loop[] {
  const { config } = context;
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const networking = config.makeApiClient(NetworkingV1Api);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  const reconcile = async (ingress: V1Ingress): Promise<Again> => {
    const labelSelector = "app.kubernetes.io/name=traefik";
    const { items } = await apps.listDeploymentForAllNamespaces({ labelSelector });
    const traefik = items.find(({ status }) => (status?.readyReplicas ?? 0) > 0);
    if (!traefik) return soon;
    const { items: classes } = await networking.listIngressClass();
    const className = ingress.spec?.ingressClassName;
    const controller = className
      ? classes.find(({ metadata }) => metadata?.name === className)?.spec?.controller
      : ownController;
    const published = publishedBy(traefik, controller);
    if (!published) return later;
    const address = "service" in published ? await addressOf(published.service) : [published.address];
    if (address.length === 0) return soon;
    const { name = "", namespace = "" } = ingress.metadata ?? {};
    if (JSON.stringify(ingress.status?.loadBalancer?.ingress) !== JSON.stringify(address)) {
      const body = { status: { loadBalancer: { ingress: address } } };
      await networking.patchNamespacedIngressStatus({ name, namespace, body }, merge);
    }
    return later;
  };

  const addressOf = async (path: string): Promise<V1IngressLoadBalancerIngress[]> => {
    const [namespace = "", name = ""] = path.split("/");
    const service = await present(core.readNamespacedService({ name, namespace }));
    const ingress = service?.status?.loadBalancer?.ingress ?? [];
    return ingress.map(({ hostname, ip }) => (hostname ? { hostname } : { ip }));
  };

  return [
    startLoop(
      context,
      "/apis/networking.k8s.io/v1/ingresses",
      () => networking.listIngressForAllNamespaces(),
      reconcile,
    ),
  ];
}

type Published = { service: string } | { address: V1IngressLoadBalancerIngress };

/** What Traefik writes into Ingresses of a controller's classes; undefined where it does not serve them. */
export function publishedBy(traefik: V1Deployment, controller: string | undefined): Published | undefined {
  const args = traefik.spec?.template.spec?.containers.flatMap((container) => container.args ?? []) ?? [];
  const value = (name: string) =>
    args
      .find((arg) => arg.startsWith(`--providers.${name}=`))
      ?.split("=")
      .slice(1)
      .join("=");
  if (controller === ownController && args.includes("--providers.kubernetesingress")) {
    const service = value("kubernetesingress.ingressendpoint.publishedservice");
    if (service) return { service };
    const hostname = value("kubernetesingress.ingressendpoint.hostname");
    const ip = value("kubernetesingress.ingressendpoint.ip");
    if (hostname ?? ip) return { address: hostname ? { hostname } : { ip } };
  }
  const nginxClass = value("kubernetesingressnginx.controllerClass") ?? nginxController;
  if (controller === nginxClass && args.includes("--providers.kubernetesingressnginx")) {
    const service = value("kubernetesingressnginx.publishservice");
    const address = value("kubernetesingressnginx.publishStatusAddress");
    if (address) return { address: isIP(address) ? { ip: address } : { hostname: address } };
    if (service) return { service };
  }
  return undefined;
}
