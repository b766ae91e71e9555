/** One good repository, and what `platform validate` says of it after each of many changes that break it. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { validate } from "../../../cli/validate/validate";
import { Edit, type Broken } from "./broken/broken";
import { cluster } from "./broken/cluster";
import { pods } from "./broken/pods";
import { schema } from "./broken/schema";

const scratch = mkdtempSync(join(tmpdir(), "validate-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let copies = 0;

function copy(): string {
  const folder = join(scratch, String((copies += 1)));
  cpSync(join(__dirname, "good"), folder, { recursive: true });
  return folder;
}

it("finds nothing in the good one", async () => {
  const { findings, notes, clusters } = await validate(copy(), () => undefined);
  expect({ findings, notes, clusters }).toEqual({ findings: [], notes: [], clusters: 1 });
});

const table: Broken[] = [...schema, ...pods, ...cluster];

it.concurrent.each(table)("$rule: $what", { timeout: 60_000 }, async (broken: Broken) => {
  const folder = copy();
  broken.change(new Edit(folder));
  const { findings } = await validate(folder, () => undefined);
  const { rule, at, field, problem } = broken;
  expect(findings).toEqual([
    expect.objectContaining({ rule, file: at[0], field, problem: expect.stringContaining(problem) as string }),
  ]);
  const [found] = findings;
  const line = readFileSync(join(folder, at[0]), "utf8").split("\n")[(found?.line ?? 0) - 1];
  expect(line).toContain(at[1]);
  expect(found?.advice).not.toBe("");
});
