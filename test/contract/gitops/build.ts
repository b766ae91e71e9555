/** A kustomization of the gitops folder, built, and what is read of its objects. */
import { join } from "node:path";
import { build as buildFolder, repository, type Manifest } from "./folder";

export const gitops = join(repository, "gitops");

export interface Resources {
  requests: { cpu: string; memory: string };
  limits: { cpu: string; memory: string };
}

export interface Container {
  name: string;
  image: string;
  env?: { name: string; value?: string; valueFrom?: Record<string, { name: string; key: string }> }[];
  envFrom?: Record<string, { name: string; optional?: boolean }>[];
  ports: { name: string; containerPort: number }[];
  resources: Resources;
  [field: string]: unknown;
}

export interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: {
    containers: Container[];
    serviceAccountName: string;
    terminationGracePeriodSeconds: number;
    volumes?: { name: string; configMap?: { name: string }; secret?: { secretName: string } }[];
    [field: string]: unknown;
  };
}

/** What is read of the kinds in use; everything else by `toMatchObject`. */
export interface Built extends Manifest {
  data?: Record<string, string>;
  spec: {
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    template: PodTemplate;
    [field: string]: unknown;
  };
}

export class Objects {
  constructor(readonly all: Built[]) {}

  ofKind(...kinds: string[]): Built[] {
    return this.all.filter(({ kind }) => kinds.includes(kind));
  }

  /** @throws Error where there is no such object. */
  get(kind: string, name: string): Built {
    const found = this.all.find((object) => object.kind === kind && object.metadata.name === name);
    if (!found) throw new Error(`no ${kind} ${name} among ${this.all.map(({ metadata }) => metadata.name).join(", ")}`);
    return found;
  }

  /** Deployments and StatefulSets. */
  workloads(): Built[] {
    return this.ofKind("Deployment", "StatefulSet");
  }
}

/** @param folder below gitops/. */
export async function build(folder: string): Promise<Objects> {
  return new Objects((await buildFolder(`gitops/${folder}`)) as Built[]);
}

/** Sync wave of an object: 0 unless it says another. */
export function wave({ metadata }: Built): number {
  return Number(metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0);
}
