/**
 * A Git host for one repository, read-only: Git's smart HTTP protocol, with `git upload-pack` behind it, the same
 * repository under whatever path is asked for. Protocol: https://git-scm.com/docs/http-protocol.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import type { Certificate } from "./certificate";
import { isolatedGit } from "./scratch";

export class GitServer {
  private readonly servers: Server[] = [];

  constructor(private readonly gitDirectory: string) {}

  /** Listens on loopback; with a certificate, for HTTPS. */
  async listen(port: number, certificate?: Certificate): Promise<void> {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
        response.end(String(error));
      });
    };
    const server = certificate
      ? createHttpsServer({ cert: certificate.certificate, key: certificate.key }, answer)
      : createHttpServer(answer);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    // It serves while the program lives; it is no reason to live.
    server.unref();
    this.servers.push(server);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.servers.map(async (server) => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "GET" && pathname.endsWith("/info/refs")) {
      if (searchParams.get("service") !== "git-upload-pack") return refuse(response, "this host is read-only");
      response.writeHead(200, headers("application/x-git-upload-pack-advertisement"));
      // Protocol version 2 needs no announcement of the service; older clients do.
      if (!request.headers["git-protocol"]?.includes("version=2"))
        response.write("001e# service=git-upload-pack\n0000");
      const child = this.uploadPack(request, ["--advertise-refs"]);
      await pipeline(child.stdout as NodeJS.ReadableStream, response);
      await child;
      return;
    }
    if (request.method === "POST" && pathname.endsWith("/git-upload-pack")) {
      response.writeHead(200, headers("application/x-git-upload-pack-result"));
      const child = this.uploadPack(request, []);
      const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
      // A client that has what it wants hangs up: no error of the server's.
      await Promise.all([
        pipeline(body, child.stdin as NodeJS.WritableStream).catch(() => undefined),
        pipeline(child.stdout as NodeJS.ReadableStream, response),
      ]);
      await child;
      return;
    }
    refuse(response, "this host serves fetches of one Git repository");
  }

  private uploadPack(request: IncomingMessage, args: string[]) {
    const version = request.headers["git-protocol"];
    return execa("git", ["upload-pack", "--strict", "--stateless-rpc", ...args, this.gitDirectory], {
      ...isolatedGit(version === undefined ? {} : { GIT_PROTOCOL: String(version) }),
      stdin: "pipe",
      stdout: "pipe",
      buffer: false,
      reject: false,
    });
  }
}

function headers(type: string): Record<string, string> {
  return { "content-type": type, "cache-control": "no-cache" };
}

function refuse(response: ServerResponse, reason: string): void {
  response.writeHead(403, { "content-type": "text/plain" }).end(`${reason}\n`);
}
