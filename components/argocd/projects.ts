/** Argo CD's projects: what an Application may come from, and where it may go. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "../config/types";
import { inCluster } from "../metadata";

export interface ProjectsArgs {
  config: PlatformConfig;
  namespace: string;
}

/** Namespaces that belong to the program or to Kubernetes; only the project `platform` reaches them. */
const reserved = [
  "argocd",
  "cert-manager",
  "external-dns",
  "kube-*",
  "monitoring",
  "node-exporter",
  "sealed-secrets",
  "traefik",
  "velero",
];

interface Project {
  description: string;
  sourceRepos: string[];
  destinations: { server: string; namespace: string }[];
  clusterResourceWhitelist: { group: string; kind: string }[];
}

export function createProjects(
  name: string,
  { config, namespace }: ProjectsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const everywhere = [{ server: inCluster.server, namespace: "*" }];
  const applications = [...reserved.map((pattern) => `!${pattern}`), "*"].map((pattern) => ({
    server: inCluster.server,
    namespace: pattern,
  }));
  const projects: Record<string, Project> = {
    platform: {
      description: "The root Application and the infrastructure; the infra team's",
      sourceRepos: ["*"],
      destinations: everywhere,
      clusterResourceWhitelist: [{ group: "*", kind: "*" }],
    },
    default: {
      description: "Applications on their way to production; developers sync them",
      sourceRepos: ["*"],
      destinations: applications,
      clusterResourceWhitelist: [{ group: "", kind: "Namespace" }],
    },
    production: {
      description: "Production; operations sync it, developers look on",
      sourceRepos: [config.gitops.repository],
      destinations: applications,
      clusterResourceWhitelist: [{ group: "", kind: "Namespace" }],
    },
  };
  return Object.entries(projects).map(([project, spec]) => {
    const resource = `${name}-project-${project}`;
    const object = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: project, namespace },
      spec,
    };
    if (project !== "default") {
      return new CustomResource(resource, object, opts);
    }
    // Argo CD makes this one when it starts, open for everything: it is laid over. Giving its fields back in the end would
    // leave a project without a specification, which its CRD refuses.
    const metadata = { ...object.metadata, annotations: { "pulumi.com/patchForce": "true" } };
    return new CustomResourcePatch(resource, { ...object, metadata }, { ...opts, retainOnDelete: true });
  });
}
