/** What the clouds are to the pods of their clusters. */
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { ClusterRequest } from "./behaviour";

/** A pod that a program is about to run for. */
export interface PodPlace {
  pod: V1Pod;
  cluster: Pick<ClusterRequest, "cloud" | "id" | "name" | "region">;
  /** The cluster's administrator's. */
  config: KubeConfig;
  /** What is `/` in the pod. */
  folder: string;
}

export interface CloudServices {
  /**
   * The port of this machine that answers, with TLS, for a host of the clouds; undefined for a host that nobody plays.
   *
   * @param host in lower case.
   */
  route(host: string): Promise<number | undefined>;
  /** Variables that the cloud's webhook puts into a pod; files that they name are written below its folder. */
  environment(place: PodPlace): Promise<Record<string, string>>;
}
