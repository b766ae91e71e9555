import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { asHttps } from "../../../cli/init/around";
import { backendProblem } from "../../../cli/init/backendAddress";
import { ask } from "../../../cli/init/questions";
import { StackFile } from "../../../cli/init/stackFile";
import { answering } from "../../contract/init/session";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "questions-"));
  // No git, kubectl or gcloud of this machine answers.
  vi.stubEnv("PATH", root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const open = () => new StackFile({ root, project: "kubernetes-platform", stack: "dev" });
const file = (repository: string) =>
  writeFileSync(
    join(root, "Pulumi.dev.yaml"),
    `config:\n  cloud: aws\n  environment: dev\n  region: eu-central-1\n  gitops:\n    repository: ${repository}\n`,
  );
const ours = "https://github.com/example/ours";

it("asks four things of a new stack, and how the rest is read", async () => {
  const asked: string[] = [];
  const { set, secrets } = await ask(open(), {}, answering({ "Which Git": ours, "Where does": "aws" }, asked));
  expect(set.map(({ path, value }) => [path.join("."), value])).toEqual([
    ["cloud", "aws"],
    ["environment", "dev"],
    ["region", "eu-west-1"],
    ["gitops.repository", ours],
  ]);
  expect(secrets.map(({ path }) => path.join("."))).toEqual(["gitops.sealingKeys.0.privateKey"]);
  expect(asked).toHaveLength(7);
});

it("asks for a key where the repository is read by ssh", async () => {
  const key = join(root, "key");
  writeFileSync(key, "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n");
  const answers = { "Where does": "aws", "Which Git": "git@github.com:example/ours", "private key": key };
  const { secrets, beside } = await ask(open(), {}, answering({ ...answers, "sealed secrets": "none" }));
  expect(secrets.map(({ path }) => path.join("."))).toEqual(["gitops.credentials.sshPrivateKey"]);
  expect(beside).toEqual([]);
});

it("asks for an address on Azure, where a domain needs certificates of an authority", async () => {
  const answers = {
    "Where does": "azure",
    "Which Git": ours,
    "Under which domain": "p.example.com",
    "Which address": "a@example.com",
    "sealed secrets": "none",
  };
  const { set } = await ask(open(), {}, answering(answers));
  expect(set.slice(-2)).toEqual([
    { path: ["domain"], value: "p.example.com" },
    { path: ["tls", "email"], value: "a@example.com" },
  ]);
});

it("keeps a file that says everything, and asks nothing more", async () => {
  file(ours);
  const asked: string[] = [];
  const changes = await ask(open(), {}, answering({}, asked));
  expect(changes).toEqual({ set: [], others: {}, secrets: [], beside: [] });
  expect(asked).toEqual([`Pulumi.dev.yaml is there: aws, dev, eu-central-1, ${ours}. Keep it as it is?`]);
});

it("does not keep an example by default, and moves it to the nearest region of another cloud", async () => {
  file("https://github.com/example/kubernetes-platform");
  const { set } = await ask(
    open(),
    {},
    answering({ "Where does": "azure", "Which Git": ours, "sealed secrets": "none" }),
  );
  expect(set).toContainEqual({ path: ["region"], value: "germanywestcentral" });
});

it("does not ask what the command line has said", async () => {
  const asked: string[] = [];
  const given = { cloud: "aws", environment: "dev", region: "eu-west-1", repository: ours, domain: "" } as const;
  await ask(open(), given, answering({ "sealed secrets": "none" }, asked));
  expect(asked).toEqual(["How does Argo CD read it?", "Which key opens the sealed secrets in Git?"]);
});

it.each([
  ["git@github.com:example/platform.git", "https://github.com/example/platform"],
  ["https://ada:token@github.com/example/platform.git", "https://github.com/example/platform"],
  ["ssh://git@git.example.com:2222/team/platform", "https://git.example.com/team/platform"],
  ["https://dev.azure.com/org/project/_git/platform", "https://dev.azure.com/org/project/_git/platform"],
  ["/srv/git/platform", undefined],
  ["../platform", undefined],
])("reads the remote %s as %s", (remote, address) => {
  expect(asHttps(remote)).toBe(address);
});

it.each([
  ["bucket", true],
  ["pulumi", true],
  ["s3://ours?region=eu-west-1&awssdk=v2", true],
  ["https://api.pulumi.example.com", true],
  ["ours", false],
  ["s3://", false],
  ["postgres://ada:hunter2@db/state", false],
])("takes %s for a backend: %s", (address, fits) => {
  expect(backendProblem(address) === undefined).toBe(fits);
});
