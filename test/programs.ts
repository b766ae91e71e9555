/**
 * Finds or builds the programs that contract and rehearsal tests run, before the first of them: on a new machine that
 * takes longer than any test may, and both cores.
 */
import { ensureCrds, ensureTools } from "../cli/tools";

export async function setup(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await ensureTools(say);
  await ensureCrds(say);
}
