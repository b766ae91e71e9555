/**
 * external-dns: while its pod is ready, the names of Ingresses and Services are in the zone that its arguments name. Nothing
 * runs in its pod here, so this loop asks whoever has the clouds' zones.
 */
import {
  AppsV1Api,
  CoreV1Api,
  NetworkingV1Api,
  type V1Deployment,
  type V1Ingress,
  type V1Service,
} from "@kubernetes/client-node";
import type { ClusterRequest } from "../../cloud/behaviour";
import type { StandInContext } from "./index";
import { startLoop, type Loop } from "./loop";

/** What external-dns is told by its arguments. */
export interface DnsOwner {
  /** Its own name in the zone. */
  owner: string;
  /** As the cloud names the zone. */
  zone: string;
  domain: string;
}

/** A host, the addresses of its load balancer, and what names it: `ingress/namespace/name`. */
export interface NamedHost {
  host: string;
  addresses: string[];
  resource: string;
}

export interface DnsZones {
  /** Has these names, and no others of the owner, in the zone. */
  sync(cluster: ClusterRequest, owner: DnsOwner, names: NamedHost[]): void;
}

/** Seconds between two looks, where no event has come before. */
const interval = 2;

/** https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/ */
const hostAnnotation = "external-dns.alpha.kubernetes.io/hostname";

export function startExternalDns(context: StandInContext): Loop[] {
  const { config, cluster, zones } = context;
  if (!zones) return [];
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const networking = config.makeApiClient(NetworkingV1Api);

  const sync = async (): Promise<void> => {
    const labelSelector = "app.kubernetes.io/name=external-dns";
    const { items } = await apps.listDeploymentForAllNamespaces({ labelSelector });
    const owner = items.filter(({ status }) => (status?.readyReplicas ?? 0) > 0).map(ownerOf)[0];
    if (!owner) return;
    const ingresses = await networking.listIngressForAllNamespaces();
    const services = await core.listServiceForAllNamespaces();
    zones.sync(cluster, owner, namedHosts(ingresses.items, services.items));
  };
  // An event while it looks is not lost: it looks once more.
  let looking: Promise<void> | undefined;
  let again = false;
  const look = (): Promise<void> => {
    again = looking !== undefined;
    looking ??= (async () => {
      do {
        again = false;
        await sync();
      } while (again);
    })().finally(() => (looking = undefined));
    return looking;
  };
  const quietly = (): void => void look().catch(() => undefined);
  const timer = setInterval(quietly, interval * 1000);
  timer.unref();
  const ingresses = startLoop(
    context,
    "/apis/networking.k8s.io/v1/ingresses",
    () => networking.listIngressForAllNamespaces(),
    () => look(),
    quietly,
  );
  return [
    {
      stop: async () => {
        clearInterval(timer);
        await ingresses.stop();
        await looking?.catch(() => undefined);
      },
    },
  ];
}

/** Undefined where it is not told whose records are its own, and where. */
export function ownerOf({ spec }: V1Deployment): DnsOwner | undefined {
  const args = spec?.template.spec?.containers.flatMap((container) => container.args ?? []) ?? [];
  const value = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const [owner, zone, domain] = [value("txt-owner-id"), value("zone-id-filter"), value("domain-filter")];
  return owner !== undefined && zone !== undefined && domain !== undefined ? { owner, zone, domain } : undefined;
}

/** The hosts that Ingresses and Services of type LoadBalancer name, as far as these have addresses. */
export function namedHosts(ingresses: readonly V1Ingress[], services: readonly V1Service[]): NamedHost[] {
  const all = [
    ...ingresses.map((one) => ({ kind: "ingress", one, hosts: (one.spec?.rules ?? []).map(({ host }) => host ?? "") })),
    ...services
      .filter(({ spec }) => spec?.type === "LoadBalancer")
      .map((one) => ({ kind: "service", one, hosts: (one.metadata?.annotations?.[hostAnnotation] ?? "").split(",") })),
  ];
  return all.flatMap(({ kind, one: { metadata, status }, hosts }) => {
    const balanced: { ip?: string; hostname?: string }[] = status?.loadBalancer?.ingress ?? [];
    const addresses = balanced.flatMap(({ ip, hostname }) => hostname?.toLowerCase() ?? ip ?? []);
    const resource = `${kind}/${metadata?.namespace}/${metadata?.name}`;
    const names = new Set(hosts.map((host) => host.trim().toLowerCase()).filter((host) => host !== ""));
    return addresses.length === 0 ? [] : [...names].map((host) => ({ host, addresses, resource }));
  });
}
