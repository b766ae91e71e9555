/** What the checks say, and what the restore has to change for it. */
import type { PlatformConfig } from "../../../components/config/types";
import { titleOf, type Manifest } from "../../validate/model";
import type { Workload } from "../../validate/checks/workloads";
import type { FindingCode } from "./codes";
import { groupResource, Modifiers } from "./maps";
import type { Finding, PlanSide, Severity } from "./plan";
import { isGits, type View } from "./view";
import type { TargetClass } from "./clouds/classes";

export interface CheckInput {
  view: View;
  source: PlanSide & { config: PlatformConfig };
  target: PlanSide & { config: PlatformConfig; classes: TargetClass[] };
  /** Classes of the source in use → the target's. */
  classMap: Record<string, string>;
  /** Replacements of images' beginnings. */
  images: Record<string, string>;
}

export type Check = (input: CheckInput, report: Report) => void;

export interface Told {
  what: string;
  then: string;
  field?: string;
}

/** A change of an object by the restore. */
export type Change =
  /** JSON merge patch of the object. */
  | { patch: Record<string, unknown> }
  /** JSON merge patch of a workload's pods, and of what is between them; an empty one where it is put together elsewhere. */
  | { pods: Workload; patch: Record<string, unknown> }
  /** The restore does not bring the object, or nothing of its kind. */
  | { leftOut: "object" | "kind" };

export class Report {
  readonly findings: Finding[] = [];
  readonly modifiers = new Modifiers();
  readonly leftOut: string[] = [];
  /** `targetgroupbindings.elbv2.k8s.aws` */
  readonly leftOutKinds = new Set<string>();

  blocking(code: FindingCode, object: Manifest | string, told: Told): void {
    this.add("blocking", code, object, told);
  }

  note(code: FindingCode, object: Manifest | string, told: Told): void {
    this.add("note", code, object, told);
  }

  /** @param change unset where nothing has to be changed by the restore: Velero, the program or a later step does it. */
  adapted(code: FindingCode, object: Manifest | string, told: Told, change?: Change): void {
    const changed = typeof object === "string" ? undefined : object;
    // What Git says otherwise is put back as soon as Argo CD syncs again.
    const inGit = changed && change && isGits(changed) ? "; write it so in Git too, which has the last word" : "";
    this.add("adapted", code, object, { ...told, then: `${told.then}${inGit}` });
    if (!changed || !change) return;
    if ("leftOut" in change) {
      if (change.leftOut === "object") this.leftOut.push(titleOf(changed));
      else this.leftOutKinds.add(groupResource(changed.apiVersion, changed.kind));
    } else if (Object.keys(change.patch).length === 0) return;
    else if ("pods" in change) this.modifiers.patchPods(change.pods, change.patch);
    else this.modifiers.patch(changed, change.patch);
  }

  /** The user has said what a key of the target's configuration is: what was found of it so far is settled by that. */
  decided(key: string, value: unknown): void {
    const settled = ({ object }: Finding) => object === key || object.startsWith(`${key}.`);
    for (const finding of this.findings.filter(settled)) {
      finding.severity = "adapted";
      finding.then = `as you say: ${typeof value === "string" ? value : JSON.stringify(value)}`;
    }
  }

  private add(severity: Severity, code: FindingCode, object: Manifest | string, { what, then, field }: Told): void {
    const title = typeof object === "string" ? object : titleOf(object);
    this.findings.push({ code, severity, object: title, ...(field === undefined ? {} : { field }), what, then });
  }
}
