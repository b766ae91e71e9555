/**
 * What answers at a node's kubelet port: HTTPS with a certificate of the cluster's authority, users and rights as the
 * API server knows them, and what the node's pods use. KWOK, which plays the rest of the kubelet, has one certificate for all
 * of its nodes, and lets everybody in.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import { AuthenticationV1Api, AuthorizationV1Api, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { issueKubeletCertificate, type Certificates } from "./certificates";
import type { Power } from "./power";
import { UsageMeter } from "./usage";

/** Milliseconds that a kubelet remembers whom it has let in: `authentication.webhook.cacheTTL`, by default. */
const remembered = 120_000;

export class Kubelets {
  /** Names of nodes by their addresses. */
  private nodes = new Map<string, string>();
  private readonly contexts = new Map<string, Promise<SecureContext>>();
  private readonly admitted = new Map<string, number>();
  private readonly connections = new WeakMap<object, string>();
  private readonly meter: UsageMeter;
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => end(response, 500, String(error)));
  });

  /** @param config the administrator's. */
  constructor(
    private readonly config: KubeConfig,
    private readonly certificates: Certificates,
    private readonly power: Pick<Power, "isOff">,
  ) {
    this.meter = new UsageMeter(config);
  }

  /** Whoever takes the connections of the node with this address or name; undefined where there is none. */
  async at(address: string): Promise<((socket: Duplex) => void) | undefined> {
    if (!this.nodes.has(address)) await this.findNodes();
    const node = this.nodes.get(address);
    if (node === undefined || this.power.isOff(node)) return undefined;
    const secureContext = await this.contextOf(node);
    return (socket) => {
      const secured = new TLSSocket(socket, { isServer: true, secureContext });
      secured.on("error", () => socket.destroy());
      this.connections.set(secured, node);
      this.server.emit("connection", secured);
    };
  }

  private async findNodes(): Promise<void> {
    const { items } = await this.config.makeApiClient(CoreV1Api).listNode();
    this.nodes = new Map(
      items.flatMap(({ metadata, status }) =>
        (status?.addresses ?? []).map(({ address }): [string, string] => [address.toLowerCase(), metadata?.name ?? ""]),
      ),
    );
  }

  private contextOf(node: string): Promise<SecureContext> {
    const addresses = [...this.nodes].filter(([, name]) => name === node).map(([address]) => address);
    const context =
      this.contexts.get(node) ??
      issueKubeletCertificate(this.certificates, node, addresses).then(({ certificate, key }) =>
        createSecureContext({ cert: certificate, key }),
      );
    this.contexts.set(node, context);
    return context;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const node = this.connections.get(request.socket) ?? "";
    if (this.power.isOff(node)) return void request.socket.destroy();
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics/resource") {
      end(response, 501, "nothing runs in the pods of a simulated cluster, and nothing can be run there");
      return;
    }
    const refusal = await this.refusal(node, request.headers.authorization);
    if (refusal) end(response, ...refusal);
    else end(response, 200, await this.meter.metrics(node));
  }

  /** Undefined for whoever may read the metrics of this node. */
  private async refusal(node: string, authorization = ""): Promise<[status: number, text: string] | undefined> {
    const key = `${node} ${authorization}`;
    if ((this.admitted.get(key) ?? 0) > Date.now()) return undefined;
    const review = await this.config.makeApiClient(AuthenticationV1Api).createTokenReview({
      body: { spec: { token: authorization.replace(/^Bearer /, "") } },
    });
    const { authenticated, user } = review.status ?? {};
    if (!authenticated || !user) return [401, "Unauthorized"];
    const { status } = await this.config.makeApiClient(AuthorizationV1Api).createSubjectAccessReview({
      body: {
        spec: {
          user: user.username,
          groups: user.groups,
          uid: user.uid,
          extra: user.extra,
          resourceAttributes: { verb: "get", version: "v1", resource: "nodes", subresource: "metrics", name: node },
        },
      },
    });
    const of = `user=${user.username}, verb=get, resource=nodes, subresource(s)=[metrics]`;
    if (!status?.allowed) return [403, `Forbidden (${of})`];
    this.admitted.set(key, Date.now() + remembered);
    return undefined;
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  response.end(text);
}
