/** S3 of one region: versitygw over a folder, in which every folder is a bucket and every file an object. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../controlplane/ports";
import { type AuthorityFiles, issueServerCertificate } from "../controlplane/certificates";
import type { Processes } from "../processes";
import { listens } from "./listens";

/** What whoever asks signs with. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3Options {
  /** `eu-west-1`: whoever signs for another one is refused. */
  region: string;
  /** Holds the buckets; everything in it is there again after a restart. */
  directory: string;
  /** Path of versitygw. */
  versitygw: string;
  processes: Processes;
  /** The gateway's only account, which may do everything. */
  credentials: S3Credentials;
  /** Whom clients trust; vouches for the region's host names. */
  authority: AuthorityFiles;
}

/** The region's own host; a bucket's is `<bucket>.` before it. */
export function s3Host(region: string): string {
  return `s3.${region}.amazonaws.com`;
}

/** The region whose S3 answers at a host, for the hosts of regions and buckets; undefined for all other hosts. */
export function s3Region(host: string): string | undefined {
  return /^(?:[a-z0-9][a-z0-9.-]*\.)?s3\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/.exec(host)?.[1];
}

export class S3Gateway {
  private constructor(
    /** Port on 127.0.0.1, where it speaks TLS. */
    readonly port: number,
    private readonly options: S3Options,
  ) {}

  /** @throws Error with the end of the gateway's log where it does not start. */
  static async start(options: S3Options): Promise<S3Gateway> {
    const { region, directory, processes, credentials, authority, versitygw } = options;
    const host = s3Host(region);
    for (const part of ["buckets", "metadata"]) mkdirSync(join(directory, part), { recursive: true, mode: 0o700 });
    const { certificate, key } = await issueServerCertificate(authority, host, [host, `*.${host}`]);
    writeFileSync(join(directory, "server.crt"), certificate);
    writeFileSync(join(directory, "server.key"), key, { mode: 0o600 });
    const [port = 0] = await freePorts(1);
    await processes.start({
      name: processName(region),
      file: versitygw,
      arguments: ["posix", join(directory, "buckets")],
      environment: {
        ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        VGW_PORT: `127.0.0.1:${port}`,
        VGW_REGION: region,
        VGW_CERT: join(directory, "server.crt"),
        VGW_KEY: join(directory, "server.key"),
        // Buckets are parts of host names, as S3 asks of everybody but its oldest clients.
        VGW_VIRTUAL_DOMAIN: host,
        VGW_QUIET: "true",
        // Beside the objects, not in attributes of their files: not every file system has those.
        VGW_META_SIDECAR: join(directory, "metadata"),
      },
      logFile: join(directory, "s3.log"),
      ready: () => listens(port),
    });
    return new S3Gateway(port, options);
  }

  get isRunning(): boolean {
    return this.options.processes.isRunning(processName(this.options.region));
  }

  /** Makes these the buckets that there are: one that is gone takes its objects along. */
  keepBuckets(names: string[]): void {
    const buckets = join(this.options.directory, "buckets");
    const metadata = join(this.options.directory, "metadata");
    for (const name of names) if (!existsSync(join(buckets, name))) mkdirSync(join(buckets, name), { mode: 0o700 });
    for (const name of readdirSync(buckets)) {
      // Names of buckets do not begin with a dot; the gateway's own folders do.
      if (names.includes(name) || name.startsWith(".")) continue;
      for (const folder of [buckets, metadata]) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function processName(region: string): string {
  return `s3/${region}`;
}
