/** Argo CD's Secrets. The chart makes none: its values would hold them in plain text. */
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

import type { Cluster } from "../cluster";
import type { PlatformConfig } from "../config/types";
import { inCluster, metadataAnnotations, metadataLabels } from "../metadata";
import { notificationSecrets } from "./notifications";

/** Key of `argocd-secret` that Dex's configuration refers to. */
export const ssoSecretKey = "dex.sso.clientSecret";

export interface SecretsArgs {
  config: PlatformConfig;
  cluster: Cluster;
  namespace: string;
}

export function createSecrets(
  name: string,
  { config, cluster, namespace }: SecretsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const secret = (objectName: string, stringData: pulumi.Inputs, metadata: pulumi.Inputs = {}): Secret =>
    new Secret(
      `${name}-${objectName}`,
      { metadata: { name: objectName, namespace, ...metadata }, stringData: pulumi.secret(stringData) },
      opts,
    );
  const random = (purpose: string): pulumi.Output<string> =>
    new RandomPassword(`${name}-${purpose}`, { length: 40, special: false }, { parent: opts.parent }).result;
  const partOf = { labels: { "app.kubernetes.io/name": "argocd", "app.kubernetes.io/part-of": "argocd" } };

  return [
    // Argo CD adds what is its own: the first password of `admin`, and its certificate.
    secret("argocd-secret", argocdSecret(config, random), {
      labels: { ...partOf.labels, "app.kubernetes.io/name": "argocd-secret" },
    }),
    secret("argocd-redis", { auth: random("argocd-redis") }, partOf),
    secret("argocd-notifications-secret", notificationSecrets(config.monitoring.receivers), partOf),
    secret(
      inCluster.name,
      {
        name: inCluster.name,
        server: inCluster.server,
        config: JSON.stringify({ tlsClientConfig: { insecure: false } }),
      },
      {
        labels: { ...metadataLabels(config), "argocd.argoproj.io/secret-type": "cluster" },
        annotations: { ...metadataAnnotations(config, cluster) },
      },
    ),
    ...(config.gitops.credentials
      ? [
          secret(
            "gitops-repository",
            { type: "git", url: config.gitops.repository, ...config.gitops.credentials },
            {
              labels: { "argocd.argoproj.io/secret-type": "repository" },
            },
          ),
        ]
      : []),
  ];
}

function argocdSecret(
  { gitops, argocd }: PlatformConfig,
  random: (purpose: string) => pulumi.Output<string>,
): pulumi.Inputs {
  const webhook = gitops.webhookSecret ?? random("gitops-webhook");
  return {
    "server.secretkey": random("argocd-server"),
    // One secret for whichever host the repository is on: Argo CD tells them apart by the request.
    "webhook.github.secret": webhook,
    "webhook.gitlab.secret": webhook,
    "webhook.gogs.secret": webhook,
    "webhook.bitbucketserver.secret": webhook,
    ...(argocd.sso ? { [ssoSecretKey]: argocd.sso.clientSecret } : {}),
  };
}
