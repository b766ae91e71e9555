/** Where public programs, or a provider's own documentation, set what the program sets. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const commit = z.string().regex(/^[0-9a-f]{40}$/);

const seen = z.strictObject({
  /** `terraform-aws-modules/terraform-aws-eks`, on GitHub. */
  repository: z.string(),
  path: z.string(),
  /** Unset: the one that `commits` has for the repository. */
  commit: commit.optional(),
  /** Paths as the program's SDK names them; the file may name them its own way (`scaling_config.max_size`). */
  properties: z.array(z.string()),
  /** Values that the file gives, by path. */
  values: z.record(z.string(), z.array(z.string())).optional(),
});

const evidenceFile = z.strictObject({
  commits: z.record(z.string(), commit),
  types: z.record(z.string(), z.array(seen).min(1)),
});

/** What no public program was found for, and what is known of it all the same: by type, then by `path` or `path=value`. */
const uncertainFile = z.record(z.string(), z.record(z.string(), z.string().min(1)));

export type Seen = z.infer<typeof seen>;
export type Evidence = z.infer<typeof evidenceFile>;
export type Uncertain = z.infer<typeof uncertainFile>;

/** @throws ZodError where the file has another form. */
export function readEvidence(): Evidence {
  return evidenceFile.parse(read("evidence.json"));
}

/** @throws ZodError where the file has another form. */
export function readUncertain(): Uncertain {
  return uncertainFile.parse(read("uncertain.json"));
}

/**
 * Address of the file at its commit.
 * @throws Error where neither the entry nor `commits` has one.
 */
export function addressOf({ commits }: Evidence, { repository, path, commit: own }: Seen): string {
  const revision = own ?? commits[repository];
  if (!revision) throw new Error(`tools/fidelity/evidence.json names no commit of ${repository}`);
  return `https://github.com/${repository}/blob/${revision}/${path}`;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, file), "utf8")) as unknown;
}
