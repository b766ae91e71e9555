/**
 * GKE's metadata server, as pods with Workload Identity ask it for a token: whose account their Kubernetes service account
 * names, if that account lets it. https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
 */
import { createServer, type Server } from "node:http";
import { CoreV1Api } from "@kubernetes/client-node";
import type { Inventory } from "../cloud/behaviour";
import type { PodPlace } from "../cloud/services";
import { closeServer, listenOnLoopback } from "../loopback";
import { type AccessTokens, tokenSeconds } from "./accessTokens";
import { mayWorkAs, noAccessToken } from "./workAs";

/** On a Kubernetes service account: the account of Google's that its pods work as. */
const annotation = "iam.gke.io/gcp-service-account";

export interface PodMetadataOptions {
  inventory: Pick<Inventory, "list">;
  accessTokens: AccessTokens;
}

export class PodMetadata {
  /** One for each pod: on a node it knows the pod by its address. */
  private readonly servers = new Map<string, { server: Server; port: Promise<number> }>();

  constructor(private readonly options: PodMetadataOptions) {}

  /** @returns variables for the pod: none on another cloud, or where its service account names no account. */
  async environment({ pod, cluster, config }: PodPlace): Promise<Record<string, string>> {
    if (cluster.cloud !== "gcp") return {};
    const { namespace = "", uid = "" } = pod.metadata ?? {};
    const name = pod.spec?.serviceAccountName ?? "default";
    const { metadata } = await config.makeApiClient(CoreV1Api).readNamespacedServiceAccount({ name, namespace });
    const email = metadata?.annotations?.[annotation];
    if (email === undefined) return {};
    const serving = this.servers.get(uid) ?? this.serve(email, memberOf(cluster.id, namespace, name));
    this.servers.set(uid, serving);
    return { GCE_METADATA_HOST: `127.0.0.1:${await serving.port}` };
  }

  async stop(): Promise<void> {
    const serving = [...this.servers.values()];
    this.servers.clear();
    await Promise.all(serving.map(({ server, port }) => port.then(() => closeServer(server))));
  }

  private serve(email: string, member: string): { server: Server; port: Promise<number> } {
    const server = createServer(({ url = "" }, response) => {
      const [status, body] = this.answer(
        url.replace(/^\/computeMetadata\/v1\//, "").replace(/\?.*$/, ""),
        email,
        member,
      );
      response.writeHead(status, { "metadata-flavor": "Google", "content-type": "application/json" }).end(body);
    });
    return { server, port: listenOnLoopback(server) };
  }

  private answer(path: string, email: string, member: string): [status: number, body: string] {
    const [, project = ""] = /@([\w-]+)\./.exec(email) ?? [];
    if (path === "project/project-id") return [200, project];
    if (path === "instance/service-accounts/default/email") return [200, email];
    if (path !== "instance/service-accounts/default/token") return [404, ""];
    const { inventory, accessTokens } = this.options;
    if (!mayWorkAs(inventory, member, email)) {
      return [403, `Unable to generate access token; IAM returned 403 Forbidden: ${noAccessToken}`];
    }
    const token = {
      access_token: accessTokens.issue(`serviceAccount:${email}`),
      expires_in: tokenSeconds,
      token_type: "Bearer",
    };
    return [200, JSON.stringify(token)];
  }
}

/** A Kubernetes service account in the pool of its cluster's project, as policies name it. */
function memberOf(clusterId: string, namespace: string, name: string): string {
  const [, project = ""] = clusterId.split("/");
  return `serviceAccount:${project}.svc.id.goog[${namespace}/${name}]`;
}
