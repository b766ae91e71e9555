/** What objects name, and whether it is there. */
import type {
  V1EnvFromSource,
  V1EnvVar,
  V1IngressSpec,
  V1RoleBinding,
  V1StatefulSetSpec,
  V1Volume,
} from "@kubernetes/client-node";
import { isRecord, records, type Path, type Placed, type Report, type Scenario } from "../model";
import { hasProgramPods, ingressClasses, owned, storageClasses } from "../program";
import { containersOf, ofKind, workloadsOf } from "./workloads";

type Named = "ConfigMap" | "Secret" | "ServiceAccount" | "PersistentVolumeClaim" | "Service" | "Role" | "ClusterRole";

/** By `Secret prod/database`: its keys, undefined where they are not known. */
type Existing = Map<string, Set<string> | undefined>;

export function checkReferences(scenario: Scenario, report: Report): void {
  const existing = existingOf(scenario);
  const need = (placed: Placed, path: Path, kind: Named, name: string, key?: string): void => {
    const id = `${kind} ${placed.namespace}/${name}`;
    const where = placed.namespace === "" ? "" : ` in ${placed.namespace}`;
    if (!existing.has(id)) {
      if (owned.has(`core/${kind} ${placed.namespace}/${name}`) || hasProgramPods(placed.namespace)) return;
      const seal = kind === "Secret" ? ", or a SealedSecret" : "";
      report(placed, path, {
        rule: "reference",
        problem: `there is no ${kind} ${name}${where}`,
        advice: `write the name of one that is there, or add the ${kind}${seal}`,
      });
      return;
    }
    const keys = existing.get(id);
    if (key === undefined || keys === undefined || keys.has(key)) return;
    report(placed, [...path.slice(0, -1), "key"], {
      rule: "reference",
      problem: `${kind} ${name}${where} has no key ${key}`,
      advice: `write one of: ${[...keys].join(", ")}`,
    });
  };
  checkPods(scenario, need);
  for (const set of ofKind(scenario, "StatefulSet")) {
    const { serviceName } = set.object.spec as V1StatefulSetSpec;
    if (serviceName) need(set, ["spec", "serviceName"], "Service", serviceName);
  }
  for (const ingress of ofKind(scenario, "Ingress")) {
    // cert-manager makes the Secret that such an Ingress names.
    if (Object.keys(ingress.object.metadata.annotations ?? {}).some((key) => key.startsWith("cert-manager.io/")))
      continue;
    for (const [index, { secretName }] of ((ingress.object.spec as V1IngressSpec).tls ?? []).entries()) {
      if (secretName) need(ingress, ["spec", "tls", index, "secretName"], "Secret", secretName);
    }
  }
  checkBindings(scenario, report);
}

type Need = (placed: Placed, path: Path, kind: Named, name: string, key?: string) => void;

function checkPods(scenario: Scenario, need: Need): void {
  for (const workload of workloadsOf(scenario)) {
    const { placed, pod, path } = workload;
    if (pod.serviceAccountName !== undefined && pod.serviceAccountName !== "default") {
      need(placed, [...path, "serviceAccountName"], "ServiceAccount", pod.serviceAccountName);
    }
    for (const [index, volume] of (pod.volumes ?? []).entries())
      checkVolume(volume, placed, [...path, "volumes", index], need);
    for (const { container, path: at } of containersOf(workload)) {
      for (const [index, from] of (container.envFrom ?? []).entries())
        checkEnvFrom(from, placed, [...at, "envFrom", index], need);
      for (const [index, env] of (container.env ?? []).entries()) checkEnv(env, placed, [...at, "env", index], need);
    }
    for (const [index, { name }] of (pod.imagePullSecrets ?? []).entries()) {
      if (name) need(placed, [...path, "imagePullSecrets", index, "name"], "Secret", name);
    }
  }
}

function checkVolume(volume: V1Volume, placed: Placed, path: Path, need: Need): void {
  const { configMap, secret, persistentVolumeClaim, projected } = volume;
  if (configMap?.name && !configMap.optional) need(placed, [...path, "configMap", "name"], "ConfigMap", configMap.name);
  if (secret?.secretName && !secret.optional)
    need(placed, [...path, "secret", "secretName"], "Secret", secret.secretName);
  if (persistentVolumeClaim) {
    need(
      placed,
      [...path, "persistentVolumeClaim", "claimName"],
      "PersistentVolumeClaim",
      persistentVolumeClaim.claimName,
    );
  }
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    const at = [...path, "projected", "sources", index];
    if (source.configMap?.name && !source.configMap.optional)
      need(placed, [...at, "configMap", "name"], "ConfigMap", source.configMap.name);
    if (source.secret?.name && !source.secret.optional)
      need(placed, [...at, "secret", "name"], "Secret", source.secret.name);
  }
}

function checkEnvFrom({ configMapRef, secretRef }: V1EnvFromSource, placed: Placed, path: Path, need: Need): void {
  if (configMapRef?.name && !configMapRef.optional)
    need(placed, [...path, "configMapRef", "name"], "ConfigMap", configMapRef.name);
  if (secretRef?.name && !secretRef.optional) need(placed, [...path, "secretRef", "name"], "Secret", secretRef.name);
}

function checkEnv({ valueFrom }: V1EnvVar, placed: Placed, path: Path, need: Need): void {
  const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
  const at = [...path, "valueFrom"];
  if (configMapKeyRef?.name && !configMapKeyRef.optional) {
    need(placed, [...at, "configMapKeyRef", "name"], "ConfigMap", configMapKeyRef.name, configMapKeyRef.key);
  }
  if (secretKeyRef?.name && !secretKeyRef.optional) {
    need(placed, [...at, "secretKeyRef", "name"], "Secret", secretKeyRef.name, secretKeyRef.key);
  }
}

function existingOf(scenario: Scenario): Existing {
  const existing: Existing = new Map();
  for (const { object, namespace } of scenario.placed) {
    const { kind, metadata, spec } = object;
    const fields = isRecord(spec) ? spec : {};
    const add = (as: string, name: unknown, keys?: Set<string>): void => {
      if (typeof name === "string") existing.set(`${as} ${namespace}/${name}`, keys);
    };
    switch (kind) {
      case "ConfigMap":
        add(kind, metadata.name, keysOf(object["data"], object["binaryData"]));
        break;
      case "Secret": {
        // One without any value gets them on the cluster.
        const keys = keysOf(object["data"], object["stringData"]);
        add(kind, metadata.name, keys.size > 0 ? keys : undefined);
        break;
      }
      case "SealedSecret": {
        const template = isRecord(fields["template"]) ? fields["template"] : {};
        const named = isRecord(template["metadata"]) ? template["metadata"]["name"] : undefined;
        add("Secret", named ?? metadata.name, keysOf(fields["encryptedData"], template["data"]));
        break;
      }
      case "ExternalSecret":
        add("Secret", isRecord(fields["target"]) ? (fields["target"]["name"] ?? metadata.name) : metadata.name);
        break;
      case "Certificate":
        add("Secret", fields["secretName"]);
        break;
      default:
        add(kind, metadata.name);
    }
  }
  return existing;
}

function keysOf(...maps: unknown[]): Set<string> {
  return new Set(maps.flatMap((map) => (isRecord(map) ? Object.keys(map) : [])));
}

/** Roles that Kubernetes brings: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings */
const bornRoles = /^(cluster-admin|admin|edit|view|system:.+)$/;

function checkBindings(scenario: Scenario, report: Report): void {
  const bindings = [...ofKind(scenario, "RoleBinding"), ...ofKind(scenario, "ClusterRoleBinding")];
  for (const binding of bindings) {
    const { roleRef, subjects = [] } = binding.object as unknown as V1RoleBinding;
    const { kind, name } = roleRef;
    const found = ofKind(scenario, kind).some(
      (role) => role.object.metadata.name === name && (kind === "ClusterRole" || role.namespace === binding.namespace),
    );
    const given =
      kind === "ClusterRole" && (bornRoles.test(name) || owned.has(`rbac.authorization.k8s.io/ClusterRole ${name}`));
    if (!found && !given) {
      report(binding, ["roleRef", "name"], {
        rule: "reference",
        problem: `there is no ${kind} ${name}`,
        advice: "write the name of a role that is there",
      });
    }
    for (const [index, subject] of subjects.entries()) {
      if (subject.kind !== "ServiceAccount" || subject.name === "default") continue;
      const namespace = subject.namespace ?? binding.namespace;
      const known =
        hasProgramPods(namespace) ||
        ofKind(scenario, "ServiceAccount").some(
          (one) => one.namespace === namespace && one.object.metadata.name === subject.name,
        );
      if (known) continue;
      report(binding, ["subjects", index, "name"], {
        rule: "reference",
        problem: `there is no ServiceAccount ${subject.name} in ${namespace}`,
        advice: "write the name of one that is there",
      });
    }
  }
}

/** Classes that every cloud has, and nothing that only one cloud understands. */
export function checkClasses(scenario: Scenario, report: Report): void {
  const have = (kind: string): string[] => ofKind(scenario, kind).map(({ object }) => object.metadata.name);
  const storage = [...storageClasses, ...have("StorageClass")];
  const ingress = [...ingressClasses, ...have("IngressClass")];
  const say = (placed: Placed, path: Path, problem: string, advice: string): void =>
    report(placed, path, { rule: "class", problem, advice });
  for (const placed of scenario.placed.filter(({ sound }) => sound)) {
    const { object } = placed;
    for (const { name, path } of claimedClasses(object)) {
      if (storage.includes(name)) continue;
      say(
        placed,
        path,
        `no cluster has to have a storage class ${name}`,
        `write none, or one of: ${storage.join(", ")}`,
      );
    }
    if (object.kind === "Ingress") {
      const name = (object.spec as V1IngressSpec | undefined)?.ingressClassName;
      if (name !== undefined && !ingress.includes(name)) {
        say(
          placed,
          ["spec", "ingressClassName"],
          `no cluster has to have an ingress class ${name}`,
          `write one of: ${ingress.join(", ")}`,
        );
      }
      const old = "kubernetes.io/ingress.class";
      if (object.metadata.annotations?.[old] !== undefined) {
        say(placed, ["metadata", "annotations", old], "the annotation is deprecated", "write spec.ingressClassName");
      }
    }
    for (const key of Object.keys(object.metadata.annotations ?? {})) {
      if (!cloudAnnotation.test(key)) continue;
      say(
        placed,
        ["metadata", "annotations", key],
        "only one cloud understands it",
        "take it away: the cluster knows its cloud",
      );
    }
  }
}

const cloudAnnotation =
  /^(service\.beta\.kubernetes\.io\/(aws|azure)-|(alb\.ingress|service)\.kubernetes\.io\/(aws|azure)|alb\.ingress\.kubernetes\.io\/|eks\.amazonaws\.com\/|cloud\.google\.com\/|networking\.gke\.io\/|iam\.gke\.io\/|azure\.workload\.identity\/)/;

function claimedClasses({ kind, spec }: Placed["object"]): { name: string; path: Path }[] {
  if (!isRecord(spec)) return [];
  const claims: [unknown, Path][] = kind === "PersistentVolumeClaim" ? [[spec, ["spec"]]] : [];
  if (kind === "StatefulSet") {
    records(spec["volumeClaimTemplates"]).forEach((claim, index) =>
      claims.push([claim["spec"], ["spec", "volumeClaimTemplates", index, "spec"]]),
    );
  }
  return claims.flatMap(([claim, path]) => {
    const name = isRecord(claim) ? claim["storageClassName"] : undefined;
    return typeof name === "string" && name !== "" ? [{ name, path: [...path, "storageClassName"] }] : [];
  });
}
