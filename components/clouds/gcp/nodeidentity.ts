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
    this.grants = roles.map((role) =>
      grantProject(`${name}-nodes-${role.replace(/^roles\//, "")}`, { project, role, account }, this),
    );
    this.registerOutputs();
  }
}
