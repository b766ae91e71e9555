/** What a rehearsal shows at its end: tables of what exists, and what to do next. */
import Table from "cli-table3";
import { isPaused, type Report } from "./report";
import type { Access } from "./shell";

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
        ["application", "project", "wave", "sync", "health", "pods ready"],
        report.applications.map(({ name, project, wave, sync, health, waitsForApproval, pods }) => [
          name,
          project,
          wave,
          waitsForApproval ? `${sync}, waits for approval` : sync,
          health,
          pods.total === 0 ? "" : `${pods.ready} of ${pods.total}`,
        ]),
      ),
    );
  }
  for (const { name, seen } of report.scenarios) {
    lines.push(heading(`Scenario ${name}`), ...seen.map((fact) => `  ${fact}`));
  }
  lines.push("", ...conclusion(report), "");
  process.stdout.write(lines.join("\n"));
}

function conclusion(report: Report): string[] {
  const failed = report.steps.find(({ ok }) => !ok);
  if (failed) return [`The rehearsal of ${report.stack} failed: ${failed.name}.`, failed.error ?? ""];
  const paused = isPaused(report)
    ? [`${report.stack} is paused: there was nothing to sync. Without the key bootstrap the rest comes.`]
    : [];
  if (report.access) return [...paused, ...reached(report.stack, report.access)];
  const waiting = report.applications.filter(({ waitsForApproval }) => waitsForApproval);
  return [
    ...(waiting.length > 0
      ? [`${waiting.map(({ name }) => name).join(", ")} wait for a person's approval: --approve gives it.`]
      : []),
    ...paused,
    `${report.stack} converged on simulated ${report.cloud}, and nothing is left of it.`,
    `Next: look around in one that stays:  npm start -- --keep`,
    `      rehearse production:             npm start -- --stack prod`,
    `      bring up the real one:           see "On a real cloud" in README.md`,
  ];
}

/** What `--keep` leaves a user with. */
function reached(stack: string, { kubeconfig, gitops, traffic, argocd, shell }: Access): string[] {
  return [
    `${stack} is running:`,
    `  kubeconfig         ${kubeconfig}`,
    `  gitops repository  ${gitops}: clone it, and push to it`,
    `  applications       curl --header 'Host: NAME' ${traffic}: NAME is an Ingress' host`,
    `  Argo CD            ${argocd}, user admin, password:`,
    `                     kubectl -n argocd get secret argocd-initial-admin-secret --template '{{.data.password|base64decode}}'`,
    `A shell with all of that, and kubectl, argocd and platform on its PATH:`,
    `  . ${shell}`,
    `Five labs to walk through: docs/labs/README.md`,
    `End it:`,
    `  npm run platform -- stop ${stack}`,
  ];
}

function byProvider(byType: Record<string, number>): string {
  const types = Object.entries(byType).map(([type, count]) => ({ ...partsOf(type), count }));
  const rows = [...new Set(types.map(({ provider }) => provider))].map((provider) => {
    const ours = types.filter((one) => one.provider === provider);
    const names = ours.map(({ module, name, count }) => {
      // Google has an IAMMember for whatever has rights: buckets, keys, projects.
      const shown = ours.filter((one) => one.name === name).length > 1 ? `${module}/${name}` : name;
      return count > 1 ? `${shown} ×${count}` : shown;
    });
    return [provider, names.sort().join(", ")];
  });
  return table(["provider", "resources"], rows, remaining(14));
}

/** `gcp:storage/bucketIAMMember:BucketIAMMember` is of `gcp`, in `storage`; `kubernetes:core/v1:Secret` in `core/v1`. */
function partsOf(type: string): { provider: string; module: string; name: string } {
  const [provider = type, module = "", name = type] = type.split(":");
  const folder = module.replace(/\/[^/]*$/, (last) => (last.slice(1).toLowerCase() === name.toLowerCase() ? "" : last));
  return { provider, module: folder, name };
}

/** Widths of two columns: the second one has what the terminal leaves, so that its words wrap. */
function remaining(first: number): [number, number] {
  return [first, Math.max(40, (process.stdout.columns || 120) - first - 8)];
}

function heading(text: string): string {
  return `\n${text}`;
}

function table(head: string[], rows: (string | number)[][], colWidths?: number[]): string {
  const options = { head, wordWrap: true, style: { head: [], border: [] }, ...(colWidths ? { colWidths } : {}) };
  const drawn = new Table(options);
  drawn.push(...rows);
  return drawn.toString();
}
