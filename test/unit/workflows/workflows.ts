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
  with?: Record<string, string | boolean>;
  steps?: WorkflowStep[];
}

export interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: Job["concurrency"];
  jobs: Record<string, Job>;
}

const folder = join(repository, ".github", "workflows");

export const workflowNames = readdirSync(folder).sort();

export function workflowText(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

export function workflow(name: string): Workflow {
  return parse(workflowText(name)) as Workflow;
}

/** @throws Error where the workflow has no such step. */
export function step(file: string, job: string, matches: (one: WorkflowStep) => boolean): WorkflowStep {
  const found = workflow(file).jobs[job]?.steps?.find(matches);
  if (!found) throw new Error(`${file} has no such step in its job ${job}`);
  return found;
}
