/** Pulumi's own part of a stack's beginning: login, stack, encrypted values. */
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { formatPath } from "../../components/config/keys";
import type { Setting } from "../rehearse/options";
import { asPart } from "../rehearse/stackFile";
import type { Piece } from "./piece";
import { CommandFailed, InitError, Program } from "./run";

export const pulumiCloud = "https://api.pulumi.com";

export interface Session {
  /** The project's folder. */
  root: string;
  stack: string;
  /** `s3://…`, `file://~`, `https://api.pulumi.com` */
  backend: string;
  secretsProvider: string;
  /** Whether somebody is there whom Pulumi Cloud can ask. */
  isInteractive: boolean;
  /** Known only where it had to be asked for. */
  passphrase?: string;
}

const pulumi = new Program("pulumi", "https://www.pulumi.com/docs/install/", { PULUMI_SKIP_UPDATE_CHECK: "true" });

/** @throws InitError where there is no pulumi */
export async function requirePulumi(): Promise<void> {
  await pulumi.run(["version"]);
}

/** The folder of a backend on this machine. */
export function folderPiece({ root, backend }: Session): Piece | undefined {
  const path = /^file:\/\/(?!~)([^?]+)/.exec(backend)?.[1];
  if (path === undefined) return undefined;
  return {
    what: "folder",
    name: path,
    action: "create",
    find: async () => existsSync(resolve(root, path)),
    make: async () => void mkdirSync(resolve(root, path), { recursive: true }),
  };
}

/**
 * Where Pulumi is logged in, as `pulumi login` takes it; undefined where it is nowhere, or nothing answers any more.
 * @param root the project's folder, whose Pulumi.yaml may say
 */
export async function currentLogin(root: string): Promise<string | undefined> {
  const text = await remembered(root, ["whoami", "--json"]);
  if (text === undefined) return undefined;
  const { url } = JSON.parse(text) as { url: string };
  if (!url.startsWith("https://")) return url;
  // Pulumi Cloud, and one of your own, tell their page's address: https://app.pulumi.com/<user>.
  const { protocol, host } = new URL(url);
  return `${protocol}//${host.replace(/^app\./, "api.")}`;
}

/** The project's stacks there. */
export async function stacksThere(root: string): Promise<string[]> {
  const text = await remembered(root, ["stack", "ls", "--json"]);
  return ((text === undefined ? [] : JSON.parse(text)) as { name: string }[]).map(({ name }) => name);
}

/** What Pulumi answers by what it remembers, which the variable would win over. */
async function remembered(root: string, args: string[]): Promise<string | undefined> {
  try {
    return await pulumi.run([...args, "--non-interactive", "--cwd", root], { env: { PULUMI_BACKEND_URL: undefined } });
  } catch (error) {
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}

/** Pulumi remembers it for this user, for every project. */
export function loginPiece({ root, backend, isInteractive }: Session, needs?: Piece): Piece {
  const isCloud = backend.startsWith("https://");
  return {
    what: "login",
    name: backend.replace(/\?.*/, ""),
    action: "pulumi login",
    ...(needs ? { needs } : {}),
    find: async () => {
      const url = await currentLogin(root);
      if (url === undefined) return false;
      const same = isCloud ? url === new URL(backend).origin : url === backend;
      return same || `pulumi login (now ${url})`;
    },
    make: async () => {
      // Pulumi Cloud asks for a token, or opens a browser.
      const attached = isCloud && isInteractive && process.env["PULUMI_ACCESS_TOKEN"] === undefined;
      await pulumi.run(["login", backend, ...(attached ? [] : ["--non-interactive"]), "--cwd", root], { attached });
    },
  };
}

export function stackPiece(session: Session, needs: Piece): Piece {
  const { stack, secretsProvider } = session;
  const find = async () => {
    const text = await run(session, ["stack", "ls", "--json"]);
    return (JSON.parse(text) as { name: string; current: boolean }[]).find(({ name }) => name === stack);
  };
  return {
    what: "stack",
    name: stack,
    action: "create",
    needs,
    find: async () => {
      const found = await find();
      return found === undefined ? false : found.current ? true : "select";
    },
    make: async () => {
      const args = (await find()) ? ["select", stack] : ["init", stack, "--secrets-provider", secretsProvider];
      await run(session, ["stack", ...args]);
    },
  };
}

/** Sets a value encrypted; it goes in by standard input, where no list of processes shows it. */
export async function setSecret(session: Session, { path, value }: Setting): Promise<void> {
  const key = ["config", "set", "--secret", "--path", formatPath(path.map(asPart))];
  await run(session, [...key, "--stack", session.stack], String(value));
}

async function run(session: Session, args: string[], input?: string): Promise<string> {
  const { backend, passphrase, root } = session;
  const env = {
    PULUMI_BACKEND_URL: backend,
    ...(passphrase === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: passphrase }),
  };
  try {
    return await pulumi.run([...args, "--non-interactive", "--cwd", root], {
      env,
      ...(input === undefined ? {} : { input }),
    });
  } catch (error) {
    const hint = error instanceof CommandFailed ? hintFor(error.output, session) : undefined;
    throw hint === undefined ? error : new InitError(`${(error as Error).message}\n${hint}`);
  }
}

function hintFor(output: string, { secretsProvider }: Session): string | undefined {
  if (/incorrect passphrase/i.test(output)) return "Set the passphrase that the stack was made with.";
  if (/PermissionDenied|AccessDenied|Forbidden|403/.test(output)) {
    return secretsProvider.startsWith("gcpkms://")
      ? "Your identity needs roles/storage.objectAdmin on the bucket and roles/cloudkms.cryptoKeyEncrypterDecrypter on the key."
      : "Your identity has to read and write the state, and to encrypt and decrypt with the key.";
  }
  return undefined;
}
