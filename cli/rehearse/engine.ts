/** The real Pulumi engine on a rehearsal: its own home, state and secrets, the simulated clouds' providers attached. */
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import {
  LocalWorkspace,
  PulumiCommand,
  type ProjectSettings,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { endsWithUs } from "../../simulator/processes";

export interface EngineOptions {
  /** Holds Pulumi's home, state and the stack's settings. */
  directory: string;
  /** The `pulumi` program. */
  pulumi: string;
  project: string;
  /** `config` of Pulumi.yaml: types that the engine checks. */
  projectConfig: ProjectSettings["config"];
  stack: string;
  program: PulumiFn;
  /** Ports of the simulated providers by package name. */
  providers: Record<string, number>;
  environment: Record<string, string>;
}

/** Opens the rehearsed stack, making it where it is new. */
export async function openStack(options: EngineOptions): Promise<Stack> {
  const [home, work, state, bin] = ["home", "work", "state", "bin"].map((name) => join(options.directory, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const directory of [home, work, state, bin]) mkdirSync(directory, { recursive: true });
  // The Automation API does not tell the engine's process id; without it a hanging or orphaned one could not be ended.
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh\necho "$$ $1" >> '${pidFile(options.directory)}'\nexec ${endsWithUs.join(" ")} '${options.pulumi}' "$@"\n`,
    { mode: 0o755 },
  );
  return LocalWorkspace.createOrSelectStack(
    { stackName: options.stack, projectName: options.project, program: failing(options.program) },
    {
      workDir: work,
      pulumiHome: home,
      pulumiCommand: await PulumiCommand.get({ root: options.directory, skipVersionCheck: true }),
      projectSettings: {
        name: options.project,
        runtime: "nodejs",
        // A second file with metadata, beside each one, is not written in one go: half of it makes the state unreadable.
        backend: { url: `file://${state}?metadata=skip` },
        config: options.projectConfig,
      },
      envVars: {
        ...options.environment,
        // The state is thrown away with the rehearsal, and every secret in it is made up.
        PULUMI_CONFIG_PASSPHRASE: "rehearsal",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_DEBUG_PROVIDERS: Object.entries(options.providers)
          .map(([name, port]) => `${name}:${port}`)
          .join(","),
      },
    },
  );
}

/**
 * The program, which fails when its connection to the engine does. The Automation API takes such an error for the end of
 * the engine and the program for done (`isGrpcError` in its server.js): an engine that lives would then delete everything
 * that the program had not come to.
 */
export function failing(program: PulumiFn): PulumiFn {
  return async () => {
    try {
      return await program();
    } catch (error) {
      const { code, details } = error as { code?: unknown; details?: unknown };
      if (code !== grpc.status.UNAVAILABLE && code !== grpc.status.CANCELLED) throw error;
      throw new Error(`the engine did not answer: ${String(details)}`, { cause: error });
    }
  };
}

/**
 * Ends the engines of this rehearsal at once, this run's or a killed one's, as a crash would.
 * @param command only those that run this one: a crash that is asked for of `up` is not for what takes it up.
 */
export function killEngines(directory: string, command?: "up"): void {
  const file = pidFile(directory);
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const [pid, running] = line.split(" ");
    if ((command === undefined || running === command) && isPulumi(Number(pid))) process.kill(Number(pid), "SIGKILL");
  }
  if (command === undefined) rmSync(file);
}

function pidFile(directory: string): string {
  return join(directory, "engine.pids");
}

/** Ids are used again: only a process that is Pulumi still is one of ours. */
function isPulumi(pid: number): boolean {
  try {
    return /(^|\/)pulumi[^/]*$/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}
