/** A control plane with Argo CD's definitions, as the tests of Argo CD look at it. */
import { readFileSync } from "node:fs";
import {
  AppsV1Api,
  CoreV1Api,
  KubernetesObjectApi,
  PatchStrategy,
  type KubeConfig,
  type KubernetesObject,
  type V1Deployment,
} from "@kubernetes/client-node";
import { stringify } from "yaml";
import { until } from "../../simulator/controlplane/drain";

export function project(name: string) {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name, namespace: "argocd" },
    spec: {
      sourceRepos: ["*"],
      destinations: [{ server: "*", namespace: "*" }],
      clusterResourceWhitelist: [{ group: "*", kind: "*" }],
    },
  };
}

/** @param repository address that the stack reads from, whatever the folder itself says. */
export function rootApplication(repository: string) {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "root", namespace: "argocd", finalizers: ["resources-finalizer.argocd.argoproj.io"] },
    spec: {
      project: "platform",
      source: {
        repoURL: repository,
        targetRevision: "main",
        path: "gitops/clusters/single-cluster",
        kustomize: {
          patches: [
            {
              target: { kind: "ConfigMap", name: "repository" },
              patch: stringify([
                { op: "replace", path: "/data/repoURL", value: repository },
                { op: "replace", path: "/data/targetRevision", value: "main" },
                { op: "replace", path: "/data/folder", value: "gitops" },
              ]),
            },
          ],
        },
      },
      destination: { server: "https://kubernetes.default.svc", namespace: "argocd" },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  };
}

/** What is on the cluster, and task-manager in it. */
export class Cluster {
  constructor(private readonly config: KubeConfig) {}

  async apply(object: KubernetesObject): Promise<void> {
    const api = KubernetesObjectApi.makeApiClient(this.config);
    await api.patch(object, undefined, undefined, "test", true, PatchStrategy.ServerSideApply);
  }

  /** Has Argo CD compare an Application now, and waits until it has. */
  async refresh(name: string): Promise<void> {
    const api = KubernetesObjectApi.makeApiClient(this.config);
    const application = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name, namespace: "argocd" },
    };
    const annotation = "argocd.argoproj.io/refresh";
    const asked = { ...application, metadata: { ...application.metadata, annotations: { [annotation]: "normal" } } };
    await api.patch(asked, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    await until(60, async () => !(annotation in ((await api.read(application)).metadata?.annotations ?? {})));
  }

  async scale(replicas: number): Promise<void> {
    await this.config.makeApiClient(AppsV1Api).patchNamespacedDeploymentScale({
      name: "task-manager",
      namespace: "prod",
      body: [{ op: "replace", path: "/spec/replicas", value: replicas }],
    });
  }

  /** The StatefulSet that the chart has for the application controller. */
  async scaleController(replicas: number): Promise<void> {
    const labels = { "app.kubernetes.io/name": "argocd-application-controller" };
    await this.apply({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "argocd-application-controller", namespace: "argocd" },
      spec: {
        replicas,
        serviceName: "argocd-application-controller",
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "argocd:1" }] } },
      },
    } as KubernetesObject);
  }

  deployment(namespace: string): Promise<V1Deployment> {
    return this.config.makeApiClient(AppsV1Api).readNamespacedDeployment({ name: "task-manager", namespace });
  }

  async pods(namespace: string) {
    const { items } = await this.config
      .makeApiClient(CoreV1Api)
      .listNamespacedPod({ namespace, labelSelector: "app=task-manager" });
    return items;
  }

  async images(namespace: string): Promise<string[]> {
    return (await this.pods(namespace)).flatMap(({ spec }) => spec?.containers.map(({ image }) => image ?? "") ?? []);
  }
}

/** Argo CD's programs by name, as they are recorded in its folder. */
export function processes(directory: string): Record<string, number> {
  const records = JSON.parse(readFileSync(`${directory}/processes.json`, "utf8")) as {
    name: string;
    pid: number;
  }[];
  return Object.fromEntries(records.map(({ name, pid }) => [name, pid]));
}
