/** The repository that is synced: so many Applications, a namespace each, under one root Application. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { repository as project } from "../../../cli/project";

/** Not the address of any real one: the plane's own Git host answers to it. */
export const repository = "https://git.example.com/bench/platform";
export const branch = "main";
/** Folder of the root Application. */
export const rootPath = "root";

/** On every workload, so that nothing else is counted. */
export const benchLabel = "bench";
/** On every pod: which commit it is of. */
export const versionAnnotation = "bench/version";

export function nameOf(index: number): string {
  return `app-${String(index).padStart(3, "0")}`;
}

/** What an Application says of how it is compared and synced. */
interface Manner {
  annotations: Record<string, string>;
  syncPolicy: object;
}

/** As short as an Application can be that syncs by itself. */
const plain: Manner = { annotations: {}, syncPolicy: { automated: { prune: true, selfHeal: true } } };

/** As one of gitops/ has it: it names the folders that it is made of, and the options of its syncs. */
function shipped(): Manner {
  const file = join(project, "gitops", "clusters", "single-cluster", "task-manager-dev.yaml");
  const { spec } = parse(readFileSync(file, "utf8")) as { spec: { syncPolicy: object } };
  return { annotations: { "argocd.argoproj.io/manifest-generate-paths": "." }, syncPolicy: spec.syncPolicy };
}

/**
 * Writes every application's folder and the root's.
 *
 * @param tuned whether Applications are as those of gitops/, or as short as can be.
 */
export function writeRepository(folder: string, count: number, tuned: boolean): void {
  const manner = tuned ? shipped() : plain;
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  write(join(folder, rootPath), {
    "kustomization.yaml": { ...kustomization, resources: ["namespaces.yaml", "applications.yaml"] },
    "namespaces.yaml": names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    "applications.yaml": names.map((name) => application(name, name, `apps/${name}`, manner)),
  });
  for (const name of names) {
    write(join(folder, "apps", name), {
      "kustomization.yaml": {
        ...kustomization,
        resources: ["deployment.yaml", "service.yaml"],
        configMapGenerator: [{ name: "settings", literals: ["LOG_LEVEL=info"] }],
      },
      "service.yaml": service,
    });
    writeVersion(folder, name, "1");
  }
}

/** @returns the path of the file that it changes, from the repository's root. */
export function writeVersion(folder: string, name: string, version: string): string {
  const file = `apps/${name}/deployment.yaml`;
  writeFileSync(join(folder, file), stringify(deployment(version)));
  return file;
}

const kustomization = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };

export function rootApplication(tuned: boolean) {
  return application("root", "argocd", rootPath, tuned ? shipped() : plain);
}

function application(name: string, namespace: string, path: string, { annotations, syncPolicy }: Manner) {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd", annotations },
    spec: {
      project: "default",
      source: { repoURL: repository, targetRevision: branch, path },
      destination: { server: "https://kubernetes.default.svc", namespace },
      syncPolicy,
    },
  };
}

function deployment(version: string) {
  const labels = { app: "web", [benchLabel]: "argocd" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations: { [versionAnnotation]: version } },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: "web",
              image: `registry.example.com/web:${version}`,
              envFrom: [{ configMapRef: { name: "settings" } }],
              resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } },
            },
          ],
        },
      },
    },
  };
}

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
};

function write(folder: string, files: Record<string, object | object[]>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const documents = Array.isArray(content) ? content : [content];
    writeFileSync(join(folder, name), documents.map((document) => stringify(document)).join("---\n"));
  }
}
