/** `platform init`: from a fresh checkout to a stack that is ready for `pulumi up`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { repository } from "../project";
import { UsageError } from "../rehearse/options";
import type { InitOptions } from "./init";
import { InitError } from "./run";
import { backendProblem } from "./backendAddress";

/**
 * Exit codes: 0 everything is there, 1 a cloud or Pulumi refused on the way (run it again), 2 nothing was made.
 * @param root the project's folder
 */
export function initCommand(root = repository): Command {
  return new Command("init")
    .description("sets up where a stack's state is kept and what encrypts its secrets, and writes the stack's file")
    .option("--stack <name>", "the stack; its file is Pulumi.<name>.yaml", stackName)
    .addOption(new Option("--cloud <cloud>", "where the cluster runs").choices(["aws", "azure", "gcp", "local"]))
    .addOption(new Option("--environment <environment>", "what it is for").choices(["dev", "staging", "prod"]))
    .option("--region <region>", "the cloud's region; on local the kubeconfig context")
    .option("--project <id>", "on gcp: the project")
    .option("--repository <url>", "what Argo CD syncs from")
    .option("--credentials-file <file>", "a token, or a private key, that reads the repository")
    .option("--username <name>", "what goes with the token, where the Git host looks at it (default: git)")
    .option("--sealing-key <new|file>", "a key for sealed secrets, made anew or read, for a stack that has none")
    .option("--domain <name>", "a DNS zone that is there; empty for none")
    .option("--email <address>", "with a domain on azure: what the certificate authority writes to")
    .option(
      "--backend <where>",
      "state: bucket (made where it is missing), pulumi, or a URL that pulumi login takes (default: where the project has stacks)",
      backend,
    )
    .option("--secrets-provider <url>", "what encrypts secrets (default: a key of the cloud, made where it is missing)")
    .option("--yes", "ask nothing, and do it", false)
    .option("--dry-run", "ask nothing, show what would be made, and make nothing", false)
    .action(async (options: InitOptions) => run(options, root));
}

async function run(options: InitOptions, root: string): Promise<void> {
  const isAsking = !options.yes && !options.dryRun;
  if (isAsking && !process.stdin.isTTY) {
    return end("Nobody can be asked here: give --yes and the answers as options (--help tells them), or --dry-run.", 2);
  }
  // With them come the configuration's schema and the questions, which the other commands can do without.
  const { init } = await import("./init");
  const { isGivenUp, terminal } = await import("./prompts");
  const { MakingFailed } = await import("./piece");
  try {
    const say = (line: string) => void process.stdout.write(`${line}\n`);
    await init(options, { root, say, ...(isAsking ? { asker: terminal } : {}) });
  } catch (error) {
    if (isGivenUp(error)) return end("Given up; nothing was made.", 2);
    if (error instanceof MakingFailed) {
      return end(`${error.message}\nWhat has been made stays: the same command goes on from here.`, 1);
    }
    if (error instanceof InitError || error instanceof UsageError) return end(error.message, 2);
    throw error;
  }
}

function end(message: string, code: number): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}

function stackName(text: string): string {
  // https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError("a stack's name has up to 100 letters, digits and _ . -");
}

function backend(text: string): string {
  const problem = backendProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return text;
}
