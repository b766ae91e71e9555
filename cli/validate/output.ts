/** Findings as a table for people, as JSON for programs, and as annotations that GitHub shows in a pull request. */
import Table from "cli-table3";
import type { Finding } from "./model";
import type { Validation } from "./validate";

export function asTable({ findings, notes, objects, builds, clusters }: Validation, width: number): string {
  const lines: string[] = [];
  if (findings.length > 0) {
    const columns = [0.27, 0.28, 0.45].map((share) => Math.max(20, Math.floor((width - 4) * share)));
    const table = new Table({
      head: ["where", "what", "wrong → write"],
      colWidths: columns,
      wordWrap: true,
      wrapOnWordBoundary: false,
      style: { head: [], border: [] },
    });
    for (const finding of findings) {
      const { rule, object, field, problem, advice } = finding;
      table.push([placeOf(finding), [rule, object, field].filter(Boolean).join("\n"), `${problem}\n→ ${advice}`]);
    }
    lines.push(table.toString());
  }
  lines.push(...notes.map((note) => `note: ${note}`));
  const seen = `${objects} objects of ${builds} folders, ${clusters} ${clusters === 1 ? "cluster" : "clusters"} as a whole`;
  lines.push(`${findings.length === 0 ? "no findings" : counted(findings.length)} in ${seen}`);
  return `${lines.join("\n")}\n`;
}

function counted(count: number): string {
  return count === 1 ? "1 finding" : `${count} findings`;
}

function placeOf({ file, line }: Finding): string {
  return line === undefined ? file : `${file}:${line}`;
}

/**
 * https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#setting-an-error-message
 *
 * @param prefix path of the folder from the repository's root: annotations are placed by it.
 */
export function asAnnotations({ findings, notes }: Validation, prefix: string): string {
  const lines = findings.map(({ file, line, rule, object, field, problem, advice }) => {
    const path = prefix === "." ? file : `${prefix}/${file}`;
    const place = [
      `file=${property(path)}`,
      ...(line === undefined ? [] : [`line=${line}`]),
      `title=${property(rule)}`,
    ];
    const about = [object, field].filter(Boolean).join(" ");
    return `::error ${place.join(",")}::${text(`${about === "" ? "" : `${about}: `}${problem}. To do: ${advice}`)}`;
  });
  return [...lines, ...notes.map((note) => `::notice::${text(note)}`)].map((line) => `${line}\n`).join("");
}

function text(value: string): string {
  return value.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(value: string): string {
  return text(value).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
