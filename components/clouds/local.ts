/** The platform on a cluster that exists already: K3s, Rancher Desktop, kind, minikube, k3d, Docker Desktop. */
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import type { Cluster, Traits } from "../cluster";
import type { PlatformConfig } from "../config/types";
import { readContext } from "./local/context";
import { checkNodes, hasMetricsServer, ingress, storageClasses } from "./local/findings";
import { observe, type Observed } from "./local/observe";

/**
 * Creates nothing but a provider for the kubeconfig context that `region` names; what the cluster brings along is read
 * from it before anything else happens.
 *
 * @throws where the context does not exist, its cluster does not answer, or it has no storage or too few nodes
 */
export async function createLocalCluster(
  name: string,
  config: PlatformConfig,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Cluster> {
  const { client, kubeconfig } = readContext(config.region);
  const observed = await observe(client);
  checkNodes(config, observed);
  return describeCluster(name, config, kubeconfig, observed, opts);
}

/** The platform's view of a cluster in which `observed` was found. */
export function describeCluster(
  name: string,
  { region: context }: Pick<PlatformConfig, "region">,
  kubeconfig: string,
  observed: Observed,
  opts?: pulumi.ComponentResourceOptions,
): Cluster {
  const secret = pulumi.secret(kubeconfig);
  const found = ingress(observed);
  const traits: Traits = {
    storageClasses: storageClasses(observed.storageClasses, context),
    ingress: {
      ...found,
      address: found.address && { kind: found.address.kind, value: pulumi.output(found.address.value) },
      tlsAt: "ingress",
      trustedIPs: [],
      attachments: [],
    },
    // One process holds most control planes of this kind, and what it shows differs from one to the next.
    monitoring: {
      etcd: false,
      scheduler: false,
      controllerManager: false,
      kubeProxy: false,
      coreDns: true,
      kubeDns: false,
    },
    identities: {},
    metricsServer: hasMetricsServer(observed),
  };
  return {
    provider: new Provider(
      `${name}-kubernetes`,
      { kubeconfig: secret, context, clusterIdentifier: context, enableServerSideApply: true },
      { parent: opts?.parent },
    ),
    kubeconfig: secret,
    name: pulumi.output(context),
    id: pulumi.output(context),
    traits,
    ready: [],
    ingressReady: [],
  };
}
