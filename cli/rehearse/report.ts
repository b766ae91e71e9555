import type { ApplicationReport } from "../../simulator/argocd/applications";
import type { Access } from "./shell";

/** What a rehearsal found: the shape of `--json FILE`, also what the tables on the terminal show. */
export interface Report {
  stack: string;
  cloud: string;
  /** True only when everything converged. */
  ok: boolean;
  steps: StepReport[];
  resources: { total: number; byType: Record<string, number> };
  /** The stack's outputs without its secrets. */
  outputs: Record<string, unknown>;
  /** Only while `--keep` keeps the cluster running. */
  access?: Access;
  storageClasses: { name: string; provisioner: string; default: boolean }[];
  loadBalancer: { kind: string; address: string };
  pods: { total: number; ready: number };
  /** Those with `waitsForApproval` are synced by a person, or with `--approve`. */
  applications: ApplicationReport[];
  /** What each scenario that was asked for has seen. */
  scenarios: { name: string; seen: string[] }[];
  /** Changes that a second preview would make. */
  preview: { changes: number };
  /** What the teardown left in the cloud or on this machine. */
  leftovers: string[];
}

export interface StepReport {
  name: string;
  seconds: number;
  ok: boolean;
  error?: string;
}

/** Whether the stack waits for a restore: it has neither a root Application nor volumes then. */
export function isPaused({ outputs }: Pick<Report, "outputs">): boolean {
  return outputs["bootstrap"] === "paused";
}

export function emptyReport(stack: string, cloud: string): Report {
  return {
    stack,
    cloud,
    ok: false,
    steps: [],
    resources: { total: 0, byType: {} },
    outputs: {},
    storageClasses: [],
    loadBalancer: { kind: "", address: "" },
    pods: { total: 0, ready: 0 },
    applications: [],
    scenarios: [],
    preview: { changes: 0 },
    leftovers: [],
  };
}
