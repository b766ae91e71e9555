/** `platform backup`, `backups`, `restore` and `restore-drill`: a stack's data, kept and brought back. */
import Table from "cli-table3";
import { Command } from "commander";
import type { Clients } from "../kubernetes";
import { each, whole } from "../options";
import { UsageError } from "../rehearse/options";
import { NoStackError } from "../stack";
import { backUp, completedBackups } from "./backup";
import { list, VeleroError } from "./client";
import { clusterOfStack } from "./cluster";
import { drill } from "./drill";
import { bytesOf, formatBytes, type Outcome } from "./outcome";
import { maintainRepositories } from "./maintain";
import { keptNamespaces } from "./namespaces";
import { changesOf, readPlan } from "./planned";
import { restore } from "./restore";
import { stamp } from "./stamp";

/** Exit codes of all of them: 0 done, 1 Velero did not do it, 2 nothing was touched. */
export function backupCommand(): Command {
  return withStack(new Command("backup").description("backs a stack's cluster up to its bucket, volumes included"))
    .option("--namespace <name>", "only this one (repeatable)", each(String), [])
    .option("--name <name>", "the backup's name", `manual-${stamp()}`)
    .option("--days <number>", "how long it is kept", whole("days"), 30)
    .option("--tidy", "have Velero tidy up behind it: what only reads the bucket needs that", false)
    .action(({ stack, namespace, name, days: retentionDays, tidy, timeout }: BackupOptions) =>
      onCluster(stack, async (clients) => {
        const namespaces = namespace.length > 0 ? { namespaces: namespace } : {};
        const request = { name, ...namespaces, retentionDays, timeoutSeconds: timeout };
        const outcome = await backUp(clients, request, show);
        if (tidy)
          await maintainRepositories(clients, { since: new Date(outcome.ended), timeoutSeconds: timeout }, show);
        tell("backed up", outcome);
      }),
    );
}

export function backupsCommand(): Command {
  return withStack(new Command("backups").description("lists the backups that a stack can be restored from")).action(
    ({ stack }: StackOptions) =>
      onCluster(stack, async (clients) => {
        const table = new Table({ head: ["backup", "state", "from", "objects", "until"], style: { head: [] } });
        for (const { metadata, status } of await list(clients, "backups")) {
          const items = String(status?.progress?.totalItems ?? "");
          table.push([
            metadata.name,
            status?.phase ?? "New",
            status?.startTimestamp ?? "",
            items,
            status?.expiration ?? "",
          ]);
        }
        process.stdout.write(`${table.toString()}\n`);
      }),
  );
}

export function restoreCommand(): Command {
  return withStack(new Command("restore").description("restores a backup; what is there already stays as it is"))
    .option("--backup <name>", "which one; unset: the newest that is whole")
    .option("--namespace <name>", "only this one (repeatable); unset: all but the platform's own", each(String), [])
    .option("--into <name>", "restore the one namespace under this name")
    .option("--plan <file>", "what changes on the way from another cloud: `migrate plan --json`")
    .action(({ stack, backup, namespace, into, plan, timeout }: RestoreOptions) =>
      onCluster(stack, async (clients) => {
        const [only, ...others] = namespace;
        if (into !== undefined && (only === undefined || others.length > 0)) {
          throw new UsageError("--into takes exactly one --namespace");
        }
        const name = backup ?? (await completedBackups(clients))[0]?.metadata.name;
        if (name === undefined) throw new VeleroError(`${stack} has no whole backup.`);
        const request = {
          name: `${name}-${stamp()}`,
          backup: name,
          ...(plan === undefined ? {} : changesOf(readPlan(plan))),
          ...(plan === undefined && only === undefined ? { excludedNamespaces: await keptNamespaces(clients) } : {}),
          ...(namespace.length > 0 ? { namespaces: namespace } : {}),
          ...(into !== undefined && only !== undefined ? { into: { [only]: into } } : {}),
          timeoutSeconds: timeout,
        };
        tell("restored", await restore(clients, request, show));
      }),
    );
}

export function restoreDrillCommand(): Command {
  return withStack(
    new Command("restore-drill").description("restores a namespace's newest backup beside it, compares, and cleans up"),
  )
    .requiredOption("--namespace <name>", "whose backup is tried")
    .action(({ stack, namespace, timeout }: StackOptions & { namespace: string }) =>
      onCluster(stack, async (clients) => {
        const found = await drill(clients, { namespace, timeoutSeconds: timeout }, show);
        process.stdout.write(
          `${found.backup} brings ${namespace} back: ${found.volumes} volumes, ${formatBytes(found.bytes)}, ` +
            `within ${found.recoveryTimeSeconds} s; what was written in the last ${found.recoveryPointSeconds} s would be lost.\n`,
        );
      }),
    );
}

interface StackOptions {
  stack: string;
  timeout: number;
}
interface BackupOptions extends StackOptions {
  namespace: string[];
  name: string;
  days: number;
  tidy: boolean;
}
interface RestoreOptions extends StackOptions {
  backup?: string;
  namespace: string[];
  into?: string;
  plan?: string;
}

function withStack(command: Command): Command {
  return command
    .requiredOption("--stack <name>", "the stack")
    .option("--timeout <seconds>", "longest wait", whole("seconds"), 3600);
}

async function onCluster(stack: string, work: (clients: Clients) => Promise<void>): Promise<void> {
  try {
    await work(await clusterOfStack(stack));
  } catch (error) {
    const untouched = error instanceof NoStackError || error instanceof UsageError;
    if (!untouched && !(error instanceof VeleroError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = untouched ? 2 : 1;
  }
}

function tell(what: string, outcome: Outcome): void {
  const { name, items, warnings, volumes } = outcome;
  const told = warnings > 0 ? `, ${warnings} warnings` : "";
  process.stdout.write(
    `${name}: ${what} ${items} objects and ${volumes.length} volumes (${formatBytes(bytesOf(outcome))})${told}\n`,
  );
}

let shown = "";
function show(line: string): void {
  if (line === shown) return;
  shown = line;
  process.stderr.write(`${line}\n`);
}
