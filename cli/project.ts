/** The project that this command line belongs to. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { ProjectSettings } from "@pulumi/pulumi/automation";

/** The repository's folder. */
export const repository = resolve(__dirname, "..");

/** `Pulumi.yaml`. */
export const project = parse(readFileSync(join(repository, "Pulumi.yaml"), "utf8")) as ProjectSettings;
