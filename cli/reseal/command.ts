/** `platform reseal`: a gitops repository's secrets, new and for one's own key. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { repository } from "../project";
import { ensureTools } from "../tools";
import { reseal, ResealError } from "./reseal";

/** Exit codes: 0 done, 2 nothing has been changed. */
export function resealCommand(): Command {
  return new Command("reseal")
    .description("gives every SealedSecret of a gitops repository new random values, sealed for a certificate")
    .argument("[folder]", "the repository, or a part of it", join(repository, "gitops"))
    .requiredOption("--certificate <file>", "certificate of the key that opens them: kubeseal --fetch-cert")
    .addHelpText("after", `\n${caution}`)
    .action(async (folder: string, { certificate }: { certificate: string }) => {
      try {
        for (const [what, path] of Object.entries({ folder, "--certificate": certificate })) {
          if (!existsSync(path)) throw new ResealError(`${what} ${path}: there is no such file or folder`);
        }
        const { kubeseal } = await ensureTools((line) => void process.stderr.write(`${line}\n`), ["kubeseal"]);
        const done = await reseal(resolve(folder), { kubeseal, certificate: resolve(certificate) });
        for (const { file, secret, keys } of done) process.stdout.write(`${file}: ${secret}: ${keys.join(", ")}\n`);
        process.stdout.write(done.length > 0 ? `\n${caution}\n` : `There is no SealedSecret in ${folder}.\n`);
      } catch (error) {
        if (!(error instanceof ResealError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 2;
      }
    });
}

const caution = `The values are new, and nobody has seen them. What has been set up with the old ones, such as a database that has its
password on its volume, keeps those until somebody changes it there too.`;
