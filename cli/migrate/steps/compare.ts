/** Whether a restore has brought what its backup has: by the files' bytes, which both sides' agents have counted. */
import type { Outcome, VolumeOutcome } from "../../velero/outcome";
import { StepError } from "../migration";

/** @throws StepError that names each volume of which something is missing. */
export function assertWhole(backup: Pick<Outcome, "volumes">, restored: Pick<Outcome, "volumes">): void {
  const there = new Map(restored.volumes.map((one) => [keyOf(one), one.bytes]));
  const wrong = backup.volumes.filter((one) => there.get(keyOf(one)) !== one.bytes);
  if (wrong.length === 0) return;
  throw new StepError(
    [
      "The target does not have what the backup has:",
      ...wrong.map((one) => `  ${keyOf(one)}: ${there.get(keyOf(one)) ?? "nothing"} of ${one.bytes} bytes`),
    ].join("\n"),
  );
}

function keyOf({ namespace, pod, volume }: VolumeOutcome): string {
  return `${namespace}/${pod}, volume ${volume}`;
}
