/** Objects of the source, as the plan changes them, and those of the target: pure. */
import { fieldOf, keyOf, titleOf, valueAt, type Manifest } from "../../validate/model";
import type { PlanMaps } from "../plan/plan";
import { isGits } from "../plan/view";
import { comparable } from "./comparable";
import { differences, type Difference } from "./differences";
import { asPlanned } from "./planned";
import type { Problem } from "./verification";

export interface ObjectComparison {
  expected: number;
  there: number;
  problems: Problem[];
}

export function compareObjects(expected: Manifest[], target: Manifest[], maps: PlanMaps): ObjectComparison {
  const targets = new Map(target.map((object) => [keyOf(object), object]));
  const scaled = scaledBy([...expected, ...target]);
  const problems = expected.flatMap((object): Problem[] => {
    const there = targets.get(keyOf(object));
    if (!there) return [missing(object)];
    // Another version of an API may say the same in other fields.
    if (there.apiVersion !== object.apiVersion) return [];
    const wanted = comparable(asPlanned(object, maps), scaled);
    const found = differences(wanted, comparable(there, scaled));
    return found.length === 0 ? [] : [differing(object, found)];
  });
  const lost = problems.filter(({ code }) => code === "object-missing").length;
  return { expected: expected.length, there: expected.length - lost, problems };
}

/** Titles of what autoscalers scale. */
function scaledBy(objects: Manifest[]): Set<string> {
  const autoscalers = objects.filter(({ kind }) => kind === "HorizontalPodAutoscaler");
  return new Set(
    autoscalers.map((object) => {
      const to = (field: string) => String(valueAt(object, ["spec", "scaleTargetRef", field]));
      return `${to("kind")} ${object.metadata.namespace}/${to("name")}`;
    }),
  );
}

function missing(object: Manifest): Problem {
  return {
    code: "object-missing",
    object: titleOf(object),
    what: "the source has it, and the target does not",
    then: isGits(object)
      ? "sync its Application on the target, or restore again"
      : object.metadata.namespace === undefined
        ? "it is in no namespace, and what moves needs it: apply it to the target, or write it in Git"
        : "see what the restore says of it (velero restore describe --details), and restore again",
  };
}

/** Fields whose values may be told; others may hold what is nobody's business. */
const shown = /(^|\.)(replicas|image|storageClassName|ingressClassName|type|storage|cpu|memory)$/;

const mostFields = 5;

function differing(object: Manifest, all: Difference[]): Problem {
  const told = all.slice(0, mostFields).map(({ path, expected, found }) => {
    const field = fieldOf(path);
    if (!shown.test(field)) return field;
    return `${field} is ${JSON.stringify(found) ?? "unset"} in place of ${JSON.stringify(expected) ?? "nothing"}`;
  });
  const more = all.length - told.length;
  const git = isGits(object) ? "; what Git says is put back as soon as Argo CD syncs" : "";
  return {
    code: "object-differs",
    object: titleOf(object),
    what: `not as on the source: ${told.join(", ")}${more > 0 ? `, and ${more} more` : ""}`,
    then: `put it right on the target, or on the source if that is the wrong one${git}`,
  };
}
