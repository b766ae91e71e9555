/** How the cluster is reached. */
import type { Cluster as GkeCluster } from "@pulumi/gcp/container";
import * as pulumi from "@pulumi/pulumi";

/**
 * A kubeconfig that asks Google's plugin for a token each time. The identity is the one of the environment's application
 * default credentials, as it is for the Google provider itself: the plugin's other source, the account that `gcloud` is
 * logged in with, may be somebody else.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
 */
export function kubeconfigOf(cluster: GkeCluster): pulumi.Output<string> {
  const text = pulumi
    .all([cluster.id, cluster.name, cluster.endpoint, cluster.masterAuth])
    .apply(([id, name, endpoint, { clusterCaCertificate }]) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
          { name: id, cluster: { server: `https://${endpoint}`, "certificate-authority-data": clusterCaCertificate } },
        ],
        contexts: [{ name, context: { cluster: id, user: id } }],
        "current-context": name,
        users: [
          {
            name: id,
            user: {
              exec: {
                apiVersion: "client.authentication.k8s.io/v1beta1",
                command: "gke-gcloud-auth-plugin",
                args: ["--use_application_default_credentials"],
                provideClusterInfo: true,
                interactiveMode: "Never",
                installHint:
                  "Install gke-gcloud-auth-plugin: " +
                  "https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin",
              },
            },
          },
        ],
      }),
    );
  return pulumi.secret(text);
}
