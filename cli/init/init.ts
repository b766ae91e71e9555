/** The whole of `platform init`: what is asked, shown, made. Run again, it finds what is there and goes on. */
import type { PlatformConfig } from "../../components/config/types";
import { formatPath } from "../../components/config/keys";
import { project } from "../project";
import { asPart } from "../rehearse/stackFile";
import { makeAll, type Piece, planTable, survey } from "./piece";
import type { Asker } from "./prompts";
import { folderPiece, loginPiece, requirePulumi, type Session, setSecret, stackPiece } from "./pulumi";
import { ask, type Given } from "./questions";
import { InitError } from "./run";
import { type Changes, listed, StackFile } from "./stackFile";
import { chooseState, type State } from "./state";
import { knownBackend } from "./usedBackend";
import { farewell, places, summary } from "./words";

export interface InitOptions extends Given {
  stack?: string;
  backend?: string;
  secretsProvider?: string;
  /** Makes what is missing without asking. */
  yes: boolean;
  /** Shows what is missing, and makes nothing. */
  dryRun: boolean;
}

export interface Surroundings {
  /** The project's folder. */
  root: string;
  /** Undefined where nobody is to be asked. */
  asker?: Asker;
  say(line: string): void;
}

/**
 * @throws InitError before anything is made where the input is wrong, a program or a login is missing; afterwards
 *   where a cloud or Pulumi refuses
 */
export async function init(options: InitOptions, { root, asker, say }: Surroundings): Promise<void> {
  await requirePulumi();
  const stack = options.stack ?? (await asker?.text("What is the stack called?", { default: "dev" }));
  if (stack === undefined) throw new InitError("Nobody is asked, and this is missing: --stack");
  const place = { root, project: project.name, stack };
  const file = new StackFile(place);
  const changes = await ask(file, options, asker);
  const config = checked(file, changes);
  const isGiven = options.backend !== undefined || process.env["PULUMI_BACKEND_URL"] !== undefined;
  const known = await knownBackend(root, stack, isGiven);
  const state = await chooseState({ ...stateOptions(options, config, file, changes), known }, asker);
  const session: Session = { root, stack, ...state, isInteractive: asker !== undefined };
  if (state.identity) say(`\n${state.identity}`);

  const findings = await survey(pieces(file, changes, state, session));
  const missing = findings.filter(({ todo }) => todo !== undefined);
  say(`\n${planTable(findings)}\n${places(state)}\n\n${summary(config)}\n`);
  if (missing.length === 0) {
    say("Everything is there; nothing was changed.");
  } else if (options.dryRun) {
    say("A dry run: nothing was made.");
    return;
  } else {
    if (asker && !options.yes && !(await asker.confirm("Do what is to do?", true))) {
      say("Nothing was made.");
      return;
    }
    // Whatever needs the passphrase is made after the file, and a file alone needs none.
    const isSecretNext = missing.some(({ piece }) => piece.what === "stack" || piece.what === "secret");
    if (isSecretNext && state.secretsProvider === "passphrase") session.passphrase = await passphrase(asker);
    await makeAll(findings, say);
  }
  say(farewell({ stack, file: file.name, ...state, cloud: config.cloud, isNew: missing.length > 0 }));
}

/** @throws InitError with all that is wrong with what the file would be */
function checked(file: StackFile, changes: Changes): PlatformConfig {
  const result = file.check(changes);
  if (result.ok) return result.config;
  throw new InitError(`${file.name} would not be a valid configuration; nothing was made:\n${listed(result.problems)}`);
}

function stateOptions(given: InitOptions, { cloud, region }: PlatformConfig, file: StackFile, changes: Changes) {
  const { backend, secretsProvider } = given;
  const googleProject = changes.others["gcp:project"] ?? file.get(["gcp:project"]);
  const before = file.secretsProvider;
  return {
    cloud,
    region,
    ...(typeof googleProject === "string" ? { project: googleProject } : {}),
    ...(backend === undefined ? {} : { backend }),
    ...(secretsProvider === undefined ? {} : { secretsProvider }),
    ...(before === undefined ? {} : { before }),
  };
}

function pieces(file: StackFile, changes: Changes, state: State, session: Session): Piece[] {
  const folder = folderPiece(session);
  const backend = state.pieces.at(-1) ?? folder;
  const login = loginPiece(session, backend);
  // Pulumi Cloud answers nobody who is not logged in; a bucket asks for no login of Pulumi's.
  const stack = stackPiece(session, state.backend.startsWith("https://") ? login : (backend ?? login));
  const secrets = changes.secrets.map((setting): Piece => ({
    what: "secret",
    name: formatPath(setting.path.map(asPart)),
    action: "set, encrypted",
    find: async () => false,
    make: () => setSecret(session, setting),
  }));
  return [
    ...state.pieces,
    ...(folder ? [folder] : []),
    filePiece(file, changes),
    login,
    stack,
    ...secrets,
    // Pulumi has written to the file by then: it is read anew.
    ...(changes.beside.length > 0
      ? [filePiece(() => new StackFile(file.options), { ...changes, set: changes.beside, others: {} })]
      : []),
  ];
}

/** @param file opened anew each time where Pulumi writes to it too */
function filePiece(file: StackFile | (() => StackFile), changes: Changes): Piece {
  const open = () => (file instanceof StackFile ? file : file());
  const { name, exists } = open();
  const differences = open().differences(changes);
  return {
    what: "stack file",
    name: [name, ...differences].join("\n  "),
    action: exists || !(file instanceof StackFile) ? "change" : "write",
    find: async () => exists && differences.length === 0,
    make: async () => open().write(changes),
  };
}

async function passphrase(asker: Asker | undefined): Promise<string | undefined> {
  const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (phrase !== undefined || file !== undefined) return undefined;
  if (!asker) {
    throw new InitError(
      "The stack's secrets are encrypted with a passphrase, and there is none: set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it",
    );
  }
  const first = await asker.secret("A passphrase for the stack's secrets");
  if ((await asker.secret("The same again")) === first) return first;
  throw new InitError("These are two different passphrases; nothing was made.");
}
