/** Where a stack's state is kept and what encrypts its secrets: what was asked for, or what the cloud is best served by. */
import type { Cloud } from "../../components/config/types";
import { awsHome } from "./aws";
import { azureHome } from "./azure";
import { backendProblem } from "./backendAddress";
import { googleHome } from "./google";
import type { StateHome } from "./home";
import type { Piece } from "./piece";
import type { Asker, Choice } from "./prompts";
import { pulumiCloud } from "./pulumi";
import { InitError } from "./run";
import type { Known } from "./usedBackend";

export interface StateOptions {
  cloud: Cloud;
  region: string;
  /** Google's project. */
  project?: string;
  /** `bucket`, `pulumi`, or a URL that `pulumi login` takes. */
  backend?: string;
  /** Where the project's stacks are already. */
  known?: Known;
  /** A URL that Pulumi takes as a secrets provider, or `passphrase`. */
  secretsProvider?: string;
  /** How the stack's file says that its secrets are encrypted. */
  before?: string;
}

export interface State {
  backend: string;
  secretsProvider: string;
  /** In the cloud, in the order in which they are made. */
  pieces: Piece[];
  /** Whose account they are in; unset where nothing is in any. */
  identity?: string;
}

/**
 * @param asker undefined where nobody is to be asked: where the project's stacks are then, else a bucket, or this machine
 *   for a cluster that is on it
 * @throws InitError where the environment says otherwise, or nobody is logged in to the cloud
 */
export async function chooseState(options: StateOptions, asker: Asker | undefined): Promise<State> {
  const { known = {} } = options;
  const chosen =
    options.backend ??
    process.env["PULUMI_BACKEND_URL"] ??
    known.fixed ??
    (await askBackend(options.cloud, known.used, asker));
  const url = chosen === "pulumi" ? pulumiCloud : chosen;
  const wanted = options.secretsProvider ?? options.before ?? standardProvider(url, options.cloud);
  // One that the file names may be the key that is made here: only the cloud can tell.
  const home = url === "bucket" || wanted === "key" || options.before ? await homeOf(options) : undefined;
  const backend = url === "bucket" ? required(home).bucket.url : url;
  const secretsProvider = wanted === "key" ? required(home).key.url : wanted;
  checkEnvironment(backend);
  checkProject(backend, known.fixed);
  const pieces = [
    ...(home && backend === home.bucket.url ? home.bucket.pieces : []),
    ...(home && secretsProvider === home.key.url ? home.key.pieces : []),
  ];
  return {
    backend,
    secretsProvider,
    // A bucket and a key may stand on the same things.
    pieces: unique(pieces),
    ...(home && pieces.length > 0 ? { identity: home.identity } : {}),
  };
}

async function askBackend(cloud: Cloud, used: string | undefined, asker: Asker | undefined): Promise<string> {
  const standard = used ?? (cloud === "local" ? "file://~" : "bucket");
  if (!asker) return standard;
  const bucket = { aws: "in your AWS account", azure: "in your Azure subscription", gcp: "in your Google project" };
  const choices: Choice<string>[] = [
    ...(used === undefined ? [] : [{ value: used, name: `Where this project has stacks already: ${used}` }]),
    ...(cloud === "local"
      ? []
      : [{ value: "bucket", name: `A bucket ${bucket[cloud]}, made here where it is missing` }]),
    { value: "pulumi", name: "Pulumi Cloud" },
    { value: "other", name: "Another bucket, or a folder: s3://…, azblob://…, gs://…, file://…" },
    { value: "file://~", name: "This machine, for you alone: to try things out" },
  ];
  const answer = await asker.choose("Where is the state kept?", choices, standard);
  if (answer !== "other") return answer;
  return asker.text("Its address, as pulumi login takes it", { validate: backendProblem });
}

function standardProvider(url: string, cloud: Cloud): string {
  // Pulumi Cloud has a key for every stack.
  if (url.startsWith("https://")) return "default";
  return cloud === "local" || url.startsWith("file://") ? "passphrase" : "key";
}

async function homeOf({ cloud, region, project }: StateOptions): Promise<StateHome | undefined> {
  switch (cloud) {
    case "aws":
      return awsHome(region);
    case "azure":
      return azureHome(region);
    case "gcp":
      return googleHome(project ?? "", region);
    case "local":
      return undefined;
  }
}

function required(home: StateHome | undefined): StateHome {
  if (home) return home;
  throw new InitError("--backend bucket: a stack on local has no cloud to keep a bucket in; name one by its address");
}

/** Pulumi goes by the project's file whatever it is logged in to, unless the variable says otherwise. */
function checkProject(backend: string, fixed: string | undefined): void {
  if (fixed === undefined || fixed === backend || process.env["PULUMI_BACKEND_URL"] !== undefined) return;
  throw new InitError(
    `Pulumi.yaml has backend.url ${fixed}, and the state goes to ${backend}: take backend.url out of it, or leave --backend out`,
  );
}

/** Pulumi goes by the variable whatever it is logged in to: the user's next command would not find the stack. */
function checkEnvironment(backend: string): void {
  const set = process.env["PULUMI_BACKEND_URL"];
  if (set === undefined || set === backend) return;
  throw new InitError(
    `PULUMI_BACKEND_URL is ${set} in your environment, and the state goes to ${backend}: unset it, or take --backend ${set}`,
  );
}

function unique(pieces: Piece[]): Piece[] {
  const key = ({ what, name }: Piece) => `${what} ${name}`;
  return pieces.filter((piece, index) => pieces.findIndex((other) => key(other) === key(piece)) === index);
}
