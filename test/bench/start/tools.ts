/** Finds or builds the programs and files that a rehearsal needs, in the caches that the environment names. */
import { ensureCrds, ensureTools } from "../../../cli/tools";

async function main(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  await ensureTools(say);
  await ensureCrds(say);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
