/**
 * One cluster's network, as its API server and its pods see it: addresses of pods, nodes and the Service `kubernetes`, which
 * this machine does not have, and the clouds' hosts. A proxy leads to what answers for them here; everything else is out of
 * reach.
 */
import type { Duplex } from "node:stream";
import type { CloudServices } from "../cloud/services";
import { ConnectProxy, type Route } from "./connect";
import type { Kubelets } from "./kubelet";

/** The port of every kubelet, on every cloud. */
export const kubeletPort = 10_250;

export class ClusterNetwork extends ConnectProxy {
  private readonly pods = new Map<string, number>();

  /**
   * @param apiServer address of the Service `kubernetes`, and the API server's port on this machine.
   * @param kubelets undefined while the API server that they ask is not there yet.
   * @param clouds the port of this machine that answers for a host of the clouds; without it none of them does.
   */
  constructor(
    private readonly apiServer: { address: string; port: number },
    private readonly kubelets: () => Kubelets | undefined,
    private readonly clouds?: CloudServices["route"],
  ) {
    super("the network of one simulated cluster");
  }

  /** Makes a pod's address and port mean a port of this machine. */
  serve(address: string, port: number, local: number): void {
    this.pods.set(`${address}:${port}`, local);
  }

  /** Forgets that way, where it still leads to this port: a later pod may have the address. */
  withdraw(address: string, port: number, local: number): void {
    if (this.pods.get(`${address}:${port}`) === local) this.pods.delete(`${address}:${port}`);
  }

  protected async route(host: string, port: number): Promise<Route | string> {
    const pod = this.pods.get(`${host}:${port}`);
    if (pod !== undefined) return pod;
    if (host === this.apiServer.address && port === 443) return this.apiServer.port;
    const kubelet = port === kubeletPort ? await this.kubelets()?.at(host) : undefined;
    if (kubelet) return (socket: Duplex) => kubelet(socket);
    const cloud = port === 443 ? await this.clouds?.(host) : undefined;
    if (cloud !== undefined) return cloud;
    return `nothing answers at ${host}:${port}: nothing runs in most pods of a simulated cluster`;
  }
}

/** Address of the Service `kubernetes`: the first of the range. */
export function apiServerAddress(serviceCidr: string): string {
  return serviceCidr.split("/")[0]?.replace(/\d+$/, (last) => String(Number(last) + 1)) ?? "";
}
