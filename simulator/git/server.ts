/**
 * A Git host for one repository: Git's smart HTTP protocol, with `git upload-pack` and `git receive-pack` behind it, the
 * same repository under whatever path is asked for. Protocol: https://git-scm.com/docs/http-protocol.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { closeServer, listenOnLoopback } from "../loopback";
import type { Certificate } from "./certificate";
import { isolatedGit } from "./scratch";

type Service = "git-upload-pack" | "git-receive-pack";

export class GitServer {
  private readonly servers: Server[] = [];

  /** @param pushed called after each push, before the client hears that it has ended. */
  constructor(
    private readonly gitDirectory: string,
    private readonly pushed: () => Promise<void>,
  ) {}

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
    await listenOnLoopback(server, port);
    this.servers.push(server);
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map(closeServer));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const announced = pathname.endsWith("/info/refs") ? searchParams.get("service") : null;
    if (request.method === "GET" && isService(announced)) {
      response.writeHead(200, headers(`application/x-${announced}-advertisement`));
      // Protocol version 2 needs no announcement of the service; older clients, and pushes, do.
      if (announced === "git-receive-pack" || !request.headers["git-protocol"]?.includes("version=2")) {
        const line = `# service=${announced}\n`;
        response.write(`${(line.length + 4).toString(16).padStart(4, "0")}${line}0000`);
      }
      const child = this.run(announced, request, ["--advertise-refs"]);
      await pipeline(child.stdout as NodeJS.ReadableStream, response);
      await child;
      return;
    }
    const service = pathname.split("/").at(-1);
    if (request.method === "POST" && isService(service)) {
      response.writeHead(200, headers(`application/x-${service}-result`));
      const child = this.run(service, request, []);
      const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
      // A client that has what it wants hangs up: no error of the server's.
      await Promise.all([
        pipeline(body, child.stdin as NodeJS.WritableStream).catch(() => undefined),
        pipeline(child.stdout as NodeJS.ReadableStream, response, { end: false }),
      ]);
      await child;
      if (service === "git-receive-pack") await this.pushed();
      response.end();
      return;
    }
    refuse(response, "this host serves one Git repository");
  }

  private run(service: Service, request: IncomingMessage, args: string[]) {
    const version = request.headers["git-protocol"];
    const command =
      service === "git-upload-pack"
        ? ["upload-pack", "--strict"]
        : // The files beside the repository follow: a rehearsal's own commits build on them.
          ["-c", "receive.denyCurrentBranch=updateInstead", "receive-pack"];
    return execa("git", [...command, "--stateless-rpc", ...args, this.gitDirectory], {
      ...isolatedGit(version === undefined ? {} : { GIT_PROTOCOL: String(version) }),
      stdin: "pipe",
      stdout: "pipe",
      buffer: false,
      reject: false,
    });
  }
}

function isService(name: string | null | undefined): name is Service {
  return name === "git-upload-pack" || name === "git-receive-pack";
}

function headers(type: string): Record<string, string> {
  return { "content-type": type, "cache-control": "no-cache" };
}

function refuse(response: ServerResponse, reason: string): void {
  response.writeHead(403, { "content-type": "text/plain" }).end(`${reason}\n`);
}
