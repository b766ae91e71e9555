/** The pods of a chart's workloads: what the program's values say of them, and nothing that would run. */
import { isRecord } from "../objects";
import type { Component } from "./components";
import { valueAt } from "./values";

export type Json = Record<string, unknown>;

export interface ReleaseIdentity {
  name: string;
  namespace: string;
}

export function filled(labels: Record<string, string>, { name, namespace }: ReleaseIdentity): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [
      key,
      value.replace("{release}", name).replace("{namespace}", namespace),
    ]),
  );
}

export interface PodSource {
  values: unknown;
  release: ReleaseIdentity;
  component?: Component;
  labels: Record<string, string>;
  images: string[];
  serviceAccount?: string;
  /** A volume claim that the pods mount. */
  claimName?: string;
  /** Of the main container. */
  args?: string[];
  /** What else a template has whose program really runs: fields of the main container, volumes, init containers. */
  rest?: { container: Json; volumes: Json[]; initContainers: Json[] };
}

const passed = [
  "nodeSelector",
  "affinity",
  "tolerations",
  "topologySpreadConstraints",
  "priorityClassName",
  "terminationGracePeriodSeconds",
];

export function podTemplate(source: PodSource): Json {
  const { values, component, labels, images } = source;
  const value = (name: string) => setting(values, component, name);
  const podLabels = mapOf(value("podLabels") ?? (component ? value("deployment.podLabels") : undefined));
  const annotations = mapOf(value("podAnnotations") ?? (component ? value("deployment.podAnnotations") : undefined));
  const spec: Json = {
    serviceAccountName: source.serviceAccount ?? "default",
    containers: images.map((image, index) => container(source, image, index)),
  };
  for (const name of passed) {
    const given = value(name) ?? shared(source, name);
    if (given !== undefined && given !== null && given !== "") spec[name] = given;
  }
  if (component?.hardAntiAffinity && valueAt(values, component.hardAntiAffinity) !== false) {
    spec.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [apart(labels)] } };
  }
  if (component?.hostAccess) Object.assign(spec, onHost(component.hostAccess));
  else spec.securityContext = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
  const volumes = [...mounted(source), ...(source.rest?.volumes ?? []), ...listOf(spec.volumes)];
  if (volumes.length > 0) spec.volumes = volumes;
  if (source.rest?.initContainers.length) spec.initContainers = source.rest.initContainers;
  return { metadata: { labels: { ...labels, ...podLabels }, annotations }, spec };
}

/** What Argo CD's chart says of all of its parts, for one that says nothing; Redis with Sentinel is a chart of its own. */
function shared({ values, component }: PodSource, name: string): unknown {
  const isOwn = component?.values !== undefined && !component.values.startsWith("redis-ha");
  return isOwn && name === "tolerations" ? valueAt(values, "global.tolerations") : undefined;
}

/** What the pods can't start without: Secrets that the values name, and a volume claim. */
function mounted({ values, component, claimName }: PodSource): Json[] {
  const secrets = (component?.secrets ?? []).map((path) => valueAt(values, path));
  const names = [...new Set(secrets.filter((name) => typeof name === "string" && name !== ""))];
  return [
    ...names.map((secretName, index) => ({ name: `secret-${index}`, secret: { secretName } })),
    ...(claimName ? [{ name: "storage", persistentVolumeClaim: { claimName } }] : []),
  ];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function container({ values, component, images, args, rest }: PodSource, image: string, index: number): Json {
  const path = component?.resources ?? "resources";
  // The values are for the chart's main container: the last image is it, those before are initialisers and sidecars.
  const isMain = index === images.length - 1;
  const resources = isMain ? setting(values, component, path) : undefined;
  const name = (image.split("/").pop() ?? "container").split(/[:@]/)[0]?.replaceAll(/[^a-z0-9-]/g, "-");
  const ports = isMain ? (component?.ports ?? []) : [];
  const numbers = [...new Map(ports.map(([portName, , target]) => [target, portName]))];
  return {
    name: `${name}${images.length > 1 ? `-${index}` : ""}`,
    image,
    ...(isMain && args ? { args } : {}),
    ...(isMain ? rest?.container : {}),
    ...(isRecord(resources) ? { resources } : {}),
    ...(component?.hostAccess ? {} : { securityContext: restricted }),
    ports: numbers.map(([containerPort, portName]) => ({ name: portNameOf(portName), containerPort })),
  };
}

/** Names of container ports have fifteen characters, and no hyphen at the end. */
function portNameOf(name: string): string {
  return name.slice(0, 15).replace(/-+$/, "");
}

/** What Pod Security `restricted` asks for; the charts' own defaults meet it. */
const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

function onHost(paths: string[]): Json {
  return {
    hostNetwork: paths.includes("/proc"),
    hostPID: paths.includes("/proc"),
    volumes: paths.map((path, index) => ({ name: `host-${index}`, hostPath: { path } })),
    tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
  };
}

function apart(matchLabels: Record<string, string>): Json {
  return { labelSelector: { matchLabels }, topologyKey: "kubernetes.io/hostname" };
}

/** A value of one component, `""` being the whole chart. */
export function setting(values: unknown, component: Component | undefined, path: string): unknown {
  if (!component) return undefined;
  return valueAt(values, component.values ? `${component.values}.${path}` : path);
}

export function mapOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}
