/** What answers for hosts of a cloud on this machine: with TLS, by the certificate of whichever host it is asked for. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { createSecureContext, type SecureContext } from "node:tls";
import { type AuthorityFiles, issueServerCertificate } from "../controlplane/certificates";
import { closeServer, listenOnLoopback } from "../loopback";

export class CloudHost {
  private readonly contexts = new Map<string, Promise<SecureContext>>();
  private server: Server | undefined;
  private port: Promise<number> | undefined;

  /**
   * @param authority whom clients trust.
   * @param answer an error of it is answered as the server's own, 500.
   */
  constructor(
    private readonly authority: AuthorityFiles,
    private readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ) {}

  /** @returns the port on 127.0.0.1, the same one until it is stopped. */
  listen(): Promise<number> {
    this.server ??= createServer(
      {
        SNICallback: (host, done) =>
          void this.contextOf(host).then(
            (context) => done(null, context),
            (error: Error) => done(error),
          ),
      },
      (request, response) =>
        void this.answer(request, response).catch((error: unknown) => {
          if (response.headersSent) response.destroy();
          else response.writeHead(500).end(String(error));
        }),
    );
    this.port ??= listenOnLoopback(this.server);
    return this.port;
  }

  async stop(): Promise<void> {
    await this.port;
    if (this.server) await closeServer(this.server);
    this.server = this.port = undefined;
  }

  private contextOf(host: string): Promise<SecureContext> {
    const context =
      this.contexts.get(host) ??
      issueServerCertificate(this.authority, host, [host]).then(({ certificate, key }) =>
        createSecureContext({ cert: certificate, key }),
      );
    this.contexts.set(host, context);
    return context;
  }
}
