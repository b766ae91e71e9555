/**
 * Google Cloud Storage: fake-gcs-server over a folder, in which every folder is a bucket and every file an object. It knows
 * neither tokens nor rights nor which buckets there are; what stands before it does.
 */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { type IncomingMessage, request as ask, type ServerResponse } from "node:http";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Inventory } from "../cloud/behaviour";
import { CloudHost } from "../cloud/host";
import type { AuthorityFiles } from "../controlplane/certificates";
import { freePorts } from "../controlplane/ports";
import type { AccessTokens } from "../gcp/accessTokens";
import { storageErrorBody } from "../gcp/errorBody";
import { hasPermission, storageRequest, withoutPermission } from "../gcp/storageAccess";
import type { Processes } from "../processes";
import { listens } from "./listens";

/** Where every bucket of Google's answers. */
export const gcsHost = "storage.googleapis.com";

export interface GcsOptions {
  /** Holds the buckets; everything in it is there again after a restart. */
  directory: string;
  /** Path of fake-gcs-server. */
  server: string;
  processes: Processes;
  /** Whom clients trust; vouches for Google's host. */
  authority: AuthorityFiles;
  inventory: Pick<Inventory, "list">;
  accessTokens: Pick<AccessTokens, "bearer">;
}

const processName = "gcs";

interface Refusal {
  status: number;
  message: string;
  reason: string;
}

export class GcsServer {
  private readonly host: CloudHost;

  private constructor(
    /** Port on 127.0.0.1, where it speaks TLS. */
    readonly port: number,
    private readonly options: GcsOptions,
    host: CloudHost,
  ) {
    this.host = host;
  }

  /** @throws Error with the end of the server's log where it does not start. */
  static async start(options: GcsOptions): Promise<GcsServer> {
    const { directory, processes, server } = options;
    const [buckets, temporary] = ["buckets", "temporary"].map((part) => join(directory, part)) as [string, string];
    for (const folder of [buckets, temporary]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [port = 0] = await freePorts(1);
    await processes.start({
      name: processName,
      file: server,
      arguments: [
        "-backend=filesystem",
        `-filesystem-root=${buckets}`,
        "-scheme=http",
        "-host=127.0.0.1",
        `-port=${port}`,
        `-public-host=${gcsHost}`,
        `-external-url=https://${gcsHost}`,
        "-log-level=warn",
      ],
      // Files come into buckets only when they are whole: from here, where this is the same file system.
      environment: { TMPDIR: temporary },
      logFile: join(directory, "gcs.log"),
      ready: () => listens(port),
    });
    await removeHalfWritten(buckets, port);
    const host = new CloudHost(options.authority, (request, response) => answer(request, response, port, options));
    return new GcsServer(await host.listen(), options, host);
  }

  get isRunning(): boolean {
    return this.options.processes.isRunning(processName);
  }

  /** Ends what stands before the server. */
  stop(): Promise<void> {
    return this.host.stop();
  }

  /** Makes these the buckets that there are: one that is gone takes its objects along. */
  keepBuckets(names: string[]): void {
    const buckets = join(this.options.directory, "buckets");
    for (const name of names) mkdirSync(join(buckets, name), { recursive: true, mode: 0o700 });
    for (const entry of readdirSync(buckets)) {
      // A bucket's own settings are in a file beside it.
      if (!names.includes(entry.replace(/\.bucketMetadata$/, ""))) {
        rmSync(join(buckets, entry), { recursive: true, force: true });
      }
    }
  }
}

/**
 * What a server that was killed has left: files without the attributes of objects. It finds no such object, and cannot list
 * a bucket that has one.
 */
async function removeHalfWritten(buckets: string, port: number): Promise<void> {
  for (const entry of readdirSync(buckets, { recursive: true, withFileTypes: true })) {
    // Attributes themselves, where the file system has no place for them.
    if (!entry.isFile() || entry.name.endsWith(".metadata")) continue;
    const file = join(entry.parentPath, entry.name);
    const [bucket = "", ...name] = relative(buckets, file).split(sep);
    if (name.length === 0) continue;
    const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name.join("/"))}`;
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`);
    if (status === 404) rmSync(file);
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  options: GcsOptions,
): Promise<void> {
  const refusal = refusalOf(request, options);
  if (refusal) {
    const { status, message, reason } = refusal;
    // What has been sent already is taken: a client that is still sending reads no answer.
    request.resume();
    response
      .writeHead(status, { "content-type": "application/json; charset=UTF-8" })
      .end(JSON.stringify(storageErrorBody(status, message, reason)));
    return;
  }
  const { method, url } = request;
  // It tells clients where to go on.
  const headers = { ...request.headers, "x-forwarded-proto": "https" };
  const asked = ask({ host: "127.0.0.1", port, method, path: url, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve).once("error", reject);
  });
  const [stored] = await Promise.all([answered, pipeline(request, asked)]);
  response.writeHead(stored.statusCode ?? 502, stored.headers);
  await pipeline(stored, response);
}

/** Words: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
function refusalOf(
  { headers, method = "", url = "" }: IncomingMessage,
  { inventory, accessTokens }: GcsOptions,
): Refusal | undefined {
  const member = accessTokens.bearer(headers.authorization);
  if (member === undefined) return { status: 401, message: "Invalid Credentials", reason: "authError" };
  const asked = storageRequest(method, url);
  if (!asked) {
    const message = `${method} ${url} is not known to this simulation (simulator/gcp/storageAccess.ts)`;
    return { status: 501, message, reason: "notImplemented" };
  }
  if (!inventory.list("gcp:storage/bucket:Bucket").some(({ id }) => id === asked.bucket)) {
    return { status: 404, message: "The specified bucket does not exist.", reason: "notFound" };
  }
  return hasPermission(inventory, member, asked)
    ? undefined
    : { status: 403, message: withoutPermission(member, asked), reason: "forbidden" };
}
