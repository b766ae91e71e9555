/** Images, identities, objects and annotations that belong to a cloud. */
import { isRecord, records, valueAt, type Manifest } from "../../../validate/model";
import { containersOf } from "../../../validate/checks/workloads";
import { cloudKindOf, cloudStore } from "../clouds/kinds";
import {
  cloudHost,
  cloudOfAnnotation,
  cloudOfImage,
  cloudOfIngressAnnotation,
  cloudOfServiceAnnotation,
  identityMarks,
  identityVariables,
} from "../clouds/marks";
import { groupOf } from "../../../validate/model";
import type { Check, CheckInput, Report } from "../report";
import { ofKind, textOf } from "../view";

export const checkImages: Check = ({ view, target, images }, report) => {
  for (const workload of view.workloads) {
    const private_ = new Set(
      containersOf(workload).flatMap(({ container: { image = "" } }) => {
        const owner = cloudOfImage(image);
        return owner !== undefined && owner !== target.cloud ? [image] : [];
      }),
    );
    const { object } = workload.placed;
    for (const image of private_) {
      const beginning = Object.keys(images).find((one) => image.startsWith(one));
      const field = `${workload.path.join(".")}.containers`;
      if (beginning !== undefined) {
        const to = `${images[beginning]}${image.slice(beginning.length)}`;
        report.adapted(
          "image-registry",
          object,
          { field, what: "only the source's cloud gives it out", then: `${image} → ${to}` },
          { pods: workload, patch: {} },
        );
      } else {
        report.blocking("image-registry", object, {
          field,
          what: `${image}: only who has credentials of ${cloudOfImage(image)} may pull it, and they are renewed by the source's nodes`,
          then: "copy it to a registry that the target reads (skopeo copy), and name it in Git or with --image <from>=<to>",
        });
      }
    }
  }
};

export const checkIdentities: Check = ({ view, source }, report) => {
  const marks = identityMarks[source.cloud as keyof typeof identityMarks];
  const told = new Set<string>();
  for (const account of ofKind(view.mine, "", "ServiceAccount")) {
    const found = Object.entries({ ...account.metadata.labels, ...account.metadata.annotations }).filter(([key]) =>
      marks.test(key),
    );
    const [first] = found.find(([key]) => !key.endsWith("/use")) ?? found;
    if (!first) continue;
    told.add(`${account.metadata.namespace}/${account.metadata.name}`);
    blockIdentity(
      account,
      `${first[0]}: ${first[1]}`,
      found.map(([key]) => key),
      source.cloud,
      report,
    );
  }
  // What admission has added to running pods tells of identities that no annotation shows.
  for (const pod of view.pods) {
    const name = textOf(valueAt(pod, ["spec", "serviceAccountName"]), "default");
    const key = `${pod.metadata.namespace}/${name}`;
    const account = ofKind(view.mine, "", "ServiceAccount").find(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}` === key,
    );
    if (!account || told.has(key)) continue;
    const variable = records(valueAt(pod, ["spec", "containers"]))
      .flatMap(({ env }) => records(env))
      .find((one) => identityVariables.includes(String(one["name"])));
    if (!variable) continue;
    told.add(key);
    blockIdentity(account, `its pods are given ${String(variable["name"])}`, [], source.cloud, report);
  }
};

function blockIdentity(account: Manifest, shown: string, keys: string[], cloud: string, report: Report): void {
  report.blocking("identity", account, {
    ...(keys.length > 0 ? { field: `metadata.annotations["${keys[0]}"]` } : {}),
    what: `${shown}: its pods call ${cloud} as somebody, and on the target they are nobody there`,
    then: `let the target's issuer in at ${cloud}, or give them an identity of the target's cloud and the data they ask for; then accept this`,
  });
}

/** Objects of the clouds' own kinds, and stores of secrets that a cloud keeps. */
export const checkCloudObjects: Check = ({ view, target }, report) => {
  for (const object of view.mine) {
    const kind = cloudKindOf(object);
    if (kind?.fate === "left") {
      report.adapted(
        "cloud-object",
        object,
        { what: `${kind.is}, which nothing on the target reads`, then: kind.then },
        { leftOut: true },
      );
    } else if (kind) {
      report.blocking("cloud-object", object, {
        what: `${kind.is}, which nothing on the target reads`,
        then: kind.then,
      });
    }
    const store = cloudStore(object);
    if (store !== undefined && !store.startsWith(target.cloud)) {
      report.blocking("cloud-object", object, {
        field: "spec.provider",
        what: `a store of secrets at the source's cloud (${store}), which the target's identity may not read`,
        then: "seal the secrets into Git, or let the target read the store, and then accept this",
      });
    }
    customResource(object, report);
    cloudAnnotations(object, target.cloud, report);
  }
};

const ownDefinitions =
  /\.(monitoring\.coreos\.com|argoproj\.io|velero\.io|traefik\.io|hub\.traefik\.io|traefik\.containo\.us|bitnami\.com|cert-manager\.io|snapshot\.storage\.k8s\.io|gateway\.networking\.k8s\.io)$/;

/** Definitions that neither platform nor cloud has made. */
function customResource(object: Manifest, report: Report): void {
  if (object.kind !== "CustomResourceDefinition" || ownDefinitions.test(object.metadata.name)) return;
  const group = String(valueAt(object, ["spec", "group"]));
  const kind = String(valueAt(object, ["spec", "names", "kind"]));
  if (cloudKindOf({ apiVersion: `${group}/v1`, kind })) {
    report.leftOut.push(`${object.kind} ${object.metadata.name}`);
    return;
  }
  report.note("custom-resource", object, {
    what: `defines ${kind} in ${group}`,
    then: "it comes along with what it defines; whether its controller runs on the target's cloud is for you to know",
  });
}

/** Annotations that no other check speaks of. */
function cloudAnnotations(object: Manifest, target: string, report: Report): void {
  const spoken = (key: string) =>
    Object.values(identityMarks).some((mark) => mark.test(key)) ||
    (object.kind === "Service" && cloudOfServiceAnnotation(key) !== undefined) ||
    (object.kind === "Ingress" && cloudOfIngressAnnotation(key) !== undefined);
  if (cloudKindOf(object) || ["StorageClass", "PersistentVolume", "CustomResourceDefinition"].includes(object.kind))
    return;
  const foreign = Object.keys(object.metadata.annotations ?? {}).filter((key) => {
    const owner = cloudOfAnnotation(key);
    return owner !== undefined && owner !== target && !spoken(key);
  });
  if (foreign.length === 0) return;
  report.adapted(
    "cloud-annotation",
    object,
    {
      field: "metadata.annotations",
      what: "only the source's cloud reads them",
      then: `${foreign.join(", ")} → taken away`,
    },
    { patch: { metadata: { annotations: Object.fromEntries(foreign.map((key) => [key, null])) } } },
  );
}

/** Finalizers of the clouds' controllers; Kubernetes' own and Argo CD's are lifted on every cluster. */
const cloudFinalizer = /(k8s\.aws|gke\.io|azure\.com|eks\.amazonaws\.com|cnrm\.cloud\.google\.com|karpenter\.sh|elbv2)/;
const knownFinalizer =
  /^(kubernetes$|kubernetes\.io\/|service\.kubernetes\.io\/|foregroundDeletion$|orphan$|.*argocd\.argoproj\.io|batch\.kubernetes\.io\/|customresourcecleanup\.apiextensions\.k8s\.io|snapshot\.storage\.kubernetes\.io|external-attacher\/)/;

export const checkLifecycle: Check = ({ view }, report) => {
  for (const object of view.mine) {
    const { finalizers, deletionTimestamp } = object.metadata as { finalizers?: string[]; deletionTimestamp?: string };
    if (deletionTimestamp !== undefined) {
      report.note("object-deleting", object, {
        what: `it is being deleted since ${deletionTimestamp}`,
        then: "see that it goes before the move: what is backed up comes back",
      });
    }
    if (cloudKindOf(object) || object.kind === "CustomResourceDefinition") continue;
    const foreign = finalizers?.filter((one) => cloudFinalizer.test(one)) ?? [];
    if (foreign.length > 0) {
      const kept = finalizers?.filter((one) => !cloudFinalizer.test(one)) ?? [];
      report.adapted(
        "finalizer",
        object,
        {
          field: "metadata.finalizers",
          what: "on the target nobody lifts them: the object could never be deleted",
          then: `${foreign.join(", ")} → taken away`,
        },
        { patch: { metadata: { finalizers: kept } } },
      );
    }
    const own = finalizers?.filter((one) => !cloudFinalizer.test(one) && !knownFinalizer.test(one)) ?? [];
    if (own.length > 0 && groupOf(object.apiVersion) === "") {
      report.note("finalizer", object, {
        field: "metadata.finalizers",
        what: own.join(", "),
        then: "see that the controller that lifts them runs on the target, too",
      });
    }
  }
};

/** Webhooks: the clouds' stay behind, and yours must not judge the restore before they run. */
export const checkWebhooks: Check = (input, report) => {
  const kinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
  for (const object of ofKind(input.view.mine, "admissionregistration.k8s.io", ...kinds)) {
    const webhooks = records(object["webhooks"]);
    if (isClouds(object, webhooks)) {
      report.adapted(
        "webhook",
        object,
        { what: "a webhook of the source's cloud", then: "left out: the target's cloud has its own" },
        { leftOut: true },
      );
      continue;
    }
    const strict = webhooks.filter(
      ({ failurePolicy = "Fail", rules }) => failurePolicy === "Fail" && judges(records(rules)),
    );
    if (strict.length === 0) continue;
    report.blocking("webhook", object, {
      field: "webhooks",
      what: `${strict.map(({ name }) => String(name)).join(", ")} refuse${strict.length === 1 ? "s" : ""} pods and what they need while it does not run, and it is restored before it runs`,
      then: "set failurePolicy to Ignore for the time of the move, or have it leave the moved namespaces alone",
    });
  }
};

function isClouds({ metadata: { name } }: Manifest, webhooks: Record<string, unknown>[]): boolean {
  const known =
    /^(aws-|eks-|pod-identity-webhook|vpc-resource-|aks-|azure-|azwi-|gke-|gmp-|warden-|neg-annotation|mutate-scheduler-profile|pod-ready\.config\.|filestorecsi|nodelimit|.*\.(gke\.io|eks\.amazonaws\.com|azmk8s\.io))/;
  const system = webhooks.some(
    ({ clientConfig }) => isRecord(clientConfig) && valueAt(clientConfig, ["service", "namespace"]) === "kube-system",
  );
  return known.test(name) || system;
}

/** Whether the rules meet what a restore brings before workloads: pods, claims, services and the like. */
function judges(rules: Record<string, unknown>[]): boolean {
  return rules.some(({ apiGroups, resources }) => {
    const groups = Array.isArray(apiGroups) ? (apiGroups as unknown[]) : [];
    const all = Array.isArray(resources) ? (resources as unknown[]) : [];
    return (
      groups.some((one) => one === "" || one === "*" || one === "apps") &&
      all.some((one) =>
        /^(\*|\*\/\*|pods|deployments|statefulsets|persistentvolumeclaims|services|secrets|configmaps|namespaces)$/.test(
          String(one),
        ),
      )
    );
  });
}

/** Addresses of the source cloud's services in settings. Secrets are not read. */
export const checkEndpoints: Check = ({ view, source, target }, report) => {
  const tell = (object: Manifest, field: string, text: string, input: Pick<CheckInput, "source" | "target">) => {
    const found = cloudHost(text);
    if (!found || found.cloud === input.target.cloud) return;
    report.note("cloud-endpoint", object, {
      field,
      what: `${found.host}: a service of ${found.cloud}, which is not moved`,
      then: "see that the target reaches it, and may use it; or move what it holds, and name the new one in Git",
    });
  };
  for (const object of ofKind(view.mine, "", "ConfigMap")) {
    for (const [key, value] of Object.entries((object["data"] ?? {}) as Record<string, string>))
      tell(object, `data["${key}"]`, value, { source, target });
  }
  for (const workload of view.workloads) {
    for (const { container } of containersOf(workload)) {
      const texts = [
        ...(container.env ?? []).flatMap(({ value }) => value ?? []),
        ...(container.args ?? []),
        ...(container.command ?? []),
      ];
      for (const text of texts)
        tell(workload.placed.object, `${container.name}: env and arguments`, text, { source, target });
    }
  }
};
