/**
 * What programs themselves say of their data: an annotation of a pod names a command whose answer has to be the same on
 * both sides, such as how many rows each table has. It is written as Velero's hooks are.
 */
import type { V1Pod } from "@kubernetes/client-node";
import { titleOf, valueAt, type Manifest } from "../../validate/model";
import { wordsOf, type PodCommand } from "../podCommand";
import { claimsOf } from "../pods";
import type { Problem, RowCheck } from "./verification";

export const commandAnnotation = "verify.platform/command";
/** The first one unless set. */
export const containerAnnotation = "verify.platform/container";

export interface RowHook extends PodCommand {
  /** Names of claims that the pod has mounted: the files are its program's. */
  claims: string[];
}

/** Pods of those namespaces that run and have a command. */
export function hooksOf(objects: Manifest[], namespaces: string[]): RowHook[] {
  return objects.flatMap((object): RowHook[] => {
    const { namespace = "", name, annotations = {} } = object.metadata;
    const command = annotations[commandAnnotation];
    const isRunning = object.kind === "Pod" && valueAt(object, ["status", "phase"]) === "Running";
    if (!isRunning || command === undefined || !namespaces.includes(namespace)) return [];
    const first = String(valueAt(object, ["spec", "containers", 0, "name"]));
    const container = annotations[containerAnnotation] ?? first;
    return [{ namespace, pod: name, container, command: wordsOf(command), claims: claimsOf(object as V1Pod) }];
  });
}

/** What each side has answered; an error where it has not. */
export interface Answers {
  hook: RowHook;
  source: string | Error;
  target: string | Error;
}

/** What was answered is not told: a command may say what is nobody's business. */
export function compareRows(answers: Answers[]): { rows: RowCheck[]; problems: Problem[] } {
  const rows = answers.map(({ hook, source, target }) => ({
    object: titleOfHook(hook),
    same: typeof source === "string" && source === target,
  }));
  const problems = answers.flatMap(({ hook, source, target }): Problem[] => {
    const object = titleOfHook(hook);
    const failed = Object.entries({ source, target }).filter(([, answer]) => answer instanceof Error);
    if (failed.length > 0) {
      return failed.map(([side, answer]) => ({
        code: "rows-unread",
        object,
        what: `its command failed on the ${side}: ${(answer as Error).message}`,
        then: `run it there yourself: kubectl exec -n ${hook.namespace} ${hook.pod} -c ${hook.container} -- …`,
      }));
    }
    if (source === target) return [];
    const [one, other] = [String(source).split("\n"), String(target).split("\n")];
    const count = one.filter((line, index) => line !== other[index]).length + Math.max(0, other.length - one.length);
    return [
      {
        code: "rows-differ",
        object,
        what: `its command answers otherwise on the target: ${count} of ${one.length} lines`,
        then: "run it on both sides and see what is missing; then back up and restore again while nobody writes",
      },
    ];
  });
  return { rows, problems };
}

function titleOfHook({ namespace, pod }: RowHook): string {
  return titleOf({ apiVersion: "v1", kind: "Pod", metadata: { namespace, name: pod } });
}
