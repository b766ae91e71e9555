/** The state's bucket and the secrets' key in a Google project, one of each for all its stacks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptDays, type StateHome } from "./home";
import type { Piece } from "./piece";
import { CommandFailed, gcloud, InitError } from "./run";

const keyRing = "pulumi";
const key = "stack-secrets";
const softDeleteDays = 30;
const json = "--format=json";

/**
 * @param region where they are made; a bucket that is there already keeps its own
 * @throws InitError where nobody is logged in, for gcloud or for the programs that it vouches for
 */
export async function googleHome(project: string, region: string): Promise<StateHome> {
  const accounts = await gcloud.identity<{ account: string }[]>(
    ["auth", "list", "--filter=status:ACTIVE", json],
    "gcloud auth login",
  );
  const account = accounts[0]?.account;
  if (account === undefined) throw new InitError("gcloud is not logged in: gcloud auth login");
  await checkDefaultCredentials();
  const ours = `--project=${project}`;
  const storage = service("storage.googleapis.com", ours);
  const kms = service("cloudkms.googleapis.com", ours);
  const name = `${project}-pulumi-state`;
  const bucket = (await storage.find()) === true ? await findBucket(name, ours) : undefined;
  const place = bucket?.location.toLowerCase() ?? region;
  return {
    identity: `Google project ${project}, as ${account}`,
    bucket: { url: `gs://${name}`, pieces: [storage, ...bucketPieces(name, ours, place, storage)] },
    key: {
      url: `gcpkms://projects/${project}/locations/${place}/keyRings/${keyRing}/cryptoKeys/${key}`,
      pieces: [kms, ...keyPieces(ours, place, kms)],
    },
  };
}

/** The project that gcloud is set to; undefined where it is set to none, or is not there to be asked. */
export async function currentProject(): Promise<string | undefined> {
  try {
    return (await gcloud.run(["config", "get-value", "project"])).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Pulumi goes by these, not by gcloud's own login. */
async function checkDefaultCredentials(): Promise<void> {
  try {
    await gcloud.run(["auth", "application-default", "print-access-token"]);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new InitError("There are no application default credentials: gcloud auth application-default login");
  }
}

function service(name: string, project: string): Piece {
  return {
    what: "API",
    name,
    action: "turn on",
    find: async () => {
      const args = ["services", "list", "--enabled", `--filter=config.name=${name}`, project, json];
      return (await gcloud.json<unknown[]>(args)).length > 0;
    },
    make: async () => void (await gcloud.run(["services", "enable", name, project])),
  };
}

/** As `gcloud storage buckets list` names things. */
interface Bucket {
  location: string;
  public_access_prevention?: string;
  uniform_bucket_level_access?: boolean;
  versioning_enabled?: boolean;
  soft_delete_policy?: { retentionDurationSeconds?: string };
  lifecycle_config?: { rule?: unknown[] };
}

/** Listed, not looked up: a bucket of this name in somebody else's project is not ours, even if it lets us in. */
async function findBucket(name: string, project: string): Promise<Bucket | undefined> {
  const args = ["storage", "buckets", "list", `--filter=name=${name}`, project, json];
  return (await gcloud.json<Bucket[]>(args))[0];
}

function bucketPieces(name: string, project: string, region: string, needs: Piece): Piece[] {
  const url = `gs://${name}`;
  const itself: Piece = {
    what: "bucket",
    name,
    action: `create in ${region}`,
    needs,
    find: async () => (await findBucket(name, project)) !== undefined,
    make: async () => {
      const access = ["--uniform-bucket-level-access", "--public-access-prevention"];
      await gcloud.run(["storage", "buckets", "create", url, `--location=${region}`, ...access, project]);
    },
  };
  const setting = (text: string, isOn: (bucket: Bucket) => boolean, ...flags: string[]): Piece => ({
    what: "of the bucket",
    name: text,
    action: "turn on",
    needs: itself,
    find: async () => {
      const bucket = await findBucket(name, project);
      return bucket !== undefined && isOn(bucket);
    },
    make: async () => void (await gcloud.run(["storage", "buckets", "update", url, ...flags, project])),
  });
  return [
    itself,
    setting(
      "no public access",
      (bucket) => bucket.public_access_prevention === "enforced" && bucket.uniform_bucket_level_access === true,
      "--public-access-prevention",
      "--uniform-bucket-level-access",
    ),
    setting("versions", (bucket) => bucket.versioning_enabled === true, "--versioning"),
    setting(
      "deletions undone for some days",
      (bucket) => Number(bucket.soft_delete_policy?.retentionDurationSeconds ?? 0) > 0,
      `--soft-delete-duration=${softDeleteDays}d`,
    ),
    {
      ...setting(
        `old versions go after ${keptDays} days`,
        (bucket) => (bucket.lifecycle_config?.rule ?? []).length > 0,
      ),
      make: async () =>
        withFile(JSON.stringify(lifecycle), async (file) => {
          await gcloud.run(["storage", "buckets", "update", url, `--lifecycle-file=${file}`, project]);
        }),
    },
  ];
}

const lifecycle = { rule: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: keptDays } }] };

async function withFile(content: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "platform-init-"));
  try {
    const file = join(folder, "lifecycle.json");
    writeFileSync(file, content);
    await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function keyPieces(project: string, region: string, needs: Piece): Piece[] {
  const location = `--location=${region}`;
  const inRing = [`--keyring=${keyRing}`, location, project];
  const ring: Piece = {
    what: "key ring",
    name: keyRing,
    action: `create in ${region}`,
    needs,
    find: async () =>
      (await gcloud.find(["kms", "keyrings", "describe", keyRing, location, project, json], /NOT_FOUND/)) !== undefined,
    make: async () => void (await gcloud.run(["kms", "keyrings", "create", keyRing, location, project])),
  };
  const itself: Piece = {
    what: "key",
    name: key,
    action: "create, with a new version every 90 days",
    needs: ring,
    find: async () => {
      const args = ["kms", "keys", "describe", key, ...inRing, json];
      const found = await gcloud.find<{ primary?: { state: string; name: string } }>(args, /NOT_FOUND/);
      if (found && found.primary?.state !== "ENABLED") {
        throw new InitError(
          `The key ${keyRing}/${key} in ${region} has no enabled primary version (${found.primary?.state ?? "none"}), ` +
            `and what it has encrypted cannot be read without one: gcloud kms keys versions list --key=${key} ${inRing.join(" ")}`,
        );
      }
      return found !== undefined;
    },
    make: async () => {
      const next = new Date(Date.now() + 90 * 24 * 3600 * 1000).toISOString();
      const rotation = ["--rotation-period=90d", `--next-rotation-time=${next}`];
      await gcloud.run(["kms", "keys", "create", key, "--purpose=encryption", ...rotation, ...inRing]);
    },
  };
  return [ring, itself];
}
