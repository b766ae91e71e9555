/** Where pods ask to run: nodeSelectors, affinities to nodes, and tolerations. */
import type { V1NodeSelectorTerm } from "@kubernetes/client-node";
import type { Workload } from "../../../validate/checks/workloads";
import { isCloudTaint, spotLabels } from "../clouds/marks";
import type { Check, CheckInput, Report } from "../report";
import { Requirements } from "./nodeRequirements";

export const checkScheduling: Check = (input, report) => {
  for (const workload of input.view.workloads) {
    const requirements = new Requirements(workload, input, report);
    selector(workload, requirements, report);
    affinity(workload, requirements, report);
    tolerations(workload, input, report);
  }
};

function selector(workload: Workload, requirements: Requirements, report: Report): void {
  const patch: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(workload.pod.nodeSelector ?? {})) {
    const field = `${workload.path.join(".")}.nodeSelector["${key}"]`;
    const { to } = requirements.fate({ key, operator: "In", values: [value] }, true, field);
    if (to?.key === key && to.values?.[0] === value) continue;
    patch[key] = null;
    if (to && to.operator === "In") patch[to.key] = to.values?.[0] ?? value;
  }
  if (Object.keys(patch).length > 0) report.modifiers.patchPods(workload, { nodeSelector: patch });
}

function affinity(workload: Workload, requirements: Requirements, report: Report): void {
  const given = workload.pod.affinity?.nodeAffinity;
  if (!given) return;
  const below = `${workload.path.join(".")}.affinity.nodeAffinity`;
  const term = ({ matchExpressions = [], ...rest }: V1NodeSelectorTerm, required: boolean): V1NodeSelectorTerm => ({
    ...rest,
    matchExpressions: matchExpressions.flatMap((one) => requirements.fate(one, required, below).to ?? []),
  });
  const filled = ({ matchExpressions = [], matchFields = [] }: V1NodeSelectorTerm) =>
    matchExpressions.length + matchFields.length > 0;
  const required = given.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = given.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = required.map((one) => term(one, true));
  const preferences = preferred.map((one) => ({ ...one, preference: term(one.preference, false) }));
  if (
    JSON.stringify([terms, preferences]) ===
    JSON.stringify([required.map(normal), preferred.map((one) => ({ ...one, preference: normal(one.preference) }))])
  ) {
    return;
  }
  // Of terms one has to hold: where one asks for nothing any more, every node will do.
  const free = terms.some((one) => !filled(one));
  report.modifiers.patchPods(workload, {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution:
          free || terms.length === 0 ? null : { nodeSelectorTerms: terms },
        preferredDuringSchedulingIgnoredDuringExecution: preferences.filter(({ preference }) => filled(preference)),
      },
    },
  });
}

function normal({ matchExpressions = [], ...rest }: V1NodeSelectorTerm): V1NodeSelectorTerm {
  return { ...rest, matchExpressions };
}

function tolerations({ placed: { object }, pod, path }: Workload, { target }: CheckInput, report: Report): void {
  const field = `${path.join(".")}.tolerations`;
  const foreign = (pod.tolerations ?? []).flatMap(({ key }) => (key !== undefined && isCloudTaint(key) ? key : []));
  if (foreign.length > 0) {
    report.note("toleration", object, {
      field,
      what: `${[...new Set(foreign)].join(", ")}: taints of the source's nodes`,
      then: "nothing: what tolerates a taint that is not there runs everywhere",
    });
  }
  const wantsSpot = Object.entries(spotLabels).some(([key, value]) => pod.nodeSelector?.[key] === value);
  if (!wantsSpot) return;
  if (!target.config.nodes.spot) {
    report.blocking("spot-capacity", object, {
      field,
      what: "it runs on spot capacity only, and the target has none",
      then: "set nodes.spot to true with --set nodes.spot=true",
    });
  } else if (
    target.cloud === "azure" &&
    !(pod.tolerations ?? []).some(
      ({ key, operator }) =>
        key === "kubernetes.azure.com/scalesetpriority" || (operator === "Exists" && key === undefined),
    )
  ) {
    report.blocking("spot-capacity", object, {
      field,
      what: "on Azure pods come to spot nodes only where they tolerate kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
      then: "add that toleration in Git; on the source it changes nothing",
    });
  }
}
