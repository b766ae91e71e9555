/**
 * The labs as their reader has them: a rehearsal that `npm start -- --keep` leaves, the line for the shell that it prints, the
 * pages' commands, and the command that ends it. What needs the full selection runs where there is one: in
 * scenarios.test.ts.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../../cli/project";
import { labs, pageOf, runLab } from "./lab";

const state = mkdtempSync(join(tmpdir(), "labs-"));
let printed = "";

beforeAll(async () => {
  printed = await npm("start", "--", "--stack", "dev", "--cloud", "aws", "--keep");
});

afterAll(async () => {
  await npm("run", "--silent", "platform", "--", "stop");
  rmSync(state, { recursive: true, force: true });
});

it("prints how the rehearsal is reached, and no secret", async () => {
  expect(printed).toMatch(/^ {2}gitops repository {2}http:\/\/127\.0\.0\.1:\d+\/\S+\.git/m);
  expect(printed).toMatch(/^ {2}Argo CD +http:\/\/127\.0\.0\.1:\d+, user admin/m);
  const command = /kubectl -n argocd get secret .*/.exec(printed)?.[0] ?? "";
  const { stdout: password } = await execa("bash", ["-euc", `. "$1"; ${command}`, "bash", shell()]);
  expect(password).toMatch(/^\S{8,}$/);
  expect(printed).not.toContain(password);
});

it.for(labs)("docs/labs/%s", async (lab, context) => {
  if (/\*\*You need\*\* a rehearsal of `prod`/.test(pageOf(lab))) {
    context.skip("needs staging and production, which a small cluster has not: scenarios.test.ts runs it");
  }
  await runLab(lab, { shell: shell(), selection: "small" });
});

it("ends with the command that was printed, and leaves nothing", async () => {
  const command = /npm run platform -- (stop .*)/.exec(printed)?.[1] ?? "";
  expect(await npm("run", "--silent", "platform", "--", ...command.split(" "))).toBe("dev-aws: ended");
  expect(readdirSync(join(state, "kubernetes-platform", "rehearsals"))).toEqual([]);
});

function shell(): string {
  return /^ {2}\. (\/.*)$/m.exec(printed)?.[1] ?? "";
}

async function npm(...args: string[]): Promise<string> {
  return (await execa("npm", args, { cwd: repository, env: { XDG_STATE_HOME: state } })).stdout;
}
