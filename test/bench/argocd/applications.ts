/** The repository that is synced: so many Applications, a namespace each, under one root Application. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

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

/**
 * Writes every application's folder and the root's.
 *
 * @param narrow whether an Application names the folder that its manifests come from, as those of gitops/ do: a push
 *   elsewhere does not render it again then.
 */
export function writeRepository(folder: string, count: number, narrow: boolean): void {
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  write(join(folder, rootPath), {
    "kustomization.yaml": { ...kustomization, resources: ["applications.yaml"] },
    "applications.yaml": names.map((name) => application(name, name, `apps/${name}`, narrow)),
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

export const rootApplication = application("root", "argocd", rootPath, false);

const kustomization = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };

function application(name: string, namespace: string, path: string, narrow: boolean) {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: {
      name,
      namespace: "argocd",
      annotations: narrow ? { "argocd.argoproj.io/manifest-generate-paths": "." } : {},
    },
    spec: {
      project: "default",
      source: { repoURL: repository, targetRevision: branch, path },
      destination: { server: "https://kubernetes.default.svc", namespace },
      // Those of every Application of gitops/.
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ["CreateNamespace=true", "ServerSideApply=true", "PruneLast=true", "ApplyOutOfSyncOnly=true"],
        retry: { limit: 10, backoff: { duration: "5s", factor: 2, maxDuration: "3m" } },
      },
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
