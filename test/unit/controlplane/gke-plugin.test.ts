import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const plugin = join(__dirname, "../../../simulator/controlplane/bin/gke-gcloud-auth-plugin");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plugin-"));
  writeFileSync(
    join(directory, "credentials.json"),
    JSON.stringify([{ cloud: "gcp", cluster: "c", token: "t", key: "k" }]),
  );
});
afterEach(() => rmSync(directory, { recursive: true }));

async function principal(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    SIMULATED_CLOUD_CREDENTIALS: join(directory, "credentials.json"),
    ...environment,
  };
  const { stdout } = await promisify(execFile)(plugin, args, { env });
  const { kind, status } = JSON.parse(stdout) as { kind: string; status: { token: string } };
  expect(kind).toBe("ExecCredential");
  const [prefix, claims = ""] = status.token.split(".");
  expect(prefix).toBe("ya29");
  return (JSON.parse(Buffer.from(claims, "base64url").toString()) as { principal: string }).principal;
}

describe("the stand-in for gke-gcloud-auth-plugin", () => {
  it("speaks for whoever runs the program, or for the account that gcloud has", async () => {
    const account = { CLOUDSDK_CORE_ACCOUNT: "dev@example.com" };
    expect(await principal(["--use_application_default_credentials"], account)).toBe("owner@example.com");
    expect(await principal([], account)).toBe("dev@example.com");
    expect(await principal([])).toBe("owner@example.com");
  });

  it("refuses what the real one does not know, and says where credentials are missing", async () => {
    await expect(principal(["--use-adc"])).rejects.toThrow("unknown flag: --use-adc");
    await expect(principal([], { SIMULATED_CLOUD_CREDENTIALS: "" })).rejects.toThrow(
      "could not find default credentials",
    );
  });
});
