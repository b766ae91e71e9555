/** What of an object is compared: what somebody wrote, and not what clusters and clouds make of it. */
import { groupOf, isRecord, records, valueAt, type Manifest } from "../../validate/model";

type Fields = Record<string, unknown>;

/**
 * Labels and annotations of Velero, of kubectl, and of the controllers of Kubernetes and clouds that report in them.
 */
const notCompared = new RegExp(
  `^(${[
    "velero\\.io/",
    "pv\\.kubernetes\\.io/",
    "volume\\.kubernetes\\.io/",
    "volume\\.beta\\.kubernetes\\.io/",
    "volumehealth\\.storage\\.kubernetes\\.io/",
    "kubectl\\.kubernetes\\.io/",
    "deployment\\.kubernetes\\.io/",
    "deprecated\\.daemonset\\.template\\.generation$",
    "autoscaling\\.alpha\\.kubernetes\\.io/",
    "control-plane\\.alpha\\.kubernetes\\.io/",
    "batch\\.kubernetes\\.io/",
    "controller-uid$",
    "cloud\\.google\\.com/neg-status$",
    "ingress\\.kubernetes\\.io/",
    "networking\\.gke\\.io/",
    "autopilot\\.gke\\.io/",
    "elbv2\\.k8s\\.aws/",
    "service\\.kubernetes\\.io/(topology-|load-balancer-cleanup)",
  ].join("|")})`,
);

/** Fields of `spec` that the cluster assigns, or that a restore fills in another way, by kind. */
const assigned: Record<string, string[]> = {
  Service: ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"],
  PersistentVolumeClaim: ["volumeName", "dataSource", "dataSourceRef", "volumeAttributesClassName"],
  Namespace: ["finalizers"],
  Job: ["selector", "manualSelector"],
  CustomResourceDefinition: ["conversion"],
};

/** Fields of any depth, where they are found: written by controllers, or by the API server. */
const everywhere = new Set(["creationTimestamp", "caBundle"]);

/**
 * @param scaled titles (`Deployment shop/web`) of what autoscalers scale: their replicas are of the moment.
 */
export function comparable(object: Manifest, scaled: ReadonlySet<string>): Fields {
  const { apiVersion, kind, metadata, spec, status: _, ...rest } = object;
  const shown = { labels: told(metadata.labels), annotations: told(metadata.annotations) };
  const fields: Fields = {
    metadata: shown,
    ...(pruned(rest) as Fields),
    ...(spec === undefined ? {} : { spec: pruned(spec) }),
  };
  if (kind === "ServiceAccount" && groupOf(apiVersion) === "") delete fields["secrets"];
  // Admission adds to a pod's spec on each cluster in its own way.
  if (kind === "Pod") return { metadata: shown, spec: { containers: imagesOf(spec) } };
  if (!isRecord(fields["spec"])) return fields;
  const own = { ...fields["spec"] };
  for (const field of assigned[kind] ?? []) delete own[field];
  if (scaled.has(`${kind} ${metadata.namespace}/${metadata.name}`)) delete own["replicas"];
  if (kind === "Service") own["ports"] = records(own["ports"]).map(({ nodePort: _port, ...port }) => port);
  return { ...fields, spec: own };
}

function told(marks: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(marks).filter(([key]) => !notCompared.test(key)));
}

/** Without what nobody writes; labels and annotations of templates as those of objects. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (everywhere.has(key)) return [];
      const isMarks = (key === "labels" || key === "annotations") && isRecord(inner);
      return [[key, isMarks ? told(inner as Record<string, string>) : pruned(inner)]];
    }),
  );
}

function imagesOf(spec: unknown): Fields[] {
  return records(valueAt(spec, ["containers"])).map(({ name, image }) => ({ name, image }));
}
