/** Programs that are installed already. */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Program } from "./programs";

/**
 * The first program on PATH with the name, if its version does; a later one is never run by anybody. None for a program
 * that is built with patches.
 */
export async function findInstalled(program: Program): Promise<string | undefined> {
  const path = program.patches ? undefined : findOnPath(program.installed.name);
  if (path === undefined) return undefined;
  const version = await versionOf(path, program);
  if (version === undefined) return undefined;
  const accepts = program.accepts ?? ((found: string) => found === program.version);
  return accepts(version) ? path : undefined;
}

/** What a program says its version is; undefined where it fails or says something else. */
export async function versionOf(path: string, { installed }: Program): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, installed.arguments, { timeout: 20_000 });
    return installed.pattern.exec(`${stdout}\n${stderr}`)?.[1];
  } catch {
    return undefined;
  }
}

export function findOnPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
