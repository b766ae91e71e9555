/** `migrate backup`: everything that moves, into the source's own bucket, while the source serves. */
import type { Work } from "../migration";
import { copyOut } from "./copy";

export const backup: Work = (migration, say) => copyOut(migration, "backup", say);
