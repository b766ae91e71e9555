/**
 * What a user has: a checkout of this repository, Pulumi's command line with its language host on the PATH, a backend.
 * The clouds behind it are simulated.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { project, repository } from "../../../cli/project";
import type { StackConfiguration } from "../../../cli/rehearse/stackFile";
import type { Session } from "../session";

export interface Outcome {
  code: number | null;
  /** Both streams, as they came. */
  output: string;
}

export class Checkout {
  /** The repository's copy: Pulumi writes into a stack's file. */
  readonly folder: string;
  private readonly root = mkdtempSync(join(tmpdir(), "checkout-"));
  private readonly environment: NodeJS.ProcessEnv;

  constructor({ rehearsal }: Session) {
    const { clouds, tools } = rehearsal;
    if (!clouds || !tools) throw new Error("the session is not open");
    this.folder = join(this.root, project.name);
    cpSync(repository, this.folder, {
      recursive: true,
      filter: (source) => ![".git", "node_modules"].includes(relative(repository, source)),
    });
    symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
    const [bin, state] = ["bin", "state"].map((name) => join(this.root, name)) as [string, string];
    for (const directory of [bin, state]) mkdirSync(directory);
    const tsx = pathToFileURL(createRequire(__filename).resolve("tsx")).href;
    writeFileSync(
      join(bin, "pulumi-language-nodejs"),
      `#!/bin/sh\nexec '${process.execPath}' --import '${tsx}' '${join(__dirname, "host.ts")}' "$@"\n`,
      { mode: 0o755 },
    );
    this.environment = {
      ...process.env,
      ...clouds.environment,
      PATH: [bin, dirname(tools.pulumi), clouds.environment["PATH"] ?? process.env["PATH"]].join(delimiter),
      PULUMI_HOME: join(this.root, "home"),
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "of this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_PROVIDERS: Object.entries(clouds.providers)
        .map(([name, port]) => `${name}:${port}`)
        .join(","),
    };
  }

  writeStack(name: string, { values }: StackConfiguration): void {
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`${project.name}:${key}`, value]));
    writeFileSync(join(this.folder, `Pulumi.${name}.yaml`), stringify({ config }));
  }

  run(program: string, ...args: string[]): Promise<Outcome> {
    return this.start(program, ...args).ended;
  }

  start(program: string, ...args: string[]): Running {
    // In a group of its own, so that it can be killed with everything it has started.
    return new Running(spawn(program, args, { cwd: this.folder, env: this.environment, detached: true }));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export class Running {
  readonly ended: Promise<Outcome>;
  output = "";

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (this.output += String(data)));
    this.ended = once(child, "close").then(([code]) => ({ code: code as number | null, output: this.output }));
  }

  hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** As a lost connection or a closed laptop would: nothing gets to tidy up. */
  async kill(): Promise<void> {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, "SIGKILL");
    await this.ended;
  }
}
