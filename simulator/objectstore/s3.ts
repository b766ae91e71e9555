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
  /** Whoever signs for another region is refused. One gateway knows one domain, and several may have the same folder. */
  place: S3Place;
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

/** Where a region's S3 answers: at the domain itself, and for each bucket at `<bucket>.` before it. */
export interface S3Place {
  region: string;
  /** `s3.eu-west-1.amazonaws.com`, or with `dualstack.`, by IPv6 too: Kopia asks there. */
  domain: string;
}

/** What answers at a host, for the hosts of regions and buckets; undefined for all other hosts. */
export function s3Place(host: string): S3Place | undefined {
  const found = /^(?:[a-z0-9][a-z0-9.-]*\.)?(s3\.(?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com)$/.exec(
    host,
  );
  return found?.[1] && found[2] ? { domain: found[1], region: found[2] } : undefined;
}

export class S3Gateway {
  private constructor(
    /** Port on 127.0.0.1, where it speaks TLS. */
    readonly port: number,
    private readonly options: S3Options,
  ) {}

  /** @throws Error with the end of the gateway's log where it does not start. */
  static async start(options: S3Options): Promise<S3Gateway> {
    const { place, directory, processes, credentials, authority, versitygw } = options;
    const { region, domain } = place;
    for (const part of ["buckets", "metadata"]) mkdirSync(join(directory, part), { recursive: true, mode: 0o700 });
    const { certificate, key } = await issueServerCertificate(authority, domain, [domain, `*.${domain}`]);
    const [certificateFile, keyFile] = ["crt", "key"].map((kind) => join(directory, `${domain}.${kind}`)) as [
      string,
      string,
    ];
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key, { mode: 0o600 });
    const [port = 0] = await freePorts(1);
    await processes.start({
      name: processName(place),
      file: versitygw,
      arguments: ["posix", join(directory, "buckets")],
      environment: {
        ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        VGW_PORT: `127.0.0.1:${port}`,
        VGW_REGION: region,
        VGW_CERT: certificateFile,
        VGW_KEY: keyFile,
        // Buckets are parts of host names, as S3 asks of everybody but its oldest clients.
        VGW_VIRTUAL_DOMAIN: domain,
        VGW_QUIET: "true",
        // Beside the objects, not in attributes of their files: not every file system has those.
        VGW_META_SIDECAR: join(directory, "metadata"),
      },
      logFile: join(directory, `${domain}.log`),
      ready: () => listens(port),
    });
    return new S3Gateway(port, options);
  }

  get isRunning(): boolean {
    return this.options.processes.isRunning(processName(this.options.place));
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

function processName({ domain }: S3Place): string {
  return `s3/${domain}`;
}
