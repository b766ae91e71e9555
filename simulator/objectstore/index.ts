/**
 * The object stores of the simulated clouds, as pods of every cluster reach them: by the clouds' own host names, with TLS.
 * A bucket of the inventory is a folder of the region that it is in.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudRecord, Inventory } from "../cloud/behaviour";
import { type AuthorityFiles, ensureAuthority } from "../controlplane/certificates";
import { AccessTokens } from "../gcp/accessTokens";
import { endRecorded, Processes } from "../processes";
import { gcsHost, GcsServer } from "./gcs";
import { type S3Credentials, S3Gateway, type S3Place, s3Place } from "./s3";

export interface ObjectStoresOptions {
  /** Has everything that must outlive the program; one `ObjectStores` at a time. */
  directory: string;
  /** Paths of the programs. */
  tools: { versitygw: string; "fake-gcs-server": string };
  inventory: Pick<Inventory, "list">;
  log: (line: string) => void;
}

interface Store extends Pick<S3Gateway, "port" | "isRunning" | "keepBuckets"> {
  /** Ends what is no process. */
  stop?(): Promise<void>;
}

export class ObjectStores {
  /** By what they are for: a region of S3, or `gcs`. */
  private readonly running = new Map<string, Promise<Store>>();

  private constructor(
    private readonly options: ObjectStoresOptions,
    private readonly processes: Processes,
    /** Paths of the authority that vouches for the clouds' hosts. */
    readonly authority: AuthorityFiles,
    /** What the S3 of every region takes. */
    readonly s3Credentials: S3Credentials,
    /** What Google's store knows its callers by. */
    readonly accessTokens: AccessTokens,
  ) {}

  /** Takes up what an earlier run has left, objects and credentials; programs start when they are asked for. */
  static async open(options: ObjectStoresOptions): Promise<ObjectStores> {
    const { directory } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    await endRecorded(directory);
    const authority = await ensureAuthority(join(directory, "authority"), "simulated clouds");
    const credentials = kept(join(directory, "s3-credentials.json"), makeCredentials);
    const secret = kept(join(directory, "gcs-secret.json"), () => randomBytes(32).toString("base64url"));
    return new ObjectStores(options, new Processes(directory), authority, credentials, new AccessTokens(secret));
  }

  /**
   * The port of this machine that answers for a cloud's host, at port 443 there; undefined where the host is no object
   * store's.
   *
   * @param host in lower case.
   */
  async route(host: string): Promise<number | undefined> {
    const place = s3Place(host);
    if (place) {
      const buckets = this.buckets("aws:s3/bucket:Bucket").filter(({ outputs }) => outputs.region === place.region);
      return this.answering(`s3/${place.domain}`, () => this.startS3(place), buckets);
    }
    if (host === gcsHost)
      return this.answering("gcs", () => this.startGcs(), this.buckets("gcp:storage/bucket:Bucket"));
    return undefined;
  }

  /** The folder that a bucket of S3 is, in which files are objects. */
  s3Folder(region: string, bucket: string): string {
    return join(this.options.directory, "s3", region, "buckets", bucket);
  }

  /** The folder that a bucket of Google's is, in which files are objects. */
  gcsFolder(bucket: string): string {
    return join(this.options.directory, "gcs", "buckets", bucket);
  }

  /** Ends every program; what is in the buckets stays. */
  async stop(): Promise<void> {
    const stores = await Promise.allSettled(this.running.values());
    this.running.clear();
    for (const store of stores) if (store.status === "fulfilled") await store.value.stop?.();
    await this.processes.endAll();
  }

  private buckets(type: string): CloudRecord[] {
    return this.options.inventory.list(type);
  }

  private async answering(name: string, start: () => Promise<Store>, buckets: CloudRecord[]): Promise<number> {
    let starting = this.running.get(name);
    if (!starting) {
      starting = start();
      this.running.set(name, starting);
      // One that could not be started may be tried again.
      starting.catch(() => this.running.delete(name));
    }
    const store = await starting;
    if (!store.isRunning) {
      if (this.running.get(name) === starting) this.running.delete(name);
      await store.stop?.();
      return this.answering(name, start, buckets);
    }
    store.keepBuckets(buckets.map(({ id }) => id));
    return store.port;
  }

  private async startS3(place: S3Place): Promise<Store> {
    const { directory, tools, log } = this.options;
    const gateway = await S3Gateway.start({
      place,
      directory: join(directory, "s3", place.region),
      versitygw: tools.versitygw,
      processes: this.processes,
      credentials: this.s3Credentials,
      authority: this.authority,
    });
    log(`${place.domain} answers`);
    return gateway;
  }

  private async startGcs(): Promise<Store> {
    const { directory, tools, inventory, log } = this.options;
    const server = await GcsServer.start({
      directory: join(directory, "gcs"),
      server: tools["fake-gcs-server"],
      processes: this.processes,
      authority: this.authority,
      inventory,
      accessTokens: this.accessTokens,
    });
    log("Cloud Storage answers");
    return server;
  }
}

/** What was made up once, and is kept: programs that still run go on with it. */
function kept<Value>(file: string, make: () => Value): Value {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Value;
  const made = make();
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function makeCredentials(): S3Credentials {
  return {
    // `AKIA` is how the ids of keys without a session token begin: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64url"),
  };
}
