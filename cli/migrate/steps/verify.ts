/** `migrate verify`: what has been restored, compared with the source that serves; and how far back it would be. */
import { verify as compare, type Verification } from "../verify";
import { showProblems } from "../verify/show";
import type { Outcome } from "../../velero/outcome";
import { planOf, resultOf, StepError, type Work } from "../migration";

export interface Verified extends Verification {
  /** Seconds from the backup's beginning until now: what has been written since is not on the target yet. */
  recoveryPointSeconds: number;
  /** Seconds that the restore took. */
  recoveryTimeSeconds: number;
}

export const verify: Work = async ({ journal, stacks, timeoutSeconds }, say): Promise<Verified> => {
  const source = await (await stacks.source()).connect();
  const target = await (await stacks.target()).connect();
  const request = { plan: planOf(journal), source, target, timeoutSeconds, sourceServes: true };
  const verification = await compare(request, say);
  if (verification.problems.length > 0) throw new StepError(showProblems(verification.problems));
  const backup = resultOf<Outcome>(journal, "backup");
  const restored = resultOf<Outcome>(journal, "restore");
  return {
    ...verification,
    recoveryPointSeconds: secondsBetween(backup.started, new Date().toISOString()),
    recoveryTimeSeconds: secondsBetween(restored.started, restored.ended),
  };
};

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
