/** The target's configuration, made of the source's. */
import { defaults } from "../../../components/config/defaults";
import { effective } from "../../../components/config/effective";
import { formatPath, matches, secretPaths } from "../../../components/config/keys";
import { valuesFor } from "../../../components/config/move";
import type { Problem } from "../../../components/config/problems";
import type { Given } from "../../../components/config/schema";
import type { Cloud, Environment, PlatformConfig, SourceConfig } from "../../../components/config/types";
import { exampleSecret, validateStack } from "../../../components/config/validate";
import { unreachableProblems } from "../../../components/config/live";
import { findRegion, regionFor } from "../../../components/regions";
import { setPath } from "../../rehearse/stackFile";
import { adapt } from "./adapt";
import { PlanError, type PlanRequest } from "./plan";
import type { Report } from "./report";
import { isRecord } from "../../validate/model";

export type Values = Record<string, unknown>;

/** A stack's configuration without its secrets. */
export interface PlainStack {
  /** The stack's name. */
  name: string;
  values: Values;
  /** Paths whose values are secrets: `["gitops", "sealingKeys", "0", "privateKey"]`. */
  secrets: string[][];
}

/** Where the source's backups are: what `migration.source` asks for beside cloud and region. */
export type BackupPlace = Omit<SourceConfig, "cloud" | "region">;

/** The values with nothing in the places of secrets. */
export function withoutSecrets({ values, secrets }: Omit<PlainStack, "name">): Values {
  const plain = structuredClone(values);
  for (const path of secrets) drop(plain, path);
  return plain;
}

/**
 * @param backup undefined where the source keeps none.
 * @throws PlanError where there is nothing to make a plan of.
 */
export function targetValues(
  source: PlainStack,
  request: PlanRequest,
  inventory: { kubernetesVersion: string; sharedVolumes: boolean; backup?: BackupPlace },
  report: Report,
): Values {
  const plain = withoutSecrets(source);
  const from = { cloud: plain["cloud"] as Cloud, region: String(plain["region"]) };
  refuse(source, request, from.cloud);
  const wanted = request.set?.find(({ path }) => path.join(".") === "region")?.value;
  const region = typeof wanted === "string" ? wanted : regionFor(request.cloud, from);
  const values: Values = { ...valuesFor(request.cloud, plain), cloud: request.cloud, region };
  adapt({ source: plain, from, values, ...inventory }, report);
  if (inventory.backup) values["migration"] = { source: { ...from, ...inventory.backup } };
  // What a restore fills first is not there before it.
  values["bootstrap"] = "paused";
  for (const { path, value } of request.set ?? []) {
    setPath(values, path, value);
    report.decided(path.join("."), value);
  }
  return values;
}

function refuse({ name }: PlainStack, { to, cloud, set = [] }: PlanRequest, from: Cloud): void {
  if (cloud === from) {
    throw new PlanError(
      `--cloud ${cloud}: ${name} is there already; into a new cluster of the same cloud: platform backup, and platform restore`,
    );
  }
  if (to === name) throw new PlanError(`--to ${to}: the source's own name; a target is a stack beside it`);
  for (const [which, one] of [
    ["--from", from],
    ["--cloud", cloud],
  ] as const) {
    if (one === "local") {
      throw new PlanError(
        `${which} ${which === "--from" ? name : one}: a cluster that exists already has no cloud to keep backups in`,
      );
    }
  }
  for (const { path } of set) {
    const numbered = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    if (secretPaths.some((pattern) => matches(numbered, pattern))) {
      throw new PlanError(
        `--set ${path.join(".")}: a secret; set it on the source, encrypted: pulumi config set --secret --path '${formatPath(numbered)}'`,
      );
    }
  }
}

/**
 * The whole configuration with every default, the problems that the program itself would tell of it before anything is
 * made, and why it could not be brought up from where nobody is inside of its network.
 *
 * @param secrets paths that hold values on the source, and will on the target.
 */
export function configurationOf(
  { name, values }: Pick<PlainStack, "name" | "values">,
  secrets: string[][],
): { config: PlatformConfig; problems: Problem[]; unreachable: Problem[] } {
  const filled = structuredClone(values);
  for (const path of secrets) setPath(filled, path, standIn(path));
  const result = validateStack({ values: filled, secrets }, { stack: name });
  const config = result.ok ? result.config : effective(filled as unknown as Given, name);
  return { config, problems: result.ok ? [] : result.problems, unreachable: unreachableProblems({}, config) };
}

const standIns = new Map<string, string>();

/** A value of the right form where a secret is. A key takes a second to be made up: one will do for all. */
function standIn(path: string[]): string {
  const place = path.map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");
  const value = standIns.get(place) ?? exampleSecret(path);
  standIns.set(place, value);
  return value;
}

/** The environment's own defaults, as far as a stack leaves keys out. */
export function defaultsFor(values: Values): (typeof defaults)[Environment] {
  return defaults[values["environment"] as Environment];
}

export function group(values: Values, name: string): Values {
  const value = values[name];
  return isRecord(value) ? value : {};
}

/** How far the target's region is another law's: undefined where it is under the same. */
export function lawOf(
  from: { cloud: Cloud; region: string },
  to: { cloud: Cloud; region: string },
): string | undefined {
  const [one, other] = [from, to].map(({ cloud, region }) => findRegion(cloud, region)?.country);
  return one === other || one === undefined || other === undefined ? undefined : `${one} → ${other}`;
}

function drop(node: unknown, [key = "", ...rest]: string[]): void {
  if (typeof node !== "object" || node === null) return;
  const holder = node as Record<string, unknown>;
  if (rest.length > 0) drop(holder[key], rest);
  else delete holder[key];
}
