/** Helm releases, all installed the same way. */
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type * as pulumi from "@pulumi/pulumi";

import { charts } from "./charts";

export interface ReleaseArgs {
  /** Name of the Helm release, which the chart's objects are named after; the chart's own name unless set. */
  releaseName?: string;
  namespace: string;
  /** Never a secret: values are plain in the cluster and in Helm's history. */
  values: Record<string, unknown>;
  /** How long all of its pods may take to become ready, in seconds; 600 unless set. */
  timeout?: number;
}

/**
 * Installs a chart of `charts.ts`. Atomic: what does not become ready in time is taken back, so that the next `up` does
 * not find "another operation (install/upgrade/rollback) is in progress".
 */
export function release(
  name: string,
  chart: keyof typeof charts,
  { releaseName, namespace, values, timeout = 600 }: ReleaseArgs,
  opts: pulumi.CustomResourceOptions,
): Release {
  const { chart: chartName, repository, version } = charts[chart];
  return new Release(
    name,
    {
      name: releaseName ?? chart,
      namespace,
      createNamespace: false,
      chart: chartName,
      version,
      repositoryOpts: { repo: repository },
      values,
      atomic: true,
      cleanupOnFail: true,
      skipAwait: false,
      timeout,
      // Each revision is a Secret that holds all of the release; the default keeps every one of them.
      maxHistory: 5,
    },
    opts,
  );
}
