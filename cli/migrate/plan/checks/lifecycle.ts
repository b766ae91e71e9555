/** Who has a say in objects coming and going: finalizers and webhooks. */
import { groupOf, isRecord, records, valueAt, type Manifest } from "../../../validate/model";
import { cloudKindOf } from "../clouds/kinds";
import type { Check } from "../report";
import { ofKind } from "../view";

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
        { leftOut: "object" },
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
