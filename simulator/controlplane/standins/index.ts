/** The controllers that run around a cloud's cluster, each a loop in this program. */
import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterRequest } from "../../cloud/behaviour";
import { startLoadBalancers } from "./loadbalancers";
import type { Loop } from "./loop";
import { startReferences } from "./references";
import { startTraefik } from "./traefik";
import { startVolumes } from "./volumes";

export interface StandInContext {
  /** The administrator's. */
  config: KubeConfig;
  cluster: ClusterRequest;
  log: (line: string) => void;
}

export type StandIns = Loop;

export function startStandIns(context: StandInContext): StandIns {
  const starts = [startReferences, startLoadBalancers, startVolumes, startTraefik];
  const loops = starts.flatMap((start) => start(context));
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
