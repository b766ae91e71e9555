/** What a rehearsal is asked to do. */
import { parseFault, type Fault } from "../../simulator/cloud/faults";
import type { Cloud } from "../../components/config/types";

export interface RehearseOptions {
  /** The stack whose `Pulumi.<stack>.yaml` is rehearsed. */
  stack: string;
  /** Rehearses the stack's values on another cloud, under the name `<stack>-<cloud>`. */
  cloud?: Cloud;
  /** Values laid over the stack file's: dotted keys. */
  set: Setting[];
  /** Folder or URL that Argo CD syncs from, in place of this repository's `gitops/`. */
  gitops?: string;
  /** Syncs the Applications that wait for a person. */
  approve?: boolean;
  /** Names of scenarios that are played when everything runs. */
  scenarios?: string[];
  faults: Fault[];
  /** Leaves everything running. */
  keep: boolean;
  /** File that gets the report. */
  json?: string;
}

export interface Setting {
  /** `["nodes", "min"]` */
  path: string[];
  value: unknown;
}

export class UsageError extends Error {}

/**
 * Reads `nodes.min=3`: the value is JSON where it parses as JSON, else text.
 * @throws UsageError where there is no key or no `=`.
 */
export function parseSetting(text: string): Setting {
  const match = /^([A-Za-z][A-Za-z0-9.]*[A-Za-z0-9])=(.*)$/s.exec(text);
  if (!match?.[1] || match[2] === undefined) {
    throw new UsageError(`--set ${text}: not of the form key=value, such as nodes.min=3 or region=eu-central-1`);
  }
  return { path: match[1].split("."), value: json(match[2]) };
}

export { parseFault };

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
