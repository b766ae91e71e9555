/**
 * Azure's blobs of one storage account: Azurite, which knows neither identities nor their roles nor which containers there
 * are; what stands before it does. Accounts have no keys here that a client could use: whoever comes has a token of Entra's.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, request as ask, type RequestOptions } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { text as read } from "node:stream/consumers";
import { blobRequest, containerId, mayAsk } from "../azure/blobAccess";
import { entraHost } from "../azure/entra";
import type { EntraTokens } from "../azure/entraTokens";
import { tenantId } from "../azure/account";
import type { Inventory } from "../cloud/behaviour";
import { CloudHost } from "../cloud/host";
import { type AuthorityFiles, issueServerCertificate } from "../controlplane/certificates";
import { freePorts } from "../controlplane/ports";
import type { Processes } from "../processes";
import { listens } from "./listens";

/** Whom tokens for blobs are for: https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory */
export const blobResource = "https://storage.azure.com";

/** The account whose blobs answer at a host; undefined for all other hosts. */
export function blobAccount(host: string): string | undefined {
  return /^([a-z0-9]{3,24})\.blob\.core\.windows\.net$/.exec(host)?.[1];
}

export interface BlobOptions {
  account: string;
  /** Holds the blobs; everything in it is there again after a restart. */
  directory: string;
  /** Path of Azurite's blob service. */
  azurite: string;
  processes: Processes;
  /** Whom clients trust; vouches for the account's host. */
  authority: AuthorityFiles;
  inventory: Pick<Inventory, "list">;
  entraTokens: EntraTokens;
}

interface Refusal {
  status: number;
  code: string;
  message: string;
  headers?: Record<string, string>;
}

export class BlobService {
  /** Containers that Azurite has, once it has been asked. */
  private containers: Promise<Set<string>> | undefined;

  private constructor(
    /** Port on 127.0.0.1, where it speaks TLS. */
    readonly port: number,
    private readonly azurite: Azurite,
    private readonly host: CloudHost,
    private readonly options: BlobOptions,
  ) {}

  /** @throws Error with the end of Azurite's log where it does not start. */
  static async start(options: BlobOptions): Promise<BlobService> {
    const azurite = await Azurite.start(options);
    const host = new CloudHost(options.authority, (request, response) => answer(request, response, azurite, options));
    return new BlobService(await host.listen(), azurite, host, options);
  }

  get isRunning(): boolean {
    return this.options.processes.isRunning(processName(this.options));
  }

  /** Ends what stands before Azurite. */
  async stop(): Promise<void> {
    await this.host.stop();
    this.azurite.agent.destroy();
  }

  /** Makes these the containers that there are: one that is gone takes its blobs along. */
  async keepBuckets(names: string[]): Promise<void> {
    // One after the other: who comes meanwhile finds them made.
    const kept = (this.containers ?? this.azurite.containers()).then(async (there) => {
      for (const name of names) if (!there.has(name)) await this.azurite.change("PUT", name);
      for (const name of there) if (!names.includes(name)) await this.azurite.change("DELETE", name);
      return new Set(names);
    });
    this.containers = kept.catch(() => this.azurite.containers());
    await kept;
  }
}

/** The program, and the way to it. */
class Azurite {
  readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly port: number,
    /** PEM of the authority that vouches for it. */
    private readonly ca: string,
    private readonly options: BlobOptions,
  ) {}

  static async start(options: BlobOptions): Promise<Azurite> {
    const { account, azurite, directory, processes, authority } = options;
    const host = `${account}.blob.core.windows.net`;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { certificate, key } = await issueServerCertificate(authority, host, [host]);
    const [certificateFile, keyFile] = ["crt", "key"].map((kind) => join(directory, `azurite.${kind}`)) as [
      string,
      string,
    ];
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key, { mode: 0o600 });
    const [port = 0] = await freePorts(1);
    await processes.start({
      name: processName(options),
      file: azurite,
      arguments: [
        "--silent",
        "--disableTelemetry",
        "--skipApiVersionCheck",
        "--oauth=basic",
        `--location=${join(directory, "blobs")}`,
        "--blobHost=127.0.0.1",
        `--blobPort=${port}`,
        `--cert=${certificateFile}`,
        `--key=${keyFile}`,
      ],
      // It wants a key for each account. Nobody is told this one.
      environment: { AZURITE_ACCOUNTS: `${account}:${randomBytes(64).toString("base64")}` },
      logFile: join(directory, "azurite.log"),
      ready: () => listens(port),
    });
    return new Azurite(port, readFileSync(authority.authority, "utf8"), options);
  }

  /** What it is asked with: its host's name is how it knows the account. */
  to(asked: Pick<RequestOptions, "method" | "path" | "headers">): RequestOptions {
    const { agent, ca, port } = this;
    const servername = `${this.options.account}.blob.core.windows.net`;
    const headers = { ...asked.headers, host: servername };
    return { ...asked, headers, agent, ca, servername, host: "127.0.0.1", port };
  }

  async containers(): Promise<Set<string>> {
    const names = new Set<string>();
    const [status, body] = await this.own("GET", "/?comp=list");
    if (status !== 200) throw new Error(`Azurite does not list its containers: ${body}`);
    for (const [, name = ""] of body.matchAll(/<Name>([^<]*)<\/Name>/g)) names.add(name);
    return names;
  }

  async change(method: "PUT" | "DELETE", container: string): Promise<void> {
    const [status, body] = await this.own(method, `/${container}?restype=container`);
    if (status >= 300) throw new Error(`Azurite does not ${method} ${container}: ${body}`);
  }

  /** Asks on nobody's behalf: it looks at what a token is, and not at whose it is. */
  private own(method: string, path: string): Promise<[status: number, body: string]> {
    const token = this.options.entraTokens.issue({ clientId: "", objectId: "" }, blobResource, 60);
    const headers = { authorization: `Bearer ${token}`, "x-ms-version": "2021-12-02", "content-length": 0 };
    return new Promise((resolve, reject) => {
      ask(this.to({ method, path, headers }), (response) => {
        read(response).then((body) => resolve([response.statusCode ?? 0, body]), reject);
      })
        .once("error", reject)
        .end();
    });
  }
}

function processName({ account }: Pick<BlobOptions, "account">): string {
  return `blobs/${account}`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  azurite: Azurite,
  options: BlobOptions,
): Promise<void> {
  const refusal = refusalOf(request, options);
  if (refusal) {
    refuse(request, response, refusal);
    return;
  }
  const { method, url, headers } = request;
  const asked = ask(azurite.to({ method, path: url, headers }));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve).once("error", reject);
  });
  const [stored] = await Promise.all([answered, pipeline(request, asked)]);
  response.writeHead(stored.statusCode ?? 502, stored.headers);
  await pipeline(stored, response);
}

/** Words: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
function refusalOf({ headers, method = "", url = "" }: IncomingMessage, options: BlobOptions): Refusal | undefined {
  const { account, inventory, entraTokens } = options;
  const principal = entraTokens.bearer(headers.authorization, blobResource);
  if (!principal) {
    return {
      status: 401,
      code: "InvalidAuthenticationInfo",
      message:
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
      headers: {
        "www-authenticate": `Bearer authorization_uri=https://${entraHost}/${tenantId}/oauth2/authorize resource_id=${blobResource}`,
      },
    };
  }
  const asked = blobRequest(method, url);
  if (!asked) {
    const message = `${method} ${url} is not known to this simulation (simulator/azure/blobAccess.ts)`;
    return { status: 501, code: "NotImplemented", message };
  }
  const id = containerId(inventory, account, asked.container);
  if (id === undefined) {
    return { status: 404, code: "ContainerNotFound", message: "The specified container does not exist." };
  }
  // Quoted: https://github.com/velero-io/velero/issues/6292
  const message = "This request is not authorized to perform this operation using this permission.";
  return mayAsk(inventory, id, principal.objectId, asked)
    ? undefined
    : { status: 403, code: "AuthorizationPermissionMismatch", message };
}

/** https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2 */
function refuse(request: IncomingMessage, response: ServerResponse, { status, code, message, headers }: Refusal): void {
  // What has been sent already is taken: a client that is still sending reads no answer.
  request.resume();
  const id = randomUUID();
  const said = `${message}\nRequestId:${id}\nTime:${new Date().toISOString()}`;
  const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${said}</Message></Error>`;
  response
    .writeHead(status, message, {
      ...headers,
      "content-type": "application/xml",
      "x-ms-request-id": id,
      "x-ms-error-code": code,
    })
    .end(request.method === "HEAD" ? undefined : body);
}
