/** The workflows as data. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../../cli/project";

export interface WorkflowStep {
  name?: string;
  id?: string;
  if?: string | boolean;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, string | number | boolean>;
}

export interface Job {
  if?: string;
  uses?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean | string; queue?: string };
  environment?: { name: string; deployment: string };
  strategy?: { matrix: { include: string } };
  outputs?: Record<string, string>;
  with?: Record<string, string | boolean>;
  secrets?: "inherit" | Record<string, string>;
  steps?: WorkflowStep[];
}

export interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: Job["concurrency"];
  jobs: Record<string, Job>;
}

/** Those of this repository. */
const ours = join(repository, ".github", "workflows");

/** Those that a gitops repository of its own has. */
export const gitopsWorkflows = join(repository, "gitops", ".github", "workflows");

export const workflowNames = readdirSync(ours).sort();

export function workflowText(name: string, folder = ours): string {
  return readFileSync(join(folder, name), "utf8");
}

export function workflow(name: string, folder = ours): Workflow {
  return parse(workflowText(name, folder)) as Workflow;
}

/** @throws Error where the workflow has no such step. */
export function step(file: string, job: string, matches: (one: WorkflowStep) => boolean, folder = ours): WorkflowStep {
  const found = workflow(file, folder).jobs[job]?.steps?.find(matches);
  if (!found) throw new Error(`${file} has no such step in its job ${job}`);
  return found;
}
