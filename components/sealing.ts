/** Where the gitops repository's Sealed Secrets controller runs, and the keys that it opens secrets with. */
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "./config/types";
import { PlatformNamespace } from "./namespaces";
import { fromAnywhere, fromNamespace } from "./networkpolicies";
import { sealingPair } from "./sealing/certificate";

export const sealingNamespace = "sealed-secrets";

/** Ports of the controller: what `kubeseal` asks through the API server, and its metrics. */
const ports = { api: 8080, metrics: 8081 };

/**
 * The controller itself is Git's, as all that reads Git is. Its keys cannot be: they come from the stack's own
 * configuration, so that a cluster that is built anew, here or in another cloud, opens the same commits.
 */
export class SealingKeys extends pulumi.ComponentResource {
  /** What the controller must find when it starts: it looks for keys only then. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { environment, gitops }: Pick<PlatformConfig, "environment" | "gitops">,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:kubernetes:SealingKeys", `${name}-sealing-keys`, {}, opts);
    const namespace = new PlatformNamespace(
      sealingNamespace,
      name,
      {
        environment,
        podSecurity: "restricted",
        quota: { cpu: "500m", memory: "512Mi" },
        traffic: [
          {
            name: "kubeseal-and-metrics",
            ingress: [fromAnywhere([ports.api]), fromNamespace("monitoring", [ports.metrics])],
          },
        ],
      },
      { parent: this },
    );
    const keys = (gitops.sealingKeys ?? []).map(({ privateKey }, place) => {
      const pair = pulumi.secret(privateKey).apply((key) => sealingPair(key, place));
      return new Secret(
        `${name}-sealing-key-${place}`,
        {
          metadata: {
            // By its place, as the resource: when an earlier key is taken out, what is left moves up in place. Named after
            // the key itself, it would be made by one resource and deleted by the other.
            name: `sealed-secrets-key-${place + 1}`,
            namespace: namespace.namespaceName,
            labels: { "sealedsecrets.bitnami.com/sealed-secrets-key": "active" },
          },
          type: "kubernetes.io/tls",
          stringData: { "tls.crt": pair.certificate, "tls.key": pair.privateKey },
        },
        { parent: this, dependsOn: namespace },
      );
    });
    this.ready = [namespace, ...keys];
    this.registerOutputs();
  }
}
