/** The identity in which the nodes work. */
import * as pulumi from "@pulumi/pulumi";

import type { Project } from "./project";
import { grantProject, serviceAccount } from "./serviceaccounts";

/**
 * What a node has to do: write its logs and metrics, and pull images from the project's registries. Without an account
 * of their own, nodes would take the project's default one, which may edit everything.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts#default-gke-service-agent
 */
const roles = ["roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"];

export class NodeIdentity extends pulumi.ComponentResource {
  readonly email: pulumi.Output<string>;
  /** Nodes without them come up, but pull nothing and log nothing. */
  readonly grants: pulumi.Resource[];

  constructor(
    name: string,
    { project, after }: { project: Project; after: pulumi.Resource[] },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:NodeIdentity", name, {}, opts);
    const account = serviceAccount(
      name,
      { purpose: "nodes", description: `Nodes of the cluster ${name}` },
      { parent: this, dependsOn: after },
    );
    this.email = account.email;
    // One after the other: both change the project's one policy, and what comes behind them is to come late.
    this.grants = roles.reduce<pulumi.Resource[]>((before, role) => {
      const suffix = role.replace(/^roles\//, "");
      return [...before, grantProject(`${name}-nodes-${suffix}`, { project, role, account }, this, before)];
    }, []);
    this.registerOutputs();
  }
}
