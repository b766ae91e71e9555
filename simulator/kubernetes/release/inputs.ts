/** What a Release accepts: ReleaseArgs of @pulumi/kubernetes 4.34.2, the charts that a rehearsal knows, their values. */
import { distance } from "fastest-levenshtein";
import { unknown, type Properties } from "../../provider";
import { charts, type ChartData } from "../charts";
import { isRecord, text } from "../objects";
import { checkSecrets, checkValues, type Failure } from "./values";

type Type = "boolean" | "number" | "string" | "object";

/** With the type of each; those that a rehearsal can't stand for are refused. */
const properties: Record<string, Type> = {
  allowNullValues: "boolean",
  atomic: "boolean",
  chart: "string",
  cleanupOnFail: "boolean",
  compat: "string",
  createNamespace: "boolean",
  description: "string",
  disableCRDHooks: "boolean",
  disableOpenapiValidation: "boolean",
  disableWebhooks: "boolean",
  forceUpdate: "boolean",
  maxHistory: "number",
  name: "string",
  namespace: "string",
  renderSubchartNotes: "boolean",
  replace: "boolean",
  repositoryOpts: "object",
  resetValues: "boolean",
  resourceNames: "object",
  reuseValues: "boolean",
  skipAwait: "boolean",
  skipCrds: "boolean",
  takeOwnership: "boolean",
  timeout: "number",
  values: "object",
  version: "string",
  waitForJobs: "boolean",
};
const notRehearsed = [
  "dependencyUpdate",
  "devel",
  "keyring",
  "lint",
  "manifest",
  "postrender",
  "recreatePods",
  "valueYamlFiles",
  "verify",
];
const repositoryOptions = ["repo", "caFile", "certFile", "keyFile", "username", "password"];

/** Seconds that an install, upgrade or uninstall may take (defaultTimeoutSeconds of provider/helm_release.go). */
export const defaultTimeoutSeconds = 300;

export function checkRelease(inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    if (value === null || value === undefined || value === unknown || property === "__defaults") continue;
    const type = properties[property];
    if (notRehearsed.includes(property)) failures.push({ property, reason: `"${property}" is not rehearsed` });
    else if (!type) failures.push({ property, reason: `a Release has no property "${property}"${hint(property)}` });
    else if (type === "object" ? !isRecord(value) : typeof value !== type) {
      failures.push({ property, reason: `is a ${Array.isArray(value) ? "list" : typeof value}, must be a ${type}` });
    }
  }
  if (isRecord(inputs.repositoryOpts)) {
    for (const option of Object.keys(inputs.repositoryOpts)) {
      if (!repositoryOptions.includes(option)) {
        failures.push({ property: `repositoryOpts.${option}`, reason: `one of ${repositoryOptions.join(", ")}` });
      }
    }
  }
  const found = findChart(inputs);
  if (found && "reason" in found) failures.push(found);
  if (found && "data" in found) failures.push(...checkValues(found.data, inputs.values));
  return [...failures, ...checkSecrets(inputs.values)];
}

function hint(property: string): string {
  const [nearest] = Object.keys(properties).sort((left, right) => distance(property, left) - distance(property, right));
  return nearest && distance(property, nearest) <= 3 ? `; did you mean "${nearest}"?` : "";
}

type Found = { data: ChartData } | Failure;

/** Undefined while the chart is not known yet. */
export function findChart({ chart, version, repositoryOpts }: Properties): Found | undefined {
  if (chart === unknown || version === unknown || repositoryOpts === unknown) return undefined;
  const advice = "check the chart name and repository configuration.";
  const name = typeof chart === "string" ? (chart.split("/").pop() ?? "") : "";
  const data = charts.get(name);
  if (!data) {
    const known = [...charts.keys()].join(", ");
    return {
      property: "chart",
      reason: `chart "${String(chart)}" is not among those that are rehearsed (${known}); ${advice}`,
    };
  }
  const isOci = typeof chart === "string" && chart.startsWith("oci://");
  const repository = isRecord(repositoryOpts) ? repositoryOpts.repo : undefined;
  if (repository === unknown) return undefined;
  const isRight = isOci ? chart === data.oci : chart === name && sameAddress(repository, data.repository);
  if (!isRight) {
    const where = isOci ? String(chart) : text(repository, "no repository");
    return {
      property: "chart",
      reason: `chart "${name}" is not found in ${where}, but in ${data.repository}; ${advice}`,
    };
  }
  if (version !== data.version) {
    const wanted =
      version === undefined || version === null ? "the latest version is not pinned" : `"${text(version)}"`;
    return {
      property: "version",
      reason: `chart "${name}" version ${wanted}; the one that is rehearsed is "${data.version}"; ${advice}`,
    };
  }
  return { data };
}

function sameAddress(given: unknown, wanted: string): boolean {
  return typeof given === "string" && given.replace(/\/$/, "") === wanted.replace(/\/$/, "");
}
