/** The whole command on each cloud: what a first run makes, what a second finds, and what an interrupted one leaves to it. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { type Cloud, Session } from "./session";

let session: Session;
beforeEach(() => {
  session = new Session();
});
afterEach(() => session.end());

const repository = ["--repository", "https://github.com/example/our-platform"];

interface Case {
  cloud: string;
  args: string[];
  backend: string;
  secretsProvider: string;
  /** What the cloud has then. */
  made: Cloud;
  /** What is done once, however often the command is run. */
  creations: RegExp;
  /** Commands whose answer gets lost. */
  stops: string[];
}

const cases: Case[] = [
  {
    cloud: "aws",
    args: ["--region", "eu-west-1"],
    backend: "s3://kubernetes-platform-state-111122223333?region=eu-west-1&awssdk=v2",
    secretsProvider: "awskms://alias/kubernetes-platform-state?region=eu-west-1&awssdk=v2",
    made: {
      buckets: {
        "kubernetes-platform-state-111122223333": expect.objectContaining({
          region: "eu-west-1",
          "bucket-versioning": "Status=Enabled",
          "public-access-block":
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
          "bucket-encryption": expect.stringContaining("AES256") as string,
          "bucket-lifecycle-configuration": expect.stringContaining('"NoncurrentDays":90') as string,
          "bucket-policy": expect.stringContaining("aws:SecureTransport") as string,
        }) as object,
      },
      keys: [{ KeyId: "key-1", KeyState: "Enabled", rotated: true }],
      aliases: { "alias/kubernetes-platform-state": "key-1" },
    },
    creations: /^aws (s3api create-bucket|kms create-(key|alias))/gm,
    stops: ["aws s3api create-bucket", "aws kms create-key", "pulumi stack init"],
  },
  {
    cloud: "azure",
    args: ["--region", "westeurope"],
    backend: "azblob://state?storage_account=pulumistate11e594f481958",
    secretsProvider: "azurekeyvault://pulumi-state-11e594f4819.vault.azure.net/keys/pulumi-secrets",
    made: {
      providers: ["Microsoft.Storage", "Microsoft.KeyVault"],
      group: "kubernetes-platform-state",
      account: expect.objectContaining({
        allowBlobPublicAccess: false,
        minimumTlsVersion: "TLS1_2",
        sku: "Standard_ZRS",
        container: "state",
        blobs: expect.objectContaining({ isVersioningEnabled: true }) as object,
        policy: expect.objectContaining({ rules: [expect.objectContaining({ enabled: true })] }) as object,
      }) as object,
      vault: expect.objectContaining({ key: { ops: ["encrypt", "decrypt"] } }) as object,
      roles: ["Storage Blob Data Contributor", "Key Vault Crypto Officer"],
    },
    creations:
      /^az (group create|storage account create|storage container-rm create|keyvault create|keyvault key create)/gm,
    stops: ["az storage account create", "az role assignment create", "az keyvault create"],
  },
  {
    cloud: "gcp",
    args: ["--region", "europe-west1", "--project", "example-prod"],
    backend: "gs://example-prod-pulumi-state",
    secretsProvider: "gcpkms://projects/example-prod/locations/europe-west1/keyRings/pulumi/cryptoKeys/stack-secrets",
    made: {
      services: ["storage.googleapis.com", "cloudkms.googleapis.com"],
      bucket: expect.objectContaining({
        location: "EUROPE-WEST1",
        public_access_prevention: "enforced",
        uniform_bucket_level_access: true,
        versioning_enabled: true,
        lifecycle_config: { rule: [expect.objectContaining({ condition: { daysSinceNoncurrentTime: 90 } })] },
      }) as object,
      ring: { name: "pulumi", location: "europe-west1", key: { primary: { state: "ENABLED", name: "1" } } },
    },
    creations: /^gcloud (storage buckets create|kms keyrings create|kms keys create)/gm,
    stops: ["gcloud services enable", "gcloud storage buckets create", "gcloud kms keyrings create"],
  },
];

describe.each(cases)("$cloud", ({ cloud, args, backend, secretsProvider, made, creations, stops }) => {
  const all = ["--stack", "dev", "--cloud", cloud, "--environment", "dev", ...args, ...repository];

  it("makes everything once, and finds it again", { timeout: 120_000 }, async () => {
    const first = await session.run(...all, "--yes");
    expect(first.err).toBe("");
    expect(first.code).toBe(0);
    expect(session.cloud).toMatchObject(made);
    expect(session.cloud).toMatchObject({ login: backend, stacks: { [backend]: { dev: secretsProvider } } });
    expect(parse(session.file("dev"))).toMatchObject({
      config: {
        "kubernetes-platform:cloud": cloud,
        "kubernetes-platform:gitops": { repository: repository[1] },
        ...(cloud === "gcp" ? { "gcp:project": "example-prod" } : {}),
      },
      secretsprovider: secretsProvider,
    });

    const [before, file] = [session.cloud, session.file("dev")];
    const second = await session.run("--stack", "dev", "--yes");
    expect(second.out + second.err).toContain("Everything is there; nothing was changed.");
    expect(second.out).not.toContain("to do");
    expect(session.file("dev")).toBe(file);
    expect(session.cloud).toEqual(before);
    expect(session.calls.match(creations)?.length).toBe(new Set(session.calls.match(creations)).size);
  });

  it("goes on where it was interrupted", { timeout: 120_000 }, async () => {
    for (const stop of stops) {
      vi.stubEnv("FAKE_STOP", stop);
      const { code, err } = await session.run(...all, "--yes");
      expect(code).toBe(1);
      expect(err).toMatch(
        /connection reset by peer\nWhat has been made stays: the same command goes on from here\.\n$/,
      );
    }
    vi.stubEnv("FAKE_STOP", undefined);
    expect(await session.run(...all, "--yes")).toMatchObject({ code: 0, err: "" });
    expect(session.cloud).toMatchObject(made);
    expect(session.cloud).toMatchObject({ login: backend, stacks: { [backend]: { dev: secretsProvider } } });
    expect(session.calls.match(creations)?.length).toBe(new Set(session.calls.match(creations)).size);
  });

  it("shows in a dry run what it would make, and makes nothing", { timeout: 60_000 }, async () => {
    const { code, out } = await session.run(...all, "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain("A dry run: nothing was made.");
    expect(out).toContain(backend);
    expect(session.cloud).toEqual({});
    expect(() => session.file("dev")).toThrow("ENOENT");
  });

  it("says who has to log in, before anything is made", async () => {
    session.cloud = { loggedOut: true };
    const { code, err } = await session.run(...all, "--yes");
    expect(code).toBe(2);
    expect(err).toMatch(/is not logged in: (aws configure sso|az login|gcloud auth login)/);
    expect(session.cloud).toEqual({ loggedOut: true });
  });
});

it("leaves the state where it is for a stack in another region", { timeout: 60_000 }, async () => {
  const aws = ["--cloud", "aws", "--environment", "dev", ...repository, "--yes"];
  await session.run("--stack", "one", "--region", "us-east-1", ...aws);
  const { code, out } = await session.run("--stack", "two", "--region", "eu-central-1", ...aws);
  expect(code).toBe(0);
  expect(session.cloud).toMatchObject({ keys: [{}], selected: "two" });
  expect(out).toContain("s3://kubernetes-platform-state-111122223333?region=us-east-1&awssdk=v2");
});

it("sets a token encrypted by standard input, and its name after it", { timeout: 60_000 }, async () => {
  const file = join(session.folder, "token");
  writeFileSync(file, "token-of-example\n");
  const args = ["--stack", "dev", "--cloud", "aws", "--environment", "dev", "--region", "eu-west-1", ...repository];
  const { code, out, err } = await session.run(...args, "--credentials-file", file, "--yes");
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(session.calls + out + session.file("dev")).not.toContain("token-of-example");
  expect(parse(session.file("dev"))).toMatchObject({
    config: {
      "kubernetes-platform:gitops": { credentials: { username: "git", password: { secure: "sealed-17" } } },
    },
  });
});

it("recovers a deleted vault, whose name nobody else can have", { timeout: 60_000 }, async () => {
  session.cloud = { deletedVault: true };
  const args = ["--stack", "dev", "--cloud", "azure", "--environment", "dev", "--region", "westeurope", ...repository];
  const { code, out } = await session.run(...args, "--yes");
  expect(code, out).toBe(0);
  expect(session.calls).toContain("az keyvault recover --name pulumi-state-11e594f4819");
});

describe("without --backend", () => {
  const cloudUrl = "https://api.pulumi.com";
  const args = ["--stack", "dev", "--cloud", "aws", "--environment", "dev", "--region", "eu-west-1", ...repository];
  const bucket = "s3://kubernetes-platform-state-111122223333?region=eu-west-1&awssdk=v2";

  it.each([
    ["where the project has stacks", { login: cloudUrl, stacks: { [cloudUrl]: { prod: "default" } } }, cloudUrl],
    ["a bucket, where the login is of other projects", { login: cloudUrl, stacks: {} }, bucket],
    ["a bucket, where nobody is logged in", {}, bucket],
    [
      "a bucket, where this machine has trials only",
      { login: "file://~", stacks: { "file://~": { trial: "passphrase" } } },
      bucket,
    ],
  ])("the state goes to %s", { timeout: 60_000 }, async (_, cloud, backend) => {
    session.cloud = cloud;
    const { code, err } = await session.run(...args, "--yes");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(session.cloud).toMatchObject({
      login: backend,
      stacks: { [backend]: { dev: expect.any(String) as string } },
    });
    expect(session.calls.includes("create-bucket")).toBe(backend === bucket);
  });

  it("the project's file decides, and another one is refused", { timeout: 60_000 }, async () => {
    const url = "s3://ours?region=eu-west-1";
    appendFileSync(join(session.root, "Pulumi.yaml"), `backend:\n  url: ${url}\n`);
    expect(await session.run(...args, "--yes")).toMatchObject({ code: 0, err: "" });
    expect(session.cloud).toMatchObject({ login: url, stacks: { [url]: { dev: expect.any(String) as string } } });
    const { code, err } = await session.run(...args, "--backend", "pulumi", "--yes");
    expect(code).toBe(2);
    expect(err).toBe(
      `Pulumi.yaml has backend.url ${url}, and the state goes to ${cloudUrl}: take backend.url out of it, or leave --backend out\n`,
    );
  });
});

it("makes a key for sealed secrets once, and shows it nowhere", { timeout: 60_000 }, async () => {
  const args = ["--stack", "dev", "--cloud", "aws", "--environment", "dev", "--region", "eu-west-1", ...repository];
  const first = await session.run(...args, "--sealing-key", "new", "--yes");
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toContain("gitops.sealingKeys[0].privateKey");
  expect(session.calls).toContain("--path gitops.sealingKeys[0].privateKey");
  expect(session.calls + first.out + session.file("dev")).not.toContain("PRIVATE KEY");
  const { config } = parse(session.file("dev")) as { config: Record<string, { sealingKeys: unknown }> };
  expect(config["kubernetes-platform:gitops"]?.sealingKeys).toEqual([
    { privateKey: { secure: expect.stringMatching(/^sealed-3\d{3}$/) as string } },
  ]);
  const second = await session.run(...args, "--sealing-key", "new", "--yes");
  expect(second.out).toContain("Everything is there; nothing was changed.");
});

it("refuses a key that Sealed Secrets cannot use, before anything is made", async () => {
  const file = join(session.folder, "key.pem");
  writeFileSync(file, "hunter2");
  const args = ["--stack", "dev", "--cloud", "aws", "--environment", "dev", "--region", "eu-west-1", ...repository];
  const { code, err } = await session.run(...args, "--sealing-key", file, "--yes");
  expect(code).toBe(2);
  expect(err).toContain("gitops.sealingKeys[0].privateKey: (hidden) is no private key in PEM format");
  expect(session.cloud).toEqual({});
});
