/**
 * Sealed secrets of a rehearsal. What is sealed in the gitops folder is for keys that no rehearsal has: a copy of the folder
 * is sealed anew, for the key of the rehearsed stack.
 */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealingPair } from "../../components/sealing/certificate";
import { copyFolder, prefixOf } from "../../simulator/git/source";
import { reseal } from "../reseal/reseal";
import { setPath, type StackConfiguration, type StackValues } from "./stackFile";

interface Gitops {
  sealingKeys?: { privateKey: string }[];
}

/**
 * The configuration with a key for sealed secrets: the stack's own keys where it has some (made up, as all secrets of a
 * rehearsed stack are), else a new one, the same for all runs of a rehearsal.
 *
 * @param directory the rehearsal's.
 */
export function withSealingKey(configuration: StackConfiguration, directory: string): StackConfiguration {
  const values: StackValues = { ...configuration.values };
  const gitops = values["gitops"] as Gitops;
  if (gitops.sealingKeys !== undefined && gitops.sealingKeys.length > 0) return configuration;
  const path = ["gitops", "sealingKeys", "0", "privateKey"];
  setPath(values, path, ownKey(join(directory, "sealing.key")));
  return { ...configuration, values, secrets: [...configuration.secrets, path] };
}

function ownKey(file: string): string {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  return readFileSync(file, "utf8");
}

/**
 * Copies a gitops folder and seals the copy's secrets for the last of the stack's keys, the one that the controller seals
 * with too.
 *
 * @param directory the rehearsal's.
 * @param path of the root Application, which the folder must have.
 * @returns the copy's folder.
 */
export async function sealedCopy(
  folder: string,
  { values }: StackConfiguration,
  { directory, path, kubeseal }: { directory: string; path: string; kubeseal: string },
): Promise<string> {
  // Before anything is copied: its message names the user's folder.
  prefixOf(folder, path);
  const keys = (values["gitops"] as Gitops).sealingKeys ?? [];
  const pair = await sealingPair(keys.at(-1)?.privateKey ?? "", keys.length - 1);
  const certificate = join(directory, "sealing.crt");
  writeFileSync(certificate, pair.certificate);
  const copy = join(directory, "gitops");
  rmSync(copy, { recursive: true, force: true });
  await copyFolder(folder, copy);
  await reseal(copy, { kubeseal, certificate });
  return copy;
}
