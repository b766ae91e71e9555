import { X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { sealedCopy, withSealingKey } from "../../../cli/rehearse/sealing";
import { writeStack, type StackConfiguration } from "../../../cli/rehearse/stackFile";
import { validateStack } from "../../../components/config/validate";

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "sealing-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const plain: StackConfiguration = {
  values: {
    cloud: "aws",
    environment: "dev",
    region: "eu-west-1",
    gitops: { repository: "https://github.com/example/platform" },
  },
  secrets: [],
  others: {},
};

/** The same with a key, which takes longer to make than the tests take with it. */
let keyed: StackConfiguration;
const before = mkdtempSync(join(tmpdir(), "sealing-key-"));
beforeAll(() => void (keyed = withSealingKey(plain, before)));
afterAll(() => rmSync(before, { recursive: true, force: true }));

const keysOf = ({ values }: StackConfiguration) =>
  (values["gitops"] as { sealingKeys: { privateKey: string }[] }).sealingKeys;

function script(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, `#!${process.execPath}\n${text}`);
  chmodSync(file, 0o755);
  return file;
}

it("gives a stack without a key one that it may have, the same in every run, and leaves what it was given alone", () => {
  const made = withSealingKey(plain, directory);
  expect(validateStack(made, { stack: "dev" }).ok).toBe(true);
  expect(made.secrets).toEqual([["gitops", "sealingKeys", "0", "privateKey"]]);
  expect(statSync(join(directory, "sealing.key")).mode & 0o077).toBe(0);
  expect(withSealingKey(plain, directory)).toEqual(made);
  expect(plain.values["gitops"]).toEqual({ repository: "https://github.com/example/platform" });
});

it("keeps the keys that a stack has", () => {
  expect(withSealingKey(keyed, directory)).toBe(keyed);
});

it("hands secrets to the engine by standard input, and writes none of them", async () => {
  const command = script(
    "pulumi",
    `const { readFileSync, appendFileSync } = require("node:fs");
     const call = { args: process.argv.slice(2), input: readFileSync(0, "utf8"), home: process.env.PULUMI_HOME };
     appendFileSync(${JSON.stringify(join(directory, "calls"))}, JSON.stringify(call));`,
  );
  let saved: unknown;
  const workspace = {
    pulumiCommand: { command },
    workDir: directory,
    envVars: {},
    pulumiHome: join(directory, "home"),
    stackSettings: () => Promise.resolve({ encryptionsalt: "v1" }),
    saveStackSettings: (_: string, settings: unknown) => Promise.resolve(void (saved = settings)),
  };
  const [key] = keysOf(keyed);
  await writeStack({ name: "dev", workspace } as unknown as Stack, "platform", keyed);
  expect(JSON.parse(readFileSync(join(directory, "calls"), "utf8"))).toEqual({
    args: [
      ...["config", "set", "platform:gitops.sealingKeys[0].privateKey"],
      ...["--path", "--secret", "--stack", "dev", "--non-interactive"],
    ],
    input: key?.privateKey,
    home: join(directory, "home"),
  });
  expect(JSON.stringify(saved)).not.toContain("PRIVATE KEY");
  expect(saved).toMatchObject({
    encryptionsalt: "v1",
    config: { "platform:gitops": { repository: "https://github.com/example/platform" } },
  });
});

it("seals a copy for the last key, and not the folder itself", async () => {
  const folder = join(directory, "theirs");
  mkdirSync(join(folder, "clusters", "single-cluster"), { recursive: true });
  const text = `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: app, namespace: dev }
spec: { encryptedData: { PASSWORD: theirs } }
`;
  writeFileSync(join(folder, "clusters", "single-cluster", "secret.yaml"), text);
  const kubeseal = script(
    "kubeseal",
    `require("node:fs").readFileSync(0); console.log(JSON.stringify({ spec: { encryptedData: { PASSWORD: "ours" } } }));`,
  );
  const options = { directory, path: "clusters/single-cluster", kubeseal };
  const copy = await sealedCopy(folder, keyed, options);
  expect(readFileSync(join(copy, "clusters", "single-cluster", "secret.yaml"), "utf8")).toContain("PASSWORD: ours");
  expect(readFileSync(join(folder, "clusters", "single-cluster", "secret.yaml"), "utf8")).toBe(text);
  const certificate = new X509Certificate(readFileSync(join(directory, "sealing.crt")));
  expect(certificate.subject).toBe("CN=sealed-secrets");

  await expect(sealedCopy(join(directory), keyed, { ...options, path: "nowhere" })).rejects.toThrow(
    `gitops folder ${directory}: it holds nothing of gitops.path "nowhere"`,
  );
  expect(existsSync(copy)).toBe(true);
});
