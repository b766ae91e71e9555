/** How a command finds a real stack, with Pulumi's own command line on a folder. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { repository } from "../../cli/project";
import { existingStack, NoStackError } from "../../cli/stack";
import { ensureTools } from "../../cli/tools";

const folder = mkdtempSync(join(tmpdir(), "stack-test-"));
let pulumi: string;

async function stack(...args: string[]): Promise<string> {
  return (await execa(pulumi, ["stack", ...args, "--cwd", folder, "--non-interactive"])).stdout.trim();
}

beforeAll(async () => {
  ({ pulumi } = await ensureTools(() => undefined, ["pulumi"]));
  mkdirSync(join(folder, "state"));
  copyFileSync(join(repository, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(join(folder, "passphrase"), "correct horse");
  vi.stubEnv("PATH", `${dirname(pulumi)}:${process.env["PATH"]}`);
  vi.stubEnv("PULUMI_HOME", join(folder, "home"));
  vi.stubEnv("PULUMI_BACKEND_URL", `file://${join(folder, "state")}`);
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE_FILE", join(folder, "passphrase"));
  await stack("init", "prod");
  await stack("init", "dev");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it("is another one than the user has selected, and theirs stays selected", async () => {
  const found = await existingStack("prod", folder);
  expect(found.name).toBe("prod");
  // The state is the one where the user is logged in.
  expect((await found.exportStack()).deployment).toMatchObject({ secrets_providers: { type: "passphrase" } });
  expect(await stack("--show-name")).toBe("dev");
});

it("is refused with the next step where there is none", async () => {
  const error = await existingStack("staging", folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NoStackError);
  expect((error as Error).message).toBe(
    "There is no stack staging where you are logged in; pulumi stack ls tells which are. " +
      "Make it once, and commit its file: npm run platform -- init --stack staging",
  );
});

it("is refused where there is no pulumi", async () => {
  const path = process.env["PATH"];
  vi.stubEnv("PATH", folder);
  await expect(existingStack("prod", folder)).rejects.toThrow(/^There is no pulumi on the PATH\. Install it: https:/);
  vi.stubEnv("PATH", path);
});
