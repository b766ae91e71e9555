/** The workflows' syntax by actionlint, and their scripts by running them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../../cli/project";
import { ensureTools } from "../../cli/tools";
import { step } from "../unit/workflows/workflows";

let actionlint: string;
beforeAll(async () => {
  ({ actionlint } = await ensureTools(() => undefined, ["actionlint"]));
});

it("actionlint finds nothing wrong in the workflows", async () => {
  // Shell scripts are checked where shellcheck happens to be installed: not here, so that every machine says the same.
  const { stdout, exitCode } = await execa(actionlint, ["-no-color", "-shellcheck=", "-pyflakes="], {
    cwd: repository,
    reject: false,
  });
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
});

describe("the stacks that a workflow goes on with", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "workflow-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs a step's script as GitHub does, and reads what it sets. */
  async function outputs(file: string, env: Record<string, string>): Promise<Record<string, unknown>> {
    const { run = "" } = step(file, "affected", ({ id }) => id === "affected");
    const output = join(folder, `${file}-${Object.values(env).join("-")}`);
    await execa("bash", ["-e", "-c", run], { cwd: repository, env: { ...env, GITHUB_OUTPUT: output } });
    const lines = readFileSync(output, "utf8").trim().split("\n");
    return Object.fromEntries(
      lines.map((line) => {
        const [name = "", value = ""] = line.split(/=(.*)/s);
        const stacks = JSON.parse(value) as { stack: string }[];
        return [name, stacks.map(({ stack }) => stack)];
      }),
    );
  }

  it("are none where nothing has changed", async () => {
    expect(await outputs("deploy.yml", { STACKS: "dev prod", BEFORE: "HEAD" })).toEqual({
      dev: [],
      staging: [],
      prod: [],
    });
  });

  it("are all that are named, each at its stage, where it is started by hand", async () => {
    expect(await outputs("deploy.yml", { STACKS: "dev prod", BEFORE: "" })).toEqual({
      dev: ["dev"],
      staging: [],
      prod: ["prod"],
    });
  });

  it("are an error where one is named that is not there", async () => {
    await expect(outputs("deploy.yml", { STACKS: "dev prd", BEFORE: "" })).rejects.toThrow(
      /--stack prd: not a stack in a cloud; there are .*prod/,
    );
  });
});
