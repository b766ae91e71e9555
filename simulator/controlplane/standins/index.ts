/** The controllers that run around a cloud's cluster, each a loop in this program. */
import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterRequest } from "../../cloud/behaviour";
import type { PodPrograms } from "../../programs";
import type { Disks } from "../disks";
import type { IngressBalancers } from "./gce/balancers";
import { startManagedCertificates } from "./gce/certificates";
import { startExternalDns, type DnsZones } from "./externalDns";
import { startGceIngresses } from "./gce/ingress";
import { startLoadBalancers, type Balance } from "./loadbalancers";
import type { Loop } from "./loop";
import type { Power } from "../power";
import { startPrometheusOperator } from "./prometheusOperator";
import { startReferences } from "./references";
import { startTraefik } from "./traefik";
import { startVolumes } from "./volumes";
import { startNodeAgents } from "../../velero/nodeAgent";

export interface StandInContext {
  /** The administrator's. */
  config: KubeConfig;
  cluster: ClusterRequest;
  /** What the cloud answers to a Service that wants a load balancer; without it every one gets an address. */
  balance?: Balance | undefined;
  /** What Google makes of Ingresses; without it nobody serves those of its class. */
  balancers?: IngressBalancers | undefined;
  /** Where external-dns has its names; without it nowhere. */
  zones?: DnsZones | undefined;
  /** Runs what really runs behind a pod; without it nothing does. */
  programs?: Pick<PodPrograms, "start" | "once"> | undefined;
  /** What is on the disks of volumes; without it nothing is. */
  disks?: Disks | undefined;
  /** Path of Velero's program; without it nobody reads and writes volumes for it. */
  velero?: string | undefined;
  /** Commands of a shell that pods run on this machine; without them none does. */
  shellCommands?: readonly string[] | undefined;
  /** Which nodes do nothing for their pods; without it all of them do. */
  power?: Pick<Power, "isOff"> | undefined;
  log: (line: string) => void;
}

export type StandIns = Loop;

export function startStandIns(context: StandInContext): StandIns {
  const starts = [
    startReferences,
    startLoadBalancers,
    startGceIngresses,
    startManagedCertificates,
    startVolumes,
    startTraefik,
    startExternalDns,
    startNodeAgents,
    startPrometheusOperator,
  ];
  const loops = starts.flatMap((start) => start(context));
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
