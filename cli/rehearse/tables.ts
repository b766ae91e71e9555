/** What a rehearsal shows at its end: tables of what exists, and what to do next. */
import Table from "cli-table3";
import type { Report } from "./report";

export function printReport(report: Report): void {
  const lines: string[] = [];
  if (report.resources.total > 0) {
    lines.push(heading(`${report.resources.total} resources`), byProvider(report.resources.byType));
    lines.push(
      heading("The platform"),
      table(
        ["what", "is"],
        [
          ["load balancer", `${report.loadBalancer.kind}: ${report.loadBalancer.address}`],
          [
            "storage classes",
            report.storageClasses.map((c) => (c.default ? `${c.name} (default)` : c.name)).join(", "),
          ],
          ["pods ready", `${report.pods.ready} of ${report.pods.total}`],
          ["second preview", report.preview.changes === 0 ? "no changes" : `${report.preview.changes} changes`],
        ],
        remaining(17),
      ),
    );
  }
  if (report.applications.length > 0) {
    lines.push(
      heading("Applications"),
      table(
        ["application", "project", "sync", "health"],
        report.applications.map(({ name, project, sync, health }) => [name, project, sync, health]),
      ),
    );
  }
  lines.push("", ...conclusion(report), "");
  process.stdout.write(lines.join("\n"));
}

function conclusion(report: Report): string[] {
  const failed = report.steps.find(({ ok }) => !ok);
  if (failed) return [`The rehearsal of ${report.stack} failed: ${failed.name}.`, failed.error ?? ""];
  if (report.kubeconfig) {
    const { stack } = report;
    return [
      `${stack} is running. Look at it:`,
      `  export KUBECONFIG=${report.kubeconfig}`,
      `  kubectl get pods --all-namespaces`,
      `End it:`,
      `  npm run platform -- stop`,
    ];
  }
  return [
    `${report.stack} converged on simulated ${report.cloud}, and nothing is left of it.`,
    `Next: look around in one that stays:  npm start -- --keep`,
    `      rehearse production:             npm start -- --stack prod`,
    `      bring up the real one:           see "On a real cloud" in README.md`,
  ];
}

function byProvider(byType: Record<string, number>): string {
  const counts = new Map<string, string[]>();
  for (const [type, count] of Object.entries(byType)) {
    const provider = type.split(":")[0] ?? type;
    const name = type.split(":").at(-1) ?? type;
    counts.set(provider, [...(counts.get(provider) ?? []), count > 1 ? `${name} ×${count}` : name]);
  }
  return table(
    ["provider", "resources"],
    [...counts].map(([provider, names]) => [provider, names.sort().join(", ")]),
    remaining(14),
  );
}

/** Widths of two columns: the second one has what the terminal leaves, so that its words wrap. */
function remaining(first: number): [number, number] {
  return [first, Math.max(40, (process.stdout.columns || 120) - first - 8)];
}

function heading(text: string): string {
  return `\n${text}`;
}

function table(head: string[], rows: string[][], colWidths?: number[]): string {
  const options = { head, wordWrap: true, style: { head: [], border: [] }, ...(colWidths ? { colWidths } : {}) };
  const drawn = new Table(options);
  drawn.push(...rows);
  return drawn.toString();
}
