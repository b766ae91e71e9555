/** Secrets in plain text: as Secrets with values, or as texts that look like keys and passwords. */
import { isRecord, type Finding, type Path, type Placed, type Report, type Scenario } from "../model";
import { containersOf, workloadsOf } from "./workloads";

const seal = "seal it with kubeseal and write the SealedSecret in its place";

export function checkSecrets(scenario: Scenario, report: Report): void {
  for (const placed of scenario.placed) {
    const { object } = placed;
    if (object.kind === "Secret") {
      for (const field of ["data", "stringData"]) {
        const value = object[field];
        if (!isRecord(value) || Object.keys(value).length === 0) continue;
        const problem = `the values of ${Object.keys(value).join(", ")} can be read by whoever reads the repository`;
        report(placed, [field], { rule: "secret", problem, advice: seal });
      }
    }
    if (object.kind === "ConfigMap" && isRecord(object["data"])) {
      for (const [key, value] of Object.entries(object["data"])) checkNamed(placed, ["data", key], key, value, report);
    }
  }
  for (const workload of workloadsOf(scenario)) {
    for (const { container, path } of containersOf(workload)) {
      for (const [index, { name, value }] of (container.env ?? []).entries()) {
        checkNamed(workload.placed, [...path, "env", index, "value"], name, value, report);
      }
    }
  }
}

/** Names whose value is nobody's business; those that name a file, a user or a place are not. */
const secretName = /(pass(word|wd|phrase)?|secret|token|api_?key|private_?key|credentials?|access_?key)$/i;

function checkNamed(placed: Placed, path: Path, name: string, value: unknown, report: Report): void {
  if (typeof value !== "string" || !secretName.test(name.replace(/[-.]/g, "_"))) return;
  // An own name for the place of it, a switch, a number of seconds.
  if (value === "" || /^(true|false|\d+|\$\(\w+\)|\/[\w./-]+)$/i.test(value) || value.includes("\n")) return;
  report(placed, path, {
    rule: "secret",
    problem: `${name} looks like a password or key in plain text`,
    advice: "put it into a SealedSecret, and read it with secretKeyRef",
  });
}

/** Forms that keys have, whatever they are called. */
const forms: [form: RegExp, what: string][] = [
  [/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/, "a private key"],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{60,}/, "a GitHub token"],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, "a Slack token"],
  [/hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{10,}/, "a Slack webhook"],
  [/\bAIza[\w-]{35}\b/, "a Google API key"],
  [/\bglpat-[\w-]{20,}/, "a GitLab token"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a signed token (JWT)"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`{}<>$]+:[^\s:/@"'`{}<>$]{3,}@[\w.-]+/i, "a password in an address"],
];

/** What a file's text shows, in whatever format it is. */
export function secretsInText(file: string, text: string): Omit<Finding, "object">[] {
  return text.split("\n").flatMap((line, index) =>
    forms
      .filter(([form]) => form.test(line))
      .map(([, what]) => ({
        rule: "secret" as const,
        file,
        line: index + 1,
        field: "",
        problem: `there is ${what} in plain text`,
        advice: "replace it where it is valid, since history keeps it; then seal the new one with kubeseal",
      })),
  );
}
