/**
 * The way from a cloud's host names to this machine: a proxy for HTTPS (the method CONNECT) that knows the endpoints of
 * the simulated clusters and nothing else, so that a cloud's kubeconfig works as it is once `HTTPS_PROXY` names it.
 */
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";

export class EndpointProxy {
  private readonly ports = new Map<string, number>();
  private readonly sockets = new Set<Duplex>();
  private server: Server | undefined;

  /**
   * Listens on loopback.
   *
   * @param port 0 for any that is free.
   * @returns the port.
   */
  async listen(port: number): Promise<number> {
    const server = createServer((_, response) => {
      response
        .writeHead(405, { "content-type": "text/plain" })
        .end("this proxy serves HTTPS to simulated clusters only\n");
    });
    server.on("connect", (request, client: Duplex, head: Buffer) => this.tunnel(request.url ?? "", client, head));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    // It serves while the program lives; it is no reason to live.
    server.unref();
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Makes `host:443` mean a port of this machine. */
  map(host: string, port: number): void {
    this.ports.set(host.toLowerCase(), port);
  }

  unmap(host: string): void {
    this.ports.delete(host.toLowerCase());
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const server = this.server;
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  private tunnel(authority: string, client: Duplex, head: Buffer): void {
    this.keep(client);
    const [host = "", requested] = authority.toLowerCase().split(":");
    const port = requested === "443" ? this.ports.get(host) : undefined;
    if (port === undefined) {
      const reason = `no simulated cluster answers at ${authority}\n`;
      client.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Length: ${reason.length}\r\nConnection: close\r\n\r\n${reason}`);
      return;
    }
    const upstream: Socket = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    this.keep(upstream);
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    // A broken connection is its two ends' matter.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.sockets.delete(socket));
  }
}
