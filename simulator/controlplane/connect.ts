/** An HTTP proxy for the method CONNECT on loopback: the two ends of a connection, and nothing that understands it. */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { closeServer, listenOnLoopback } from "../loopback";

/** Where a connection goes: a port of this machine, or somebody in this program. */
export type Route = number | ((socket: Duplex) => void);

export abstract class ConnectProxy {
  private readonly sockets = new Set<Duplex>();
  private readonly servers: Server[] = [];

  /** @param scope what the proxy is for, told to whoever asks for anything else: `HTTPS to simulated clusters`. */
  constructor(private readonly scope: string) {}

  /**
   * @param host in lower case.
   * @returns why there is no way, as text.
   */
  protected abstract route(host: string, port: number): Route | string | Promise<Route | string>;

  /**
   * Listens on loopback, once for each call.
   *
   * @param port 0 for any that is free.
   * @param tls PEM of the proxy's certificate and key, and of the authority that its clients' certificates must be from.
   * @returns the port.
   */
  async listen(port: number, tls?: { cert: string; key: string; ca: string }): Promise<number> {
    const server = tls ? createTlsServer({ ...tls, requestCert: true }) : createServer();
    server.on("request", (_, response) => {
      response.writeHead(405, { "content-type": "text/plain" }).end(`this proxy serves ${this.scope} only\n`);
    });
    server.on("connect", (request, client: Duplex, head: Buffer) => {
      this.keep(client);
      this.tunnel(request.url ?? "", client, head).catch((error: unknown) => refuse(client, String(error)));
    });
    const own = await listenOnLoopback(server, port);
    this.servers.push(server);
    return own;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.splice(0).map(closeServer));
  }

  private async tunnel(authority: string, client: Duplex, head: Buffer): Promise<void> {
    const [host = "", port = ""] = authority.toLowerCase().split(":");
    const route = await this.route(host, Number(port));
    if (typeof route === "string") {
      refuse(client, route);
      return;
    }
    if (typeof route === "function") {
      client.write(established);
      if (head.length > 0) client.unshift(head);
      route(client);
      return;
    }
    const upstream: Socket = connect(route, "127.0.0.1", () => {
      client.write(established);
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

const established = "HTTP/1.1 200 Connection Established\r\n\r\n";

function refuse(client: Duplex, text: string): void {
  const reason = `${text}\n`;
  client.end(
    `HTTP/1.1 502 Bad Gateway\r\nContent-Length: ${Buffer.byteLength(reason)}\r\nConnection: close\r\n\r\n${reason}`,
  );
}
