/**
 * The way from a cloud's host names to this machine: a proxy for HTTPS (the method CONNECT) that knows the endpoints of
 * the simulated clusters and nothing else, so that a cloud's kubeconfig works as it is once `HTTPS_PROXY` names it.
 */
import { ConnectProxy } from "./connect";

export class EndpointProxy extends ConnectProxy {
  private readonly ports = new Map<string, number>();

  constructor() {
    super("HTTPS to simulated clusters");
  }

  /** Makes `host:443` mean a port of this machine. */
  map(host: string, port: number): void {
    this.ports.set(host.toLowerCase(), port);
  }

  unmap(host: string): void {
    this.ports.delete(host.toLowerCase());
  }

  protected route(host: string, port: number): number | string {
    const mapped = port === 443 ? this.ports.get(host) : undefined;
    return mapped ?? `no simulated cluster answers at ${host}:${port}`;
  }
}
