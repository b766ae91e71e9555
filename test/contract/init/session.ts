/** `platform init` as its user runs it, in a folder of its own, with fake command lines of clouds and Pulumi on PATH. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import { initCommand } from "../../../cli/init/command";
import { init, type InitOptions } from "../../../cli/init/init";
import type { Asker } from "../../../cli/init/prompts";
import { repository } from "../../../cli/project";

export type Cloud = Record<string, unknown>;

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

export class Session {
  readonly folder = mkdtempSync(join(tmpdir(), "init-test-"));
  readonly root = join(this.folder, "project");

  /** @param programs which fake ones are there; no real one of a cloud is */
  constructor(programs = ["aws", "az", "gcloud", "pulumi"]) {
    const bin = join(this.folder, "bin");
    for (const folder of [this.root, bin]) mkdirSync(folder);
    for (const program of programs) symlinkSync(join(__dirname, "fakes", `${program}.mjs`), join(bin, program));
    // For the fakes' own interpreter.
    symlinkSync(process.execPath, join(bin, "node"));
    symlinkSync("/usr/bin/env", join(bin, "env"));
    cpSync(join(repository, "Pulumi.yaml"), join(this.root, "Pulumi.yaml"));
    for (const name of Object.keys(process.env).filter((name) => /^(PULUMI_|AWS_|FAKE_)/.test(name)))
      vi.stubEnv(name, undefined);
    vi.stubEnv("PATH", bin);
    vi.stubEnv("FAKE_CLOUD", this.folder);
  }

  end(): void {
    vi.unstubAllEnvs();
    rmSync(this.folder, { recursive: true });
  }

  /** Puts a real program beside the fakes. */
  add(program: string): void {
    vi.stubEnv("PATH", `${process.env["PATH"]}:${dirname(program)}`);
  }

  get cloud(): Cloud {
    const file = join(this.folder, "cloud.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Cloud) : {};
  }

  set cloud(cloud: Cloud) {
    writeFileSync(join(this.folder, "cloud.json"), JSON.stringify(cloud));
  }

  /** Every command so far, a line each. */
  get calls(): string {
    const file = join(this.folder, "calls");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  file(stack: string): string {
    return readFileSync(join(this.root, `Pulumi.${stack}.yaml`), "utf8");
  }

  write(stack: string, text: string): void {
    writeFileSync(join(this.root, `Pulumi.${stack}.yaml`), text);
  }

  /** The command with these arguments, where nobody can be asked. */
  async run(...args: string[]): Promise<Outcome> {
    const written = { out: "", err: "" };
    const collect = (stream: "out" | "err") => (text: unknown) => {
      written[stream] += String(text);
      return true;
    };
    const spies = [
      vi.spyOn(process.stdout, "write").mockImplementation(collect("out")),
      vi.spyOn(process.stderr, "write").mockImplementation(collect("err")),
    ];
    const exitCode = process.exitCode;
    try {
      process.exitCode = 0;
      const command = initCommand(this.root).exitOverride((error) => {
        process.exitCode = 2;
        throw error;
      });
      await command.parseAsync(args, { from: "user" }).catch((error: unknown) => {
        if (!process.exitCode) throw error;
      });
      return { code: Number(process.exitCode), ...written };
    } finally {
      process.exitCode = exitCode;
      for (const spy of spies) spy.mockRestore();
    }
  }

  /** The same with somebody who answers; what they read. */
  async ask(asker: Asker, options: Partial<InitOptions> = {}): Promise<string> {
    const lines: string[] = [];
    await init(
      { yes: false, dryRun: false, ...options },
      { root: this.root, asker, say: (line) => void lines.push(line) },
    );
    return lines.join("\n");
  }
}

/** Answers by a piece of the question; what is not among them gets the default. Collects the questions. */
export function answering(answers: Record<string, string | boolean>, asked: string[] = []): Asker {
  const find = (message: string) => {
    asked.push(message);
    return Object.entries(answers).find(([part]) => message.includes(part))?.[1];
  };
  return {
    text: async (message, { default: standard, validate }) => {
      const text = String(find(message) ?? standard ?? "");
      const problem = validate?.(text);
      if (problem !== undefined) throw new Error(`${message} ${text} ${problem}`);
      return text;
    },
    choose: async (message, choices, standard) => {
      const value = (find(message) ?? standard ?? choices[0]?.value) as (typeof choices)[number]["value"];
      if (!choices.some((choice) => choice.value === value)) throw new Error(`${message}: no choice ${value}`);
      return value;
    },
    confirm: async (message, standard) => (find(message) as boolean | undefined) ?? standard,
    secret: async (message) => String(find(message)),
  };
}
