/** Findings that a person has looked at, and takes as they are. */
import type { FindingCode } from "./codes";
import { PlanError, type Finding } from "./plan";

/** What stays in the way whatever a person says: `up` would refuse it, or there would be nothing to move. */
const never: FindingCode[] = ["configuration", "backup-off", "api-private"];

/**
 * @param accepts `host-path`, or `host-path:DaemonSet tools/agent` for one object.
 * @throws PlanError for one that no finding answers to (a misspelt one would go unnoticed), and for what cannot be accepted.
 */
export function accepted(findings: Finding[], accepts: string[]): Finding[] {
  const answers = (accept: string, { code, object }: Finding) => accept === code || accept === `${code}:${object}`;
  const unknown = accepts.filter((accept) => !findings.some((finding) => answers(accept, finding)));
  if (unknown.length > 0) {
    const codes = [...new Set(findings.filter(({ severity }) => severity === "blocking").map(({ code }) => code))];
    throw new PlanError(
      `--accept ${unknown.join(", ")}: there is no such finding; blocking are ${codes.join(", ") || "none"}`,
    );
  }
  const refused = never.filter((code) => accepts.some((accept) => accept.startsWith(code)));
  if (refused.length > 0)
    throw new PlanError(
      `--accept ${refused.join(", ")}: without it the target cannot come up; see what the finding says`,
    );
  return findings.map((finding) =>
    finding.severity === "blocking" && accepts.some((accept) => answers(accept, finding))
      ? { ...finding, severity: "note", then: `accepted; otherwise: ${finding.then}` }
      : finding,
  );
}
