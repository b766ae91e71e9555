/**
 * What answers at a node's kubelet port: HTTPS with a certificate of the cluster's authority, users and rights as the
 * API server knows them, what the node's pods use, and how commands end that are run in their containers. KWOK, which plays
 * the rest of the kubelet, has one certificate for all of its nodes, and lets everybody in.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import {
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1SubjectAccessReviewSpec,
} from "@kubernetes/client-node";
import { issueKubeletCertificate, type Certificates } from "./certificates";
import { endOf, passOn, refuse } from "./exec";
import type { Power } from "./power";
import { UsageMeter } from "./usage";

/** Milliseconds that a kubelet remembers whom it has let in: `authentication.webhook.cacheTTL`, by default. */
const remembered = 120_000;

export interface KubeletsOptions {
  /** The administrator's. */
  config: KubeConfig;
  certificates: Certificates;
  power: Pick<Power, "isOff">;
  /** Port of 127.0.0.1 that speaks for commands: `tools/kubelet-exec`. */
  execPort: number;
  /** What follows `sh -c` in commands that go well; all others are refused. */
  playedCommands?: readonly string[] | undefined;
}

export class Kubelets {
  /** Names of nodes by their addresses. */
  private nodes = new Map<string, string>();
  private readonly contexts = new Map<string, Promise<SecureContext>>();
  private readonly admitted = new Map<string, number>();
  private readonly connections = new WeakMap<object, string>();
  private readonly meter: UsageMeter;
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => end(response, 500, String(error)));
  }).on("upgrade", (request, socket) => {
    this.run(request, socket).catch((error: unknown) => refuse(socket, 500, String(error)));
  });
  private readonly config: KubeConfig;
  private readonly certificates: Certificates;
  private readonly power: Pick<Power, "isOff">;

  constructor(private readonly options: KubeletsOptions) {
    this.config = options.config;
    this.certificates = options.certificates;
    this.power = options.power;
    this.meter = new UsageMeter(this.config);
  }

  /** Whoever takes the connections of the node with this address or name; undefined where there is none. */
  async at(address: string): Promise<((socket: Duplex) => void) | undefined> {
    if (!this.nodes.has(address)) await this.findNodes();
    const node = this.nodes.get(address);
    if (node === undefined || this.power.isOff(node)) return undefined;
    const secureContext = await this.contextOf(node);
    return (socket) => {
      // Who has no certificate has a token.
      const secured = new TLSSocket(socket, {
        ...{ isServer: true, secureContext },
        ...{ requestCert: true, rejectUnauthorized: false },
      });
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
        createSecureContext({ cert: certificate, key, ca: readFileSync(this.certificates.authority) }),
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

  /** A command in a container, which ends as it is known to. */
  private async run(request: IncomingMessage, socket: Duplex): Promise<void> {
    const node = this.connections.get(request.socket) ?? "";
    if (this.power.isOff(node)) return void socket.destroy();
    const refusal = await this.refusalOfCertificate(node, request.socket as TLSSocket);
    if (refusal) return refuse(socket, ...refusal);
    const { execPort, playedCommands = [] } = this.options;
    passOn(request, socket, execPort, endOf(request, playedCommands));
  }

  /** Undefined for whoever may run commands on this node. */
  private async refusalOfCertificate(node: string, socket: TLSSocket): Promise<Refusal | undefined> {
    const certificate = socket.getPeerX509Certificate();
    const { publicKey } = new X509Certificate(readFileSync(this.certificates.authority));
    if (!certificate?.verify(publicKey)) return [401, "Unauthorized"];
    const { CN: user, O: group } = certificate.toLegacyObject().subject;
    return this.refusalOf(
      { user: text(user), groups: [text(group)] },
      { verb: "create", subresource: "proxy", name: node },
    );
  }

  /** Undefined for whoever may read the metrics of this node. */
  private async refusal(node: string, authorization = ""): Promise<Refusal | undefined> {
    const key = `${node} ${authorization}`;
    if ((this.admitted.get(key) ?? 0) > Date.now()) return undefined;
    const review = await this.config.makeApiClient(AuthenticationV1Api).createTokenReview({
      body: { spec: { token: authorization.replace(/^Bearer /, "") } },
    });
    const { authenticated, user } = review.status ?? {};
    if (!authenticated || !user) return [401, "Unauthorized"];
    const refused = await this.refusalOf(
      { user: user.username, groups: user.groups, uid: user.uid, extra: user.extra },
      { verb: "get", subresource: "metrics", name: node },
    );
    if (!refused) this.admitted.set(key, Date.now() + remembered);
    return refused;
  }

  /** As the API server says of them. */
  private async refusalOf(
    user: Pick<V1SubjectAccessReviewSpec, "user" | "groups" | "uid" | "extra">,
    { verb, subresource, name }: { verb: string; subresource: string; name: string },
  ): Promise<Refusal | undefined> {
    const resourceAttributes = { verb, version: "v1", resource: "nodes", subresource, name };
    const { status } = await this.config
      .makeApiClient(AuthorizationV1Api)
      .createSubjectAccessReview({ body: { spec: { ...user, resourceAttributes } } });
    if (status?.allowed) return undefined;
    return [403, `Forbidden (user=${user.user}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])`];
  }
}

type Refusal = [status: number, text: string];

/** The first of several. */
function text(value: string | string[] = ""): string {
  return typeof value === "string" ? value : (value[0] ?? "");
}

function end(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  response.end(text);
}
