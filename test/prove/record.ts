/** What was measured, kept in `docs/` twice: as JSON, which the next run adds to, and as the page made of it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";

/**
 * Writes `NAME.json` and `NAME.md`.
 * @param add lays what is new over what was there, in the page's order.
 */
export async function writeRecord<Entry>(
  docs: string,
  name: string,
  add: (before: Entry[]) => Entry[],
  page: (all: Entry[]) => string,
): Promise<void> {
  const write = async (file: string, text: string) =>
    writeFileSync(file, await format(text, { filepath: file, printWidth: 120 }));
  const data = join(docs, `${name}.json`);
  const all = add(existsSync(data) ? (JSON.parse(readFileSync(data, "utf8")) as Entry[]) : []);
  await write(data, JSON.stringify(all));
  await write(join(docs, `${name}.md`), page(all));
}
