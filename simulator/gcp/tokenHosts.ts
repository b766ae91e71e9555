/** The hosts of Google's that give out tokens. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text as read } from "node:stream/consumers";
import { CloudHost } from "../cloud/host";
import type { AuthorityFiles } from "../controlplane/certificates";
import { accountCredentialsHost, accountToken } from "./accountCredentials";
import { type Answer, exchange, type FederationOptions, stsHost } from "./federation";

export interface TokenHostsOptions extends FederationOptions {
  authority: AuthorityFiles;
}

export class TokenHosts {
  private readonly host: CloudHost;

  constructor(private readonly options: TokenHostsOptions) {
    this.host = new CloudHost(options.authority, (request, response) => this.answer(request, response));
  }

  /** Whether a host is one of them. */
  isOne(host: string): boolean {
    return host === stsHost || host === accountCredentialsHost;
  }

  /** @returns the port on 127.0.0.1 where all of them answer. */
  listen(): Promise<number> {
    return this.host.listen();
  }

  stop(): Promise<void> {
    return this.host.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.answerTo(request, await read(request));
    response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
  }

  private async answerTo({ headers, method, url = "" }: IncomingMessage, body: string): Promise<Answer> {
    const path = url.replace(/\?.*$/, "");
    if (headers.host?.replace(/:\d+$/, "") === accountCredentialsHost) {
      return accountToken(path, headers.authorization, body, this.options);
    }
    if (method !== "POST" || path !== "/v1/token") return { status: 404, body: {} };
    return exchange(new URLSearchParams(body), this.options);
  }
}
