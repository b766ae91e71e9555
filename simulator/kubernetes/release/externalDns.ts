/** The arguments of external-dns that say what it writes where. As templates/deployment.yaml of the chart (1.21.1) writes them. */
import { text } from "../objects";
import { mapOf } from "./pods";
import { valueAt } from "./values";

export function externalDnsArguments(values: unknown): string[] {
  const list = (path: string): string[] => {
    const given = valueAt(values, path);
    return Array.isArray(given) ? given.map((item) => text(item)) : [];
  };
  const value = (path: string, otherwise: string) => text(valueAt(values, path) ?? otherwise);
  const owner = valueAt(values, "txtOwnerId");
  const extra = valueAt(values, "extraArgs");
  return [
    ...list("sources").map((source) => `--source=${source}`),
    `--policy=${value("policy", "upsert-only")}`,
    `--registry=${value("registry", "txt")}`,
    ...(owner ? [`--txt-owner-id=${text(owner)}`] : []),
    ...list("domainFilters").map((domain) => `--domain-filter=${domain}`),
    `--provider=${value("provider.name", "aws")}`,
    ...(Array.isArray(extra)
      ? extra.map((argument) => text(argument))
      : Object.entries(mapOf(extra)).map(([name, argument]) => `--${name}=${text(argument)}`)),
  ];
}
