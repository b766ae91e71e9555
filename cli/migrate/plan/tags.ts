/** Tags as the target's cloud writes them: each cloud has its own letters. */
import type { Cloud } from "../../../components/config/types";
import type { Report } from "./report";

/**
 * - Azure: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 * - Google: https://cloud.google.com/resource-manager/docs/labels-overview#requirements
 * - AWS takes what both others take: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
const written: Record<Exclude<Cloud, "local">, { name(text: string): string; value(text: string): string }> = {
  aws: { name: awsText, value: awsText },
  azure: { name: (text) => text.replace(/[<>%&\\?/]/g, "-").slice(0, 128), value: (text) => text.slice(0, 256) },
  gcp: { name: (text) => label(text).replace(/^[^\p{Ll}\p{Lo}]+/u, ""), value: label },
};

/** Names and values of the tags, told where they change. What the target still refuses is told by the program itself. */
export function adaptTags(
  tags: Record<string, unknown>,
  cloud: Exclude<Cloud, "local">,
  report: Report,
): Record<string, string> {
  const { name, value } = written[cloud];
  const result: Record<string, string> = {};
  for (const [key, given] of Object.entries(tags)) {
    const text = String(given);
    const [to, said] = [name(key), value(text)];
    // Two names that become one would lose a value: the program refuses the one that stays.
    const kept = to === "" || (to !== key && (to in result || to in tags)) ? key : to;
    result[kept] = said;
    if (kept === key && said === text) continue;
    report.adapted("tags", `tags.${key}`, {
      what: `${cloud} writes tags in other letters`,
      then: `${key}: ${text} → ${kept}: ${said}`,
    });
  }
  return result;
}

function awsText(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.:/=+@-]/gu, "-");
}

function label(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, "-")
    .slice(0, 63);
}
