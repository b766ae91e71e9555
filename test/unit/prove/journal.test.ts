/** A run that is killed goes on where it was. */
import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal } from "../../prove/journal";

describe("the journal of a run", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-"));
    file = join(folder, "deeper", "dev-aws-crash.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("knows what an earlier run has met, half a line at the end or not", () => {
    const journal = new Journal(file);
    journal.add({ attempt: true });
    journal.add({ seconds: 1.5 });
    journal.add({ fault: "crash@a:b:C=one" });
    journal.add({ seconds: 2 });
    appendFileSync(file, '{"fault":"crash@a:b:C=tw');
    const again = new Journal(file);
    expect([...again.outcomes().keys()]).toEqual(["crash@a:b:C=one"]);
    expect(again.attempts()).toBe(1);
    expect(again.seconds()).toBe(3.5);
  });

  it("writes after half a line that was left", () => {
    new Journal(file).add({ fault: "crash@a:b:C=one" });
    appendFileSync(file, '{"fault":"crash@a:b:C=tw');
    new Journal(file).add({ fault: "crash@a:b:C=three" });
    expect([...new Journal(file).outcomes().keys()]).toEqual(["crash@a:b:C=one", "crash@a:b:C=three"]);
  });

  it("believes the last that was said of a fault", () => {
    const journal = new Journal(file);
    journal.add({ fault: "crash@a:b:C=one" });
    journal.add({ fault: "crash@a:b:C=one", error: "replaced", together: ["crash@a:b:C=one"] });
    expect(journal.outcomes().get("crash@a:b:C=one")?.error).toBe("replaced");
  });

  it("has converged only when nothing was met after it", () => {
    const journal = new Journal(file);
    journal.add({ fault: "crash@a:b:C=one" });
    expect(journal.hasConverged()).toBe(false);
    journal.add({ converged: true });
    expect(journal.hasConverged()).toBe(true);
    journal.add({ fault: "crash@a:b:C=two" });
    expect(journal.hasConverged()).toBe(false);
    journal.forget();
    expect(existsSync(file)).toBe(false);
  });
});
