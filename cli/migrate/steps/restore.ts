/** `migrate restore`: the newest backup into the target, changed on the way as the plan says. */
import type { Outcome } from "../../velero/outcome";
import { resultOf, type Work } from "../migration";
import { bringIn } from "./copy";

export const restore: Work = (migration, say) =>
  bringIn(migration, "restore", resultOf<Outcome>(migration.journal, "backup").name, say);
