/** The gitops folder as it is written; test/rehearsal/argocd.test.ts has it built and synced. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

const root = join(__dirname, "..", "..", "..", "gitops");

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata?: { name: string; namespace?: string; labels?: Record<string, string>; finalizers?: string[] };
  spec?: Record<string, unknown>;
  [field: string]: unknown;
}

function documents(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(root, file), "utf8")).map((document) => {
    expect(document.errors, file).toEqual([]);
    return document.toJS() as Manifest;
  });
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
const kustomizations = files.filter((file) => file.endsWith("kustomization.yaml"));
const manifests = files.filter((file) => !file.endsWith("kustomization.yaml"));
const all = manifests.flatMap((file) => documents(file).map((manifest) => ({ file, manifest })));

describe("every kustomization", () => {
  it.each(kustomizations)("%s uses current fields only, and lists every file beside it", (file) => {
    const [kustomization] = documents(file);
    const { apiVersion, kind, ...fields } = kustomization as Manifest & { resources: string[] };
    expect([apiVersion, kind]).toEqual(["kustomize.config.k8s.io/v1beta1", "Kustomization"]);
    // Gone or deprecated: bases, commonLabels, patchesStrategicMerge, patchesJson6902, vars, configurations, imageTags.
    const current = [
      "resources",
      "namespace",
      "labels",
      "replicas",
      "images",
      "patches",
      "replacements",
      "configMapGenerator",
    ];
    expect(Object.keys(fields).filter((field) => !current.includes(field))).toEqual([]);
    const folder = dirname(join(root, file));
    for (const resource of fields.resources) expect(existsSync(join(folder, resource)), resource).toBe(true);
    // argocd.yaml tells an ApplicationSet about the folder.
    const apart = ["kustomization.yaml", "argocd.yaml"];
    const beside = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !apart.includes(name));
    expect(beside.filter((name) => !fields.resources.includes(name))).toEqual([]);
  });
});

describe("every manifest", () => {
  it("holds secrets as sealed ones only", () => {
    expect(all.filter(({ manifest }) => manifest.kind === "Secret").map(({ file }) => file)).toEqual([]);
    expect(all.filter(({ manifest }) => manifest.kind === "SealedSecret")).not.toEqual([]);
  });

  it("uses stable versions, but of Argo CD and Sealed Secrets, which have none", () => {
    const unstable = all.filter(
      ({ manifest }) =>
        /(alpha|beta)/.test(manifest.apiVersion) && !/^(argoproj\.io|bitnami\.com)\//.test(manifest.apiVersion),
    );
    expect(unstable).toEqual([]);
  });
});

describe("task-manager", () => {
  it.each([
    ["dev", "dev", 1, "debug"],
    ["prod", "prod", 3, "info"],
    ["minikube", "task-manager", 1, "debug"],
  ])("%s: namespace %s, replicas %i, LOG_LEVEL %s, an exact tag", (environment, namespace, replicas, level) => {
    const [overlay] = documents(`apps/task-manager/overlays/${environment}/kustomization.yaml`);
    expect(overlay).toMatchObject({
      namespace,
      replicas: [{ name: "task-manager", count: replicas }],
      labels: [{ pairs: { environment }, includeTemplates: true }],
      images: [{ newTag: expect.stringMatching(/^\d+\.\d+\.\d+/) as string }],
    });
    const { patches } = overlay as unknown as { patches: { patch: string }[] };
    const ofConfig = patches.filter(({ patch }) => patch.includes("name: task-manager-config"));
    expect(ofConfig.map(({ patch }) => /LOG_LEVEL: (\w+)/.exec(patch)?.[1])).toEqual([level]);
  });

  it("serves port 80 inside the cluster, from pods on 8080", () => {
    expect(documents("apps/task-manager/base/service.yaml")).toMatchObject([
      { metadata: { name: "task-manager" }, spec: { type: "ClusterIP", ports: [{ port: 80, targetPort: "http" }] } },
    ]);
    const [deployment] = documents("apps/task-manager/base/deployment.yaml");
    expect(deployment).toMatchObject({
      metadata: { name: "task-manager" },
      spec: {
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          metadata: { labels: { app: "task-manager" } },
          spec: {
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                ports: [{ name: "http", containerPort: 8080 }],
                envFrom: [
                  { configMapRef: { name: "task-manager-config" } },
                  { secretRef: { name: "task-manager-secret" } },
                ],
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
              },
            ],
          },
        },
      },
    });
  });
});

describe.each([
  ["single-cluster", { dev: "default", prod: "production" }, { dev: "dev", prod: "prod" }],
  ["minikube", { minikube: "default" }, { minikube: "task-manager" }],
])("cluster %s", (cluster, projects: Record<string, string>, namespaces: Record<string, string>) => {
  const here = all.filter(({ file }) => file.startsWith(`clusters/${cluster}/`)).map(({ manifest }) => manifest);

  it("labels everything", () => {
    const [kustomization] = documents(`clusters/${cluster}/kustomization.yaml`);
    expect(kustomization?.["labels"]).toEqual([{ pairs: { cluster, "managed-by": "argocd" } }]);
  });

  it("has a namespace for each environment, as strict as Kubernetes can be", () => {
    const found = here.filter(({ kind }) => kind === "Namespace");
    const enforce = { "pod-security.kubernetes.io/enforce": "restricted" };
    const wanted = Object.entries(namespaces).map(([environment, name]) => ({
      metadata: { name, labels: { app: "task-manager", environment, ...enforce } },
    }));
    expect(found).toHaveLength(wanted.length);
    expect(found).toMatchObject(wanted);
  });

  it("has a task-manager for each environment, synced automatically and deleted with what it deployed", () => {
    const found = here.filter(
      ({ kind, metadata }) => kind === "Application" && metadata?.labels?.["app"] === "task-manager",
    );
    expect(found).toHaveLength(Object.keys(projects).length);
    for (const [environment, project] of Object.entries(projects)) {
      const application = found.find(({ metadata }) => metadata?.name === `task-manager-${environment}`);
      expect(application?.metadata?.finalizers).toEqual(["resources-finalizer.argocd.argoproj.io"]);
      expect(application?.spec).toMatchObject({
        project,
        source: { path: `folder/apps/task-manager/overlays/${environment}` },
        destination: { namespace: namespaces[environment] },
        syncPolicy: { automated: { prune: true, selfHeal: true }, retry: { backoff: {} } },
      });
    }
  });
});

it("the repository's address is the same in every cluster", () => {
  const [one, other] = ["single-cluster", "minikube"].map((cluster) =>
    documents(`clusters/${cluster}/repository.yaml`),
  );
  expect(one).toEqual(other);
});
