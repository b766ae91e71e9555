/**
 * Finds or builds the programs that contract and rehearsal tests run, before the first of them: on a new machine that
 * takes longer than any test may, and both cores.
 */
import { ensureCrds, ensureTools, programNames, type ProgramName } from "../cli/tools";

/** For rehearsals of migrations: no test runs them yet, and they take many minutes to build. */
const unused: ProgramName[] = ["prometheus", "promtool"];

export async function setup(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await ensureTools(
    say,
    programNames.filter((name) => !unused.includes(name)),
  );
  await ensureCrds(say);
}
