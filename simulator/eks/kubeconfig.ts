/** The kubeconfig that the EKS component answers with (pulumi-eks nodejs/eks/cluster/cluster.ts, `generateKubeconfig`). */
import type * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

export interface Credentials {
  roleArn?: string;
  profileName?: string;
}

/**
 * @param withProfile the profile is for the component's own Kubernetes provider only: other people have other profiles.
 */
export function kubeconfig(
  cluster: eks.Cluster,
  credentials: pulumi.Input<Credentials> | undefined,
  withProfile: boolean,
): pulumi.Output<object> {
  return pulumi
    .all([cluster.name, cluster.arn, cluster.endpoint, cluster.certificateAuthority.data, credentials])
    .apply(([name, arn, server, certificate, { roleArn, profileName } = {}]) => {
      const region = arn.split(":")[3];
      const args = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"];
      if (roleArn) args.push("--role", roleArn);
      if (withProfile && profileName) args.push("--profile", profileName);
      return {
        apiVersion: "v1",
        clusters: [{ cluster: { server, "certificate-authority-data": certificate }, name: "kubernetes" }],
        contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
        "current-context": "aws",
        kind: "Config",
        users: [
          {
            name: "aws",
            user: {
              exec: {
                apiVersion: "client.authentication.k8s.io/v1beta1",
                command: "aws",
                args,
                env: [
                  { name: "KUBERNETES_EXEC_INFO", value: `{"apiVersion": "client.authentication.k8s.io/v1beta1"}` },
                ],
              },
            },
          },
        ],
      };
    });
}
