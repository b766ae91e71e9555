/**
 * Tells an API server who a token of the cloud's is from: Kubernetes' token webhook, as every cloud's control plane has
 * one. Whether the principal may come in at all is the cloud's to say.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as read } from "node:stream/consumers";

/** A user of Kubernetes, `UserInfo` of authentication.k8s.io/v1. */
export interface Identity {
  username: string;
  uid: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** What a token says: whom the cloud's command line has taken it for, and until when. */
export interface TokenClaims {
  /** The cloud's own name of the principal: an ARN on AWS. */
  principal: string;
  session: string;
  /** Seconds since 1970. */
  expires: number;
}

/** Who a principal is on a cluster; undefined where it has no access. */
export type Identify = (clusterId: string, principal: string, session: string) => Identity | undefined;

interface Audience {
  clusterId: string;
  /** What the cluster's tokens are signed with. */
  key: string;
}

export class Authenticator {
  private readonly audiences = new Map<string, Audience>();
  private server: Server | undefined;

  constructor(private readonly identify: Identify) {}

  /** Opens a free port of the loopback interface. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
    });
    // Longer than the API server keeps a connection that nothing goes over (Go's net/http: 90 s): one that ends on this side
    // first may be just about to be used, and whoever asked is then told "Unauthorized".
    server.keepAliveTimeout = 120_000;
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    this.server = server;
  }

  /** @returns the URL that the API server of `audience` asks; `path` tells it from the others'. */
  serve(path: string, audience: Audience): string {
    this.audiences.set(`/${path}`, audience);
    const { port } = this.server?.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${path}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
    this.server = undefined;
  }

  /** Who a token is from; undefined where it is none of the cluster's, is too old, or is from somebody without access. */
  private whose({ clusterId, key }: Audience, token: string): Identity | undefined {
    const claims = claimsOf(token, key);
    if (!claims || claims.expires * 1000 < Date.now()) return undefined;
    return this.identify(clusterId, claims.principal, claims.session);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The API server adds its timeout as a query.
    const audience = this.audiences.get(request.url?.split("?")[0] ?? "");
    const { spec } = JSON.parse(await read(request)) as { spec?: { token?: string } };
    const user = audience && this.whose(audience, spec?.token ?? "");
    const status = user ? { authenticated: true, user } : { authenticated: false };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status }));
  }
}

/** `<prefix>.<claims>.<signature>`, both base64url; `bin/aws` writes the same. Undefined where the signature is not the key's. */
function claimsOf(token: string, key: string): TokenClaims | undefined {
  const [claims = "", signature = ""] = token.split(".").slice(-2);
  const expected = createHmac("sha256", key).update(claims).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as TokenClaims;
}
