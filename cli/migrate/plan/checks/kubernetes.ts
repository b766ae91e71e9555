/** What the target's Kubernetes serves and refuses: versions of APIs, budgets, quotas and limits. */
import type { V1LimitRangeSpec, V1ResourceQuotaSpec } from "@kubernetes/client-node";
import { isRecord, records, valueAt, type Manifest } from "../../../validate/model";
import { containersOf } from "../../../validate/checks/workloads";
import { quantityValue, showQuantity } from "../../../validate/quantity";
import { kindOf, kubernetes, newest, oldest } from "../../../validate/schemas/table";
import type { Check, CheckInput } from "../report";
import { ofKind, specOf } from "../view";

/** Versions that a field's owner still writes count too: it will ask the target's server for them. */
export const checkApiVersions: Check = ({ view, target }, report) => {
  const minor = Number(target.config.kubernetesVersion.split(".")[1]);
  for (const object of view.mine) {
    const owners = records((object.metadata as { managedFields?: unknown }).managedFields);
    const written = owners.flatMap(({ manager, apiVersion }) =>
      typeof apiVersion === "string" ? [{ manager, apiVersion }] : [],
    );
    const versions = new Map([[object.apiVersion, "the source's server"]]);
    for (const { manager, apiVersion } of written)
      if (!versions.has(apiVersion)) versions.set(apiVersion, String(manager));
    for (const [apiVersion, by] of versions) {
      const key = `${apiVersion} ${object.kind}`;
      const gone = kubernetes.gone[key];
      const known = kindOf(apiVersion, object.kind);
      // Of minor versions that the table does not have, the nearest one decides.
      const asked = Math.min(newest, Math.max(oldest, minor));
      const missing =
        gone !== undefined || (known && ((known.until ?? newest) < asked || (known.from ?? oldest) > asked));
      if (!missing) continue;
      const replacement = gone?.replacement ?? known?.replacement;
      report.blocking("api-version", object, {
        field: "apiVersion",
        what: `${by} speaks ${apiVersion}, which Kubernetes ${target.config.kubernetesVersion} does not serve`,
        then:
          replacement === undefined
            ? "delete it, or write it in a version that is served"
            : `write it as ${replacement}, and apply it on the source`,
      });
    }
  }
};

/** Evictions are what drains nodes: the source's, when it is upgraded or taken down, and the target's. */
export const checkBudgets: Check = ({ view }, report) => {
  for (const budget of ofKind(view.mine, "policy", "PodDisruptionBudget")) {
    const expected = Number(valueAt(budget, ["status", "expectedPods"]) ?? 0);
    const allowed = valueAt(budget, ["status", "disruptionsAllowed"]);
    const { maxUnavailable } = specOf<{ maxUnavailable?: number | string }>(budget);
    const never = maxUnavailable === 0 || maxUnavailable === "0%";
    if (!never && (expected === 0 || allowed !== 0)) continue;
    report.note("disruption-budget", budget, {
      field: never ? "spec.maxUnavailable" : "status.disruptionsAllowed",
      what: never ? "it never lets a pod go" : `none of its ${expected} pods may go now`,
      then: "the move scales writers down and evicts nothing; a node of the target could not be drained, though",
    });
  }
};

export const checkQuotas: Check = (input, report) => {
  for (const quota of ofKind(input.view.mine, "", "ResourceQuota")) {
    const { hard = {} } = specOf<V1ResourceQuotaSpec>(quota);
    const used = valueAt(quota, ["status", "used"]);
    for (const [resource, limit] of Object.entries(hard)) {
      const amount = isRecord(used) ? quantityValue(used[resource]) : 0;
      if (amount > quantityValue(limit)) {
        report.blocking("quota", quota, {
          field: `spec.hard["${resource}"]`,
          what: `${showQuantity(resource, amount)} are in use and ${limit} allowed: what was there before the quota would be refused on the target`,
          then: `raise it to ${showQuantity(resource, amount)} or more, in Git`,
        });
      }
    }
    classQuota(quota, hard, input, report);
  }
};

const classKey = /^(.+)\.storageclass\.storage\.k8s\.io\/(.+)$/;

/** A quota on a class by its name goes on counting under the target's name. */
function classQuota(
  quota: Manifest,
  hard: Record<string, string>,
  { classMap }: CheckInput,
  report: Parameters<Check>[1],
): void {
  const patch: Record<string, string | null> = {};
  for (const [resource, limit] of Object.entries(hard)) {
    const [, name = "", what] = classKey.exec(resource) ?? [];
    const to = classMap[name];
    if (to === undefined || to === name) continue;
    patch[resource] = null;
    patch[`${to}.storageclass.storage.k8s.io/${what}`] = limit;
  }
  const renamed = Object.entries(patch).filter(([, limit]) => limit !== null);
  if (renamed.length === 0) return;
  report.adapted(
    "quota",
    quota,
    {
      field: "spec.hard",
      what: "it names classes of the source",
      then: renamed.map(([resource, limit]) => `${resource}: ${limit}`).join(", "),
    },
    { patch: { spec: { hard: patch } } },
  );
}

/** Pods that were there before a LimitRange would be refused now. */
export const checkLimits: Check = ({ view }, report) => {
  for (const range of ofKind(view.mine, "", "LimitRange")) {
    for (const { type, min = {}, max = {} } of specOf<V1LimitRangeSpec>(range).limits ?? []) {
      if (type === "PersistentVolumeClaim") claimLimits(range, min, max, view.claims, report);
      if (type !== "Container") continue;
      for (const workload of view.workloads.filter(({ placed }) => placed.namespace === range.metadata.namespace)) {
        for (const { container } of containersOf(workload)) {
          const { requests = {}, limits = {} } = container.resources ?? {};
          const small = Object.entries(min).find(
            ([name, least]) => name in requests && quantityValue(requests[name]) < quantityValue(least),
          );
          const large = Object.entries(max).find(
            ([name, most]) => name in limits && quantityValue(limits[name]) > quantityValue(most),
          );
          const broken = small ?? large;
          if (!broken) continue;
          report.blocking("limit-range", workload.placed.object, {
            field: `${workload.path.join(".")}.containers`,
            what: `container ${container.name} breaks ${range.metadata.name}'s ${small ? "least" : "most"} ${broken[0]} (${broken[1]}): its pods would be refused on the target`,
            then: "write resources that it allows, in Git",
          });
        }
      }
    }
  }
};

function claimLimits(
  range: Manifest,
  min: Record<string, string>,
  max: Record<string, string>,
  claims: CheckInput["view"]["claims"],
  report: Parameters<Check>[1],
): void {
  for (const { object, requestedBytes } of claims.filter(
    ({ object: one }) => one.metadata.namespace === range.metadata.namespace,
  )) {
    const tooSmall = "storage" in min && requestedBytes < quantityValue(min["storage"]);
    const tooLarge = "storage" in max && requestedBytes > quantityValue(max["storage"]);
    if (!tooSmall && !tooLarge) continue;
    report.blocking("limit-range", object, {
      field: "spec.resources.requests.storage",
      what: `${showQuantity("storage", requestedBytes)} break ${range.metadata.name}'s ${tooSmall ? `least (${min["storage"]})` : `most (${max["storage"]})`}: the claim would be refused on the target`,
      then: "change the LimitRange, in Git",
    });
  }
}
