/**
 * The object stores of the simulated clouds, as pods of every cluster reach them: by the clouds' own host names, with TLS.
 * A bucket of the inventory is a folder of the region that it is in.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { containersOf } from "../azure/blobAccess";
import { EntraTokens } from "../azure/entraTokens";
import { idPart } from "../azure/ids";
import type { CloudRecord, Inventory } from "../cloud/behaviour";
import { type AuthorityFiles, ensureAuthority } from "../controlplane/certificates";
import { AccessTokens } from "../gcp/accessTokens";
import { endRecorded, Processes } from "../processes";
import { blobAccount, BlobService } from "./blobs";
import { gcsHost, GcsServer } from "./gcs";
import { type S3Credentials, S3Gateway, type S3Place, s3Place } from "./s3";

export interface ObjectStoresOptions {
  /** Has everything that must outlive the program; one `ObjectStores` at a time. */
  directory: string;
  /** Paths of the programs. */
  tools: Record<"versitygw" | "fake-gcs-server" | "azurite", string>;
  inventory: Pick<Inventory, "list">;
  log: (line: string) => void;
}

interface Store extends Pick<S3Gateway, "port" | "isRunning"> {
  keepBuckets(names: string[]): void | Promise<void>;
  /** Ends what is no process. */
  stop?(): Promise<void>;
}

export class ObjectStores {
  /** By what they are for: a region of S3, `gcs`, or a storage account. */
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
    /** And Azure's. */
    readonly entraTokens: EntraTokens,
  ) {}

  /** Takes up what an earlier run has left, objects and credentials; programs start when they are asked for. */
  static async open(options: ObjectStoresOptions): Promise<ObjectStores> {
    const { directory } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    await endRecorded(directory);
    const authority = await ensureAuthority(join(directory, "authority"), "simulated clouds");
    const credentials = kept(join(directory, "s3-credentials.json"), makeCredentials);
    const secret = (name: string): string =>
      kept(join(directory, `${name}-secret.json`), () => randomBytes(32).toString("base64url"));
    const [google, azure] = [new AccessTokens(secret("gcs")), new EntraTokens(secret("entra"))];
    return new ObjectStores(options, new Processes(directory), authority, credentials, google, azure);
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
      return this.answering(`s3/${place.domain}`, () => this.startS3(place), ids(buckets));
    }
    if (host === gcsHost) {
      return this.answering("gcs", () => this.startGcs(), ids(this.buckets("gcp:storage/bucket:Bucket")));
    }
    const account = blobAccount(host);
    return account === undefined ? undefined : this.routeBlobs(account);
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

  /** An account that the cloud has not, or no longer, has no address. */
  private async routeBlobs(account: string): Promise<number | undefined> {
    const name = `blobs/${account}`;
    const directory = join(this.options.directory, "azure", account);
    if (
      !this.buckets("azure-native:storage:StorageAccount").some(({ id }) => idPart(id, "storageAccounts") === account)
    ) {
      await (await this.running.get(name))?.stop?.();
      this.running.delete(name);
      await this.processes.end(name);
      rmSync(directory, { recursive: true, force: true });
      return undefined;
    }
    const containers = containersOf(this.options.inventory, account).map((id) => idPart(id, "containers"));
    return this.answering(name, () => this.startBlobs(account, directory), containers);
  }

  private buckets(type: string): CloudRecord[] {
    return this.options.inventory.list(type);
  }

  private async answering(name: string, start: () => Promise<Store>, buckets: string[]): Promise<number> {
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
    await store.keepBuckets(buckets);
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

  private async startBlobs(account: string, directory: string): Promise<Store> {
    const { tools, inventory, log } = this.options;
    const service = await BlobService.start({
      account,
      directory,
      azurite: tools.azurite,
      processes: this.processes,
      authority: this.authority,
      inventory,
      entraTokens: this.entraTokens,
    });
    log(`blobs of ${account} answer`);
    return service;
  }
}

function ids(records: CloudRecord[]): string[] {
  return records.map(({ id }) => id);
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
