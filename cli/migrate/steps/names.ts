/** Names of what a step asks Velero for: one that was interrupted finds its own again. */
import type { Clients } from "../../kubernetes";
import { read } from "../../velero/client";
import { hasEnded } from "../../velero/outcome";
import { stamp } from "../../velero/stamp";
import type { Journal } from "../journal";
import { Notes } from "./notes";

/** What is asked for, in the words of Velero's API. */
export type Asked = "backups" | "restores";

/**
 * The name that the step has noted since it last ended well, where what it names may still become whole; else a new one,
 * noted first.
 * @param prefix what it begins with: names in a bucket are of all clusters that write to it.
 * @returns `isNew` where Velero has not been asked for it yet.
 */
export async function nameOf(
  journal: Journal,
  { step, asked, prefix }: { step: string; asked: Asked; prefix: string },
  clients: Clients,
): Promise<{ name: string; isNew: boolean }> {
  const notes = new Notes<Partial<Record<Asked, string>>>(journal, step);
  const open = notes.find(asked);
  if (open?.startsWith(prefix)) {
    const found = await read(clients, asked, open);
    if (!found || !hasEnded(found) || found.status?.phase === "Completed") return { name: open, isNew: !found };
  }
  const name = unusedName(journal, asked, `${prefix}-${stamp()}`);
  notes.add({ [asked]: name });
  return { name, isNew: true };
}

/** Two attempts within a second are two all the same. */
function unusedName({ entries }: Journal, asked: Asked, name: string): string {
  const used = entries.flatMap(({ kind, data }) =>
    kind === "noted" ? ((data as Partial<Record<Asked, string>>)[asked] ?? []) : [],
  );
  let unused = name;
  for (let number = 2; used.includes(unused); number++) unused = `${name}-${number}`;
  return unused;
}
