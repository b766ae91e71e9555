/** `migrate restore`: the newest backup into the target, changed on the way as the plan says. */
import type { Outcome } from "../../velero/outcome";
import { resultOf, type Work } from "../migration";
import { assertFree, bringIn, clear } from "./copy";
import { nameOf } from "./names";

const step = "restore";

export const restore: Work = async (migration, say) => {
  const { journal, stacks } = migration;
  const { name: backup } = resultOf<Outcome>(journal, "backup");
  const source = await (await stacks.source()).connect();
  const target = await (await stacks.target()).connect();
  await assertFree(migration, target);
  const { name, isNew } = await nameOf(journal, { step, asked: "restores", prefix: backup }, target);
  if (isNew) await clear(migration, target, say);
  return bringIn(migration, { name, backup }, { source, target }, say);
};
