/**
 * The Git host of a rehearsal: a scratch repository with the gitops folder's present content, served under the address
 * that the stack's configuration names, so that Argo CD clones it from there and a push is a commit away.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { areFree, freePorts } from "../controlplane/ports";
import { EndpointProxy } from "../controlplane/proxy";
import { ensureCertificate } from "./certificate";
import { GitServer } from "./server";
import { ScratchRepository, type Source } from "./scratch";

export type { Source } from "./scratch";
export { SourceError } from "./source";

export interface GitPush {
  /** The branch's commit before and after. */
  before: string;
  after: string;
  /** Paths that differ. */
  changed: string[];
}

export interface ServeGitOptions {
  source: Source;
  /** Address of the repository as the stack has it (`gitops.repository`). */
  repository: string;
  /** Branch that Argo CD follows (`gitops.revision`). */
  revision: string;
  /** Folder that the root Application points at (`gitops.path`): tells where in the repository the source's content lies. */
  path: string;
  /** Called with each push to the branch, by whomever: where a Git host sends its webhooks. */
  onPush?(push: GitPush): Promise<void>;
  /** Holds the scratch repository, the host's certificate and its ports: the same folder means the same host again. */
  directory: string;
}

export interface GitRemote {
  /** Plain address on this machine, for clones and pushes of whoever can't be told of the proxy: `http://127.0.0.1:41234/repository.git`. */
  url: string;
  /** True where Git clients reach the stack's own address through `network`; false for SSH addresses, which have no proxy. */
  mapped: boolean;
  /** What a Git client needs to find the stack's own address on this machine. */
  network: { proxy: string; certificates: Record<string, string> };
  /** The commit that is served. */
  revision(): Promise<string>;
  /**
   * Commits a change.
   * @param change edits the files of the checked-out repository; gets its folder.
   * @returns the new commit.
   */
  push(message: string, change: (folder: string) => void | Promise<void>): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Serves a folder or a copy of another repository.
 *
 * @throws SourceError where the source does not hold `path`.
 */
export async function serveGit(options: ServeGitOptions): Promise<GitRemote> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const scratch = new ScratchRepository(join(options.directory, "repository"), options.revision);
  await scratch.take(options.source, options.path);

  const host = httpsHost(options.repository);
  const ports = await keptPorts(join(options.directory, "ports.json"), 3);
  let head = await scratch.head();
  const pushed = async (): Promise<void> => {
    const [before, after] = [head, await scratch.head()];
    head = after;
    if (before !== after) await options.onPush?.({ before, after, changed: await scratch.changed(before, after) });
  };
  const server = new GitServer(scratch.gitDirectory, pushed);
  const proxy = new EndpointProxy();
  await server.listen(ports[0]);
  const certificates: Record<string, string> = {};
  if (host !== undefined) {
    const certificate = await ensureCertificate(join(options.directory, "tls"), host);
    await server.listen(ports[1], certificate);
    proxy.map(host, ports[1]);
    certificates[host] = certificate.certificate;
  }
  await proxy.listen(ports[2]);

  return {
    url: `http://127.0.0.1:${ports[0]}/repository.git`,
    mapped: host !== undefined,
    network: { proxy: `http://127.0.0.1:${ports[2]}`, certificates },
    revision: () => scratch.head(),
    push: async (message, change) => {
      await change(scratch.folder);
      await scratch.commit(message);
      await pushed();
      return head;
    },
    stop: async () => {
      await Promise.all([server.close(), proxy.close()]);
    },
  };
}

/** Host of an `https://` address on the usual port; undefined for any other. */
function httpsHost(repository: string): string | undefined {
  if (!URL.canParse(repository)) return undefined;
  const { protocol, hostname, port } = new URL(repository);
  return protocol === "https:" && port === "" ? hostname : undefined;
}

/** The ports of an earlier run while nobody else has them: what was told of the addresses stays true. */
async function keptPorts(file: string, count: 3): Promise<[number, number, number]> {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as number[]) : [];
  const ports = kept.length === count && (await areFree(kept)) ? kept : await freePorts(count);
  writeFileSync(file, JSON.stringify(ports));
  return ports as [number, number, number];
}
