/**
 * GKE's Ingress controller: it serves Ingresses of the class `gce`, and those that name no class at all, gives them the
 * address of a load balancer, and takes that down before they go.
 *
 * Sources: kubernetes/ingress-gce pkg/utils/ingress.go (which Ingresses), pkg/controller/translator (backends),
 * pkg/utils/common/finalizer.go; https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 */
import {
  CoreV1Api,
  CustomObjectsApi,
  NetworkingV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Ingress,
  type V1Service,
} from "@kubernetes/client-node";
import { createHash } from "node:crypto";
import { ignoring, isConflict, present } from "../../errors";
import type { StandInContext } from "../index";
import { startLoop, type Again, type Loop } from "../loop";
import type { BalancedIngress } from "./balancers";

const finalizer = "networking.gke.io/ingress-finalizer-V2";

/** Seconds after which a refused Ingress is tried again; Google's back-off begins with as many. */
const patience = 5;

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

class Refused extends Error {}

export function startGceIngresses(context: StandInContext): Loop[] {
  const { config, cluster, balancers } = context;
  if (cluster.cloud !== "gcp" || !balancers) return [];
  const core = config.makeApiClient(CoreV1Api);
  const networking = config.makeApiClient(NetworkingV1Api);
  const custom = config.makeApiClient(CustomObjectsApi);

  const reconcile = async (ingress: V1Ingress): Promise<Again> => {
    const { metadata } = ingress;
    const { name = "", namespace = "", finalizers = [] } = metadata ?? {};
    const setFinalizers = (value: string[]) =>
      networking.patchNamespacedIngress(
        { name, namespace, body: { metadata: { finalizers: value, resourceVersion: metadata?.resourceVersion } } },
        merge,
      );
    if (metadata?.deletionTimestamp || !isOurs(ingress)) {
      if (!finalizers.includes(finalizer)) return undefined;
      balancers.remove(cluster, `${namespace}/${name}`);
      await setFinalizers(finalizers.filter((one) => one !== finalizer));
      return undefined;
    }
    if (!balancers.isServed(cluster)) return patience;
    if (!finalizers.includes(finalizer)) {
      await setFinalizers([...finalizers, finalizer]);
      // The change brings the Ingress back here.
      return undefined;
    }
    try {
      const answer = balancers.ensure(cluster, await balanced(ingress));
      if ("refusal" in answer) throw new Refused(answer.refusal);
      await publish(ingress, answer.address);
      return undefined;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await tell(ingress, error.message);
      return patience;
    }
  };

  /** All that the Ingress' annotations, and those of its backends, lead to. @throws Refused where one leads nowhere */
  const balanced = async (ingress: V1Ingress): Promise<BalancedIngress> => {
    const { name = "", namespace = "", annotations = {} } = ingress.metadata ?? {};
    const policies = new Set<string>();
    for (const { service, port } of backendsOf(ingress)) {
      const found = await present(core.readNamespacedService({ name: service, namespace }));
      if (!found) throw new Refused(`could not find service "${namespace}/${service}"`);
      const backendConfig = backendConfigOf(found, port);
      if (backendConfig === undefined) continue;
      const spec = await read("cloud.google.com", "v1", "backendconfigs", namespace, backendConfig);
      if (!spec) {
        throw new Refused(
          `error getting BackendConfig for port ${port} on service "${namespace}/${service}", err: no BackendConfig for service port exists.`,
        );
      }
      const policy = (spec["securityPolicy"] as { name?: string } | undefined)?.name;
      if (policy) policies.add(policy);
    }
    const frontend = annotations["networking.gke.io/v1beta1.FrontendConfig"];
    const frontendSpec =
      frontend && (await read("networking.gke.io", "v1beta1", "frontendconfigs", namespace, frontend));
    if (frontend && !frontendSpec) throw new Refused(`FrontendConfig "${namespace}/${frontend}" does not exist`);
    const certificates = (annotations["networking.gke.io/managed-certificates"] ?? "").split(",").filter(Boolean);
    for (const certificate of certificates) {
      if (!(await read("networking.gke.io", "v1", "managedcertificates", namespace, certificate.trim()))) {
        throw new Refused(`ManagedCertificate "${namespace}/${certificate.trim()}" does not exist`);
      }
    }
    const sslPolicy = (frontendSpec || {})["sslPolicy"] as string | undefined;
    const addressName = annotations["kubernetes.io/ingress.global-static-ip-name"];
    return {
      key: `${namespace}/${name}`,
      securityPolicies: [...policies],
      ...(addressName === undefined ? {} : { addressName }),
      ...(sslPolicy === undefined ? {} : { sslPolicy }),
    };
  };

  const read = async (
    group: string,
    version: string,
    plural: string,
    namespace: string,
    name: string,
  ): Promise<Record<string, unknown> | undefined> => {
    const found = (await present(custom.getNamespacedCustomObject({ group, version, plural, namespace, name }))) as
      { spec?: Record<string, unknown> } | undefined;
    return found && (found.spec ?? {});
  };

  const publish = async ({ metadata, status }: V1Ingress, ip: string): Promise<void> => {
    if (status?.loadBalancer?.ingress?.[0]?.ip === ip) return;
    const { name = "", namespace = "" } = metadata ?? {};
    await networking.patchNamespacedIngressStatus(
      { name, namespace, body: { status: { loadBalancer: { ingress: [{ ip }] } } } },
      merge,
    );
  };

  /** One event for each reason, as `kubectl describe` shows it. */
  const tell = async ({ metadata }: V1Ingress, refusal: string): Promise<void> => {
    const { name = "", namespace = "", uid } = metadata ?? {};
    const now = new Date();
    const reason = createHash("sha256").update(refusal).digest("hex").slice(0, 8);
    const event = core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { name: `${name}.sync-${reason}`, namespace },
        involvedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name, namespace, uid },
        type: "Warning",
        reason: "Sync",
        message: `Error syncing to GCP: error running load balancer syncing routine: loadbalancer does not exist: ${refusal}`,
        source: { component: "loadbalancer-controller" },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    });
    await ignoring(isConflict, event);
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

/** The annotation decides; without it, an Ingress that names no class is the controller's too. */
export function isOurs({ metadata, spec }: V1Ingress): boolean {
  const annotation = metadata?.annotations?.["kubernetes.io/ingress.class"];
  if (annotation !== undefined) return annotation === "gce" || annotation === "";
  return spec?.ingressClassName === undefined;
}

interface Backend {
  service: string;
  /** Number or name. */
  port: number | string;
}

export function backendsOf({ spec }: V1Ingress): Backend[] {
  const backends = [
    spec?.defaultBackend,
    ...(spec?.rules ?? []).flatMap((rule) => rule.http?.paths.map(({ backend }) => backend) ?? []),
  ];
  return backends.flatMap((backend) => {
    const service = backend?.service;
    return service ? [{ service: service.name, port: service.port?.number ?? service.port?.name ?? "" }] : [];
  });
}

/**
 * Name of the BackendConfig of a Service's port, after having looked whether a load balancer can reach it at all.
 * @throws Refused where the port is not the Service's, or its pods can be reached neither by nodes nor by themselves
 */
export function backendConfigOf(service: V1Service, port: number | string): string | undefined {
  const key = `${service.metadata?.namespace}/${service.metadata?.name}`;
  const annotations = service.metadata?.annotations ?? {};
  const found = service.spec?.ports?.find((one) => one.port === port || one.name === port);
  if (!found) throw new Refused(`could not find port "${port}" in service "${key}"`);
  const groups = parse(annotations["cloud.google.com/neg"]) as { ingress?: boolean };
  const type = service.spec?.type ?? "ClusterIP";
  // Newer clusters give Services of Ingresses network endpoint groups by themselves.
  if (groups.ingress === false && type === "ClusterIP") {
    throw new Refused(`service "${key}" is type "ClusterIP", expected "NodePort" or "LoadBalancer"`);
  }
  const configs = parse(annotations["cloud.google.com/backend-config"]) as {
    default?: string;
    ports?: Record<string, string>;
  };
  return configs.ports?.[String(found.port)] ?? configs.ports?.[found.name ?? ""] ?? configs.default;
}

function parse(json: string | undefined): object {
  if (json === undefined) return {};
  try {
    return JSON.parse(json) as object;
  } catch {
    throw new Refused(`annotation is no JSON: ${json}`);
  }
}
