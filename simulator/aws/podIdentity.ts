/**
 * EKS Pod Identity: what its webhook puts into a pod whose service account has an association, and the agent that takes
 * the pod's token for credentials. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { CloudRecord, Inventory } from "../cloud/behaviour";
import type { PodPlace } from "../cloud/services";
import { closeServer, listenOnLoopback } from "../loopback";
import type { S3Credentials } from "../objectstore/s3";
import { tokenOf } from "../programs/surroundings";
import { text } from "./values";

const audience = "pods.eks.amazonaws.com";
const tokenFolder = `/var/run/secrets/${audience}/serviceaccount`;
const tokenSeconds = 86_400;
/** Of credentials: an hour at the least, six at the most. */
const sessionMilliseconds = 6 * 3600 * 1000;

export interface PodIdentityOptions {
  inventory: Pick<Inventory, "list">;
  /**
   * What every role's session signs with: the stores know one account and no session tokens, and roles' policies are not
   * held against it.
   */
  credentials: S3Credentials;
}

export class PodIdentityAgent {
  /** Ids of associations, by the hash of the token that a pod has. */
  private readonly tokens = new Map<string, string>();
  private server: Server | undefined;
  private port: Promise<number> | undefined;

  constructor(private readonly options: PodIdentityOptions) {}

  /** @returns variables for the pod: none where its service account has no association at this moment. */
  async environment({ pod, cluster, config, folder }: PodPlace): Promise<Record<string, string>> {
    const { namespace = "" } = pod.metadata ?? {};
    const serviceAccount = pod.spec?.serviceAccountName ?? "default";
    const association = this.associations().find(
      ({ outputs }) =>
        cluster.cloud === "aws" &&
        outputs.region === cluster.region &&
        text(outputs, "clusterName") === cluster.name &&
        text(outputs, "namespace") === namespace &&
        text(outputs, "serviceAccount") === serviceAccount,
    );
    if (!association) return {};
    const token = await tokenOf(pod, config, [audience], tokenSeconds);
    this.tokens.set(hashed(token), association.id);
    const directory = join(folder, tokenFolder);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, "eks-pod-identity-token");
    writeFileSync(file, token, { mode: 0o600 });
    const port = await this.listen();
    return {
      AWS_REGION: cluster.region,
      AWS_DEFAULT_REGION: cluster.region,
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      // On a node it is 169.254.170.23; the SDKs let loopback answer in its place.
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v1/credentials`,
    };
  }

  async stop(): Promise<void> {
    await this.port;
    if (this.server) await closeServer(this.server);
    this.server = this.port = undefined;
  }

  private associations(): CloudRecord[] {
    return this.options.inventory.list("aws:eks/podIdentityAssociation:PodIdentityAssociation");
  }

  private listen(): Promise<number> {
    this.server ??= createServer((request, response) => this.answer(request, response));
    this.port ??= listenOnLoopback(this.server);
    return this.port;
  }

  private answer({ headers, url }: IncomingMessage, response: ServerResponse): void {
    const known = this.tokens.get(hashed(headers.authorization ?? ""));
    const association = this.associations().find(({ id }) => id === known);
    if (url !== "/v1/credentials" || !association) {
      const message = "Unauthorized Exception! EKS does not have permissions to assume the associated role.";
      response.writeHead(403, { "content-type": "text/plain" }).end(message);
      return;
    }
    const { accessKeyId, secretAccessKey } = this.options.credentials;
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        AccountId: text(association.outputs, "roleArn").split(":")[4],
        Expiration: new Date(Date.now() + sessionMilliseconds).toISOString(),
      }),
    );
  }
}

function hashed(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
