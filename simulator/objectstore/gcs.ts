/** Google Cloud Storage: fake-gcs-server over a folder, in which every folder is a bucket and every file an object. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../controlplane/ports";
import { type AuthorityFiles, issueServerCertificate } from "../controlplane/certificates";
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
}

const processName = "gcs";

/** It takes every token: who gets one is decided where tokens are given out. */
export class GcsServer {
  private constructor(
    /** Port on 127.0.0.1, where it speaks TLS. */
    readonly port: number,
    private readonly options: GcsOptions,
  ) {}

  /** @throws Error with the end of the server's log where it does not start. */
  static async start(options: GcsOptions): Promise<GcsServer> {
    const { directory, processes, authority, server } = options;
    mkdirSync(join(directory, "buckets"), { recursive: true, mode: 0o700 });
    const { certificate, key } = await issueServerCertificate(authority, gcsHost, [gcsHost, `*.${gcsHost}`]);
    const [certificateFile, keyFile] = [join(directory, "server.crt"), join(directory, "server.key")];
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key, { mode: 0o600 });
    const [port = 0] = await freePorts(1);
    await processes.start({
      name: processName,
      file: server,
      arguments: [
        "-backend=filesystem",
        `-filesystem-root=${join(directory, "buckets")}`,
        "-scheme=https",
        "-host=127.0.0.1",
        `-port=${port}`,
        `-public-host=${gcsHost}`,
        `-external-url=https://${gcsHost}`,
        `-cert-location=${certificateFile}`,
        `-private-key-location=${keyFile}`,
        "-log-level=warn",
      ],
      logFile: join(directory, "gcs.log"),
      ready: () => listens(port),
    });
    return new GcsServer(port, options);
  }

  get isRunning(): boolean {
    return this.options.processes.isRunning(processName);
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
