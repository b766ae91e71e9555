import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Changes, StackFile } from "../../../cli/init/stackFile";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stack-file-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const path = () => join(root, "Pulumi.dev.yaml");
const open = () => new StackFile({ root, project: "kubernetes-platform", stack: "dev" });
const none: Changes = { set: [], others: {}, secrets: [], beside: [] };
const repository = { path: ["gitops", "repository"], value: "https://github.com/example/ours" };

const written = `# The team's own.
config:
  kubernetes-platform:cloud: aws # since June
  kubernetes-platform:environment: dev
  # Near the office.
  kubernetes-platform:region: eu-west-1
  kubernetes-platform:gitops:
    repository: https://github.com/example/ours
    credentials:
      username: git
      password:
        secure: v1:abc
  aws:profile: team
secretsprovider: awskms://alias/ours
`;

it("writes a new file that is a valid configuration", () => {
  const set = [
    { path: ["cloud"], value: "gcp" },
    { path: ["environment"], value: "prod" },
    { path: ["region"], value: "europe-west3" },
    repository,
  ];
  open().write({ ...none, set, others: { "gcp:project": "example-prod" } });
  expect(readFileSync(path(), "utf8")).toBe(`# yaml-language-server: $schema=docs/config.schema.json
# Every key and its default: docs/configuration.md
config:
  kubernetes-platform:cloud: gcp
  kubernetes-platform:environment: prod
  kubernetes-platform:region: europe-west3
  kubernetes-platform:gitops:
    repository: https://github.com/example/ours
  gcp:project: example-prod
`);
  expect(open().check(none).ok).toBe(true);
});

it("changes what is to change, and no other byte", () => {
  writeFileSync(path(), written);
  const set = [{ path: ["region"], value: "eu-central-1" }, repository];
  const file = open();
  expect(file.differences({ set, others: {} })).toEqual(["region: eu-west-1 → eu-central-1"]);
  file.write({ ...none, set });
  expect(readFileSync(path(), "utf8")).toBe(written.replace("eu-west-1", "eu-central-1"));
});

it("takes what is encrypted for a secret, and a secret that is to be set too", () => {
  writeFileSync(path(), written);
  expect(open().check(none).ok).toBe(true);
  expect(open().secretsProvider).toBe("awskms://alias/ours");
  const key = { path: ["gitops", "webhookSecret"], value: "short" };
  expect(open().check({ ...none, secrets: [key] })).toMatchObject({
    problems: [{ key: "gitops.webhookSecret", message: expect.stringMatching(/^\(hidden\) is shorter/) as string }],
  });
});

it("tells what is wrong with one value, whatever else is missing", () => {
  const cloud = { path: ["cloud"], value: "aws" };
  const region = (value: string) => ({ ...none, set: [cloud, { path: ["region"], value }] });
  expect(open().problemOf(["region"], region("eu-west-9"))).toMatch(/is no region of aws; did you mean eu-west-1\?/);
  expect(open().problemOf(["region"], region("eu-west-1"))).toBeUndefined();
});

it("knows a passphrase by its salt", () => {
  writeFileSync(path(), "encryptionsalt: v1:abc\n");
  expect(open().secretsProvider).toBe("passphrase");
});
