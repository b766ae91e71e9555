/** Runs the clouds' and Pulumi's own command lines, with the login that their user has. */
import { execa } from "execa";

/** What the user reads in place of a stack trace: what cannot be, and what to do. */
export class InitError extends Error {}

/** A command that ended with an error, in the program's own words. */
export class CommandFailed extends InitError {
  constructor(
    command: string,
    readonly output: string,
  ) {
    super(`${command}\nfailed: ${output || "it said nothing"}`);
  }
}

export interface RunOptions {
  /** Given to the program on its standard input: the only way in for a secret. */
  input?: string;
  /** Beside those of the process; one that is undefined is taken away. */
  env?: Record<string, string | undefined>;
  /** Lets the program talk to the user itself. */
  attached?: boolean;
}

/** One command line, such as `aws`. */
export class Program {
  /**
   * @param name as it is called on PATH
   * @param install page that tells how to install it
   * @param env variables that every call gets
   */
  constructor(
    readonly name: string,
    private readonly install: string,
    private readonly env: Record<string, string | undefined> = {},
  ) {}

  /**
   * What it writes to its standard output.
   * @throws InitError where there is no such program; CommandFailed where it fails
   */
  async run(args: string[], { input, env, attached = false }: RunOptions = {}): Promise<string> {
    const result = await execa(this.name, args, {
      reject: false,
      stderr: attached ? "inherit" : "pipe",
      stdout: attached ? "inherit" : "pipe",
      ...(attached ? { stdin: "inherit" } : input === undefined ? { stdin: "ignore" } : { input }),
      env: { ...this.env, ...env },
    });
    if ("code" in result && result.code === "ENOENT") {
      throw new InitError(`There is no ${this.name} on the PATH. Install it: ${this.install}`);
    }
    if (result.failed) {
      throw new CommandFailed([this.name, ...args].join(" "), `${result.stderr || result.stdout || ""}`.trim());
    }
    return result.stdout ?? "";
  }

  /** What it answers in JSON; undefined where it fails with one of the words in `absent`, or answers nothing. */
  async find<Answer>(args: string[], absent: RegExp): Promise<Answer | undefined> {
    try {
      const text = await this.run(args);
      return text.trim() === "" ? undefined : (JSON.parse(text) as Answer);
    } catch (error) {
      if (error instanceof CommandFailed && absent.test(error.output)) return undefined;
      throw error;
    }
  }

  /** What it answers in JSON. */
  async json<Answer>(args: string[]): Promise<Answer> {
    return JSON.parse(await this.run(args)) as Answer;
  }

  /**
   * The same of the command that tells who is logged in.
   * @throws InitError with `hint` where nobody is
   */
  async identity<Answer>(args: string[], hint: string): Promise<Answer> {
    try {
      return await this.json<Answer>(args);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new InitError(`${this.name} is not logged in: ${hint}\n${error.output}`);
    }
  }
}

// Every command and option that is used has been given to these two programs themselves, without an account: both parse
// all of it. Fields of the answers: https://docs.aws.amazon.com/cli/latest/reference/ and
// https://learn.microsoft.com/cli/azure/reference-index (AWS CLI 1.46.3, Azure CLI 2.91.0).
export const aws = new Program(
  "aws",
  "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  // Left to itself it opens a pager where it has a terminal.
  { AWS_PAGER: "" },
);

export const az = new Program("az", "https://learn.microsoft.com/cli/azure/install-azure-cli", {
  AZURE_CORE_ONLY_SHOW_ERRORS: "true",
});

// Commands, options and fields: https://cloud.google.com/sdk/gcloud/reference (and the SDK's own lib/surface/).
export const gcloud = new Program("gcloud", "https://cloud.google.com/sdk/docs/install", {
  CLOUDSDK_CORE_DISABLE_PROMPTS: "1",
});
