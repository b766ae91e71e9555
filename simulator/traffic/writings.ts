/** What applications write on a volume: one line of JSON for each request, in one file. */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** In the root of the volume's file system. */
export const writingsFile = "requests.jsonl";

const writing = z.object({ id: z.string(), host: z.string(), body: z.string() });
export type Writing = z.infer<typeof writing>;

const newline = "\n".charCodeAt(0);

/** Adds a line; when this returns, it is on the disk: nobody may be told before. */
export async function write(folder: string, entry: Writing): Promise<void> {
  const file = await open(join(folder, writingsFile), "a+", 0o600);
  try {
    const { size } = await file.stat();
    const last = size > 0 ? await file.read(Buffer.alloc(1), 0, 1, size - 1) : undefined;
    // Whoever was killed in the middle of a line has not told anybody of it; the next line is whole again.
    const begin = last && last.buffer[0] !== newline ? "\n" : "";
    await file.appendFile(`${begin}${JSON.stringify(entry)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The line with this id; undefined where there is none. */
export async function find(folder: string, id: string): Promise<Writing | undefined> {
  const text = await readFile(join(folder, writingsFile), "utf8").catch(() => "");
  const quoted = `{"id":${JSON.stringify(id)},`;
  const at = text.startsWith(quoted) ? 0 : text.indexOf(`\n${quoted}`) + 1;
  const line = at > 0 || text.startsWith(quoted) ? text.slice(at, text.indexOf("\n", at)) : "";
  return line === "" ? undefined : writing.parse(JSON.parse(line));
}
