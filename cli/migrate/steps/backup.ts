/** `migrate backup`: everything that moves, into the source's own bucket, while the source serves. */
import { setTimeout as sleep } from "node:timers/promises";
import { VeleroError } from "../../velero/client";
import type { Work } from "../migration";
import { copyOut } from "./copy";

/**
 * Velero learns that often which kinds a cluster has (`pkg/cmd/server/server.go` of Velero 1.18). One that came just while
 * it looked is half known until then, and no backup is whole.
 */
const discoverySeconds = 5 * 60;

export const backup: Work = async (migration, say) => {
  const source = await (await migration.stacks.source()).connect();
  const copy = () => copyOut(migration, { step: "backup", source }, say);
  try {
    return await copy();
  } catch (error) {
    if (!(error instanceof VeleroError) || !error.message.includes("PartiallyFailed")) throw error;
    say(
      `${error.message.split("\n")[0]} Once more in ${discoverySeconds} s, when Velero has looked at the cluster's kinds again`,
    );
    await sleep((discoverySeconds + 10) * 1000);
    return copy();
  }
};
