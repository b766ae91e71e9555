/** What stops `platform init`, and what its user then reads. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { answering, type Cloud, Session } from "./session";

let session: Session;
afterEach(() => session.end());

const stack = ["--stack", "dev", "--environment", "dev", "--repository", "https://github.com/example/our-platform"];
const places = {
  aws: ["--cloud", "aws", "--region", "eu-west-1"],
  azure: ["--cloud", "azure", "--region", "westeurope"],
  gcp: ["--cloud", "gcp", "--region", "europe-west1", "--project", "example-prod"],
};

interface Refusal {
  why: string;
  cloud?: Cloud;
  args: string[];
  env?: Record<string, string>;
  programs?: string[];
  says: RegExp;
  /** 2 where nothing has been made. */
  code?: number;
}

const refusals: Refusal[] = [
  { why: "nobody to ask", args: stack, says: /^Nobody can be asked here: give --yes/ },
  { why: "no stack", args: ["--yes"], says: /^Nobody is asked, and this is missing: --stack\n$/ },
  {
    why: "answers that are missing, all at once",
    args: ["--yes", "--stack", "dev"],
    says: /missing: --cloud, --environment, --region, --repository\n$/,
  },
  {
    why: "a configuration that is wrong, all of it at once",
    args: ["--yes", ...stack, "--cloud", "aws", "--region", "westeurope", "--domain", "Example"],
    says: /region: "westeurope" is a region of azure[^]*domain: "Example" is no DNS name/,
  },
  {
    why: "an address with a password",
    args: ["--yes", ...stack, ...places.aws, "--backend", "postgres://ada:hunter2@db/state"],
    says: /has a password in it; leave it out/,
  },
  {
    why: "no pulumi",
    args: ["--yes", ...stack, ...places.aws],
    programs: ["aws"],
    says: /^There is no pulumi on the PATH. Install it: https:/,
  },
  {
    why: "no aws",
    args: ["--yes", ...stack, ...places.aws],
    programs: ["pulumi"],
    says: /^There is no aws on the PATH. Install it: https:/,
  },
  {
    why: "a variable that would win",
    args: ["--yes", ...stack, ...places.aws, "--backend", "bucket"],
    env: { PULUMI_BACKEND_URL: "file://~" },
    says: /^PULUMI_BACKEND_URL is file:\/\/~ in your environment, and the state goes to s3:/,
  },
  {
    why: "a bucket of somebody else",
    args: ["--yes", ...stack, ...places.aws],
    cloud: { buckets: { "kubernetes-platform-state-111122223333": { owner: "444455556666" } } },
    says: /^The bucket kubernetes-platform-state-111122223333 cannot be looked at: it belongs to another account/,
  },
  {
    why: "a key that is about to go",
    args: ["--yes", ...stack, ...places.aws],
    cloud: {
      keys: [{ KeyId: "key-1", KeyState: "PendingDeletion" }],
      aliases: { "alias/kubernetes-platform-state": "key-1" },
    },
    says: /is PendingDeletion, [^]*: aws kms cancel-key-deletion --key-id key-1 --region eu-west-1\n$/,
  },
  {
    why: "a storage account's name that is taken",
    args: ["--yes", ...stack, ...places.azure],
    cloud: { nameTaken: true },
    says: /^The storage account cannot be made: The storage account named x is already taken\./,
    code: 1,
  },
  {
    why: "a role that one may not give oneself",
    args: ["--yes", ...stack, ...places.azure],
    cloud: { mayNotGrant: true },
    says: /^You may not give yourself the role\. Ask whoever may to run:\n {2}az role assignment create [^]*--role 'Storage Blob Data Contributor'/,
    code: 1,
  },
  {
    why: "credentials that Pulumi does not see",
    args: ["--yes", ...stack, ...places.gcp],
    cloud: { noDefault: true },
    says: /^There are no application default credentials: gcloud auth application-default login\n$/,
  },
  {
    why: "a key without a version",
    args: ["--yes", ...stack, ...places.gcp],
    cloud: {
      services: ["storage.googleapis.com", "cloudkms.googleapis.com"],
      ring: { location: "europe-west1", key: { primary: { state: "DESTROYED" } } },
    },
    says: /has no enabled primary version \(DESTROYED\)/,
  },
  {
    why: "no passphrase",
    args: ["--yes", "--backend", "file://~", ...stack, "--cloud", "local", "--region", "kind"],
    says: /set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it/,
  },
];

it.each(refusals)(
  "refuses $why",
  { timeout: 60_000 },
  async ({ args, cloud = {}, env = {}, programs, says, code = 2 }) => {
    session = new Session(programs);
    session.cloud = cloud;
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const outcome = await session.run(...args);
    expect(outcome.err).toMatch(says);
    expect(outcome.code).toBe(code);
    if (code === 2) {
      expect(session.cloud).toEqual(cloud);
      expect(() => session.file("dev")).toThrow("ENOENT");
    }
  },
);

it("does not take a documentation's example for an answer, and changes nothing of it", async () => {
  session = new Session();
  const text =
    "config:\n  kubernetes-platform:cloud: aws\n  kubernetes-platform:environment: dev\n  kubernetes-platform:region: eu-west-1\n  kubernetes-platform:gitops:\n    repository: https://github.com/example/kubernetes-platform\n";
  session.write("dev", text);
  const { code, err } = await session.run("--stack", "dev", "--yes");
  expect(err).toContain("missing: --repository (Pulumi.dev.yaml has the one of an example)");
  expect(code).toBe(2);
  expect(session.file("dev")).toBe(text);
});

it("makes nothing where its user says no", async () => {
  session = new Session();
  const answers = { "Where does": "aws", "Which Git": "https://github.com/example/our-platform", "Do what": false };
  const read = await session.ask(answering(answers), { stack: "dev" });
  expect(read).toMatch(/to do: create in eu-west-1[^]*Nothing was made\.$/);
  expect(session.cloud).toEqual({});
});

it("reads no key that is not there", async () => {
  session = new Session();
  const { code, err } = await session.run(...stack, ...places.aws, "--yes", "--credentials-file", "/nowhere/key");
  expect([code, err]).toEqual([2, expect.stringContaining("The credentials cannot be read: ENOENT")]);
});

it("tells of a stack file that is no YAML", async () => {
  session = new Session();
  writeFileSync(join(session.root, "Pulumi.dev.yaml"), "config: {");
  const { code, err } = await session.run(...stack, ...places.aws, "--yes");
  expect([code, err]).toEqual([2, expect.stringContaining("Pulumi.dev.yaml cannot be read:")]);
});
