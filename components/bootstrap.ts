/** The root Application: from here on, Git decides what runs on the cluster. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as pulumi from "@pulumi/pulumi";

import { argocdNamespace } from "./argocd";
import type { GitopsConfig } from "./config/types";
import { folderOf, inCluster } from "./metadata";

export const rootApplication = "root";

/**
 * Created last and so deleted first: while Argo CD and the controllers still run, its finalizer takes every application
 * off the cluster, with their load balancers and volumes.
 */
export function createRootApplication(
  name: string,
  gitops: GitopsConfig,
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  return new CustomResource(
    `${name}-root`,
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: {
        name: rootApplication,
        namespace: argocdNamespace,
        finalizers: ["resources-finalizer.argocd.argoproj.io"],
      },
      spec: {
        project: "platform",
        source: {
          repoURL: gitops.repository,
          targetRevision: gitops.revision,
          path: gitops.path,
          kustomize: { patches: [repositoryPatch(gitops)] },
        },
        destination: { server: inCluster.server, namespace: argocdNamespace },
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          // The API server refuses unknown fields by itself: docs/decisions/sync-validation.md.
          syncOptions: ["ServerSideApply=true", "Validate=false"],
          retry: { limit: 10, refresh: true, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
        },
      },
    },
    opts,
  );
}

/**
 * The Applications of `gitops.path` read from the address that this stack reads from, whatever the repository says: a
 * fork works unchanged. `repository` is the ConfigMap that the folder's kustomization copies the address from.
 */
function repositoryPatch({ repository, revision, path }: GitopsConfig): Record<string, unknown> {
  const replace = (key: string, value: string) => ({ op: "replace", path: `/data/${key}`, value });
  return {
    target: { kind: "ConfigMap", name: "repository" },
    patch: JSON.stringify([
      replace("repoURL", repository),
      replace("targetRevision", revision),
      replace("folder", folderOf(path)),
    ]),
  };
}
