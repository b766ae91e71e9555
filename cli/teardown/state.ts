/** What a teardown asks of the stack's state, and the one thing that it changes there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { execa } from "execa";
import type { StateResource } from "../rehearse/state";

export interface StackResource extends StateResource {
  parent?: string;
  protect?: boolean;
  /** Deleting the resource makes the engine forget it; in the cloud it stays. */
  retainOnDelete?: boolean;
}

interface ExportedState {
  deployment?: { resources?: StackResource[] };
}

/** Properties by which clouds lock a cluster or a load balancer on their own; only an update of it opens them. */
const cloudLocks = ["deletionProtection", "enableDeletionProtection"];

/** What a cloud's backups are kept in is a component of such a type: `platform:aws:BackupBucket`, `platform:azure:BackupStorage`. */
const backupComponent = /\$platform:[a-z]+:Backup(?:Bucket|Storage)\$/;

/** The stack's resources, with its secrets: for this process only. */
export async function resourcesOf(stack: Stack): Promise<StackResource[]> {
  const { deployment } = (await stack.exportStack()) as ExportedState;
  return deployment?.resources ?? [];
}

/**
 * What cannot be deleted as it is: `aws:ec2/vpc:Vpc platform-prod`. What is protected only because its component is, is
 * left out.
 */
export function protectedResources(resources: StackResource[]): string[] {
  const isProtected = ({ protect, inputs }: StackResource) =>
    protect === true || cloudLocks.some((lock) => inputs?.[lock] === true);
  const found = resources.filter(isProtected);
  const urns = new Set(found.map(({ urn }) => urn));
  return found
    .filter(({ parent }) => parent === undefined || !urns.has(parent))
    .map(({ type, urn }) => `${type} ${urn.split("::").at(-1)}`)
    .sort();
}

/** Names in the cloud of what the stack's backups are in; deleting the stack keeps them, unless asked otherwise. */
export function backupStores(resources: StackResource[]): string[] {
  const ids = [...new Set(resources.filter(isBackup).flatMap(({ id }) => id ?? []))];
  // On Azure an id begins with that of what the resource is in.
  return ids.filter((id) => !ids.some((other) => id.startsWith(`${other}/`))).sort();
}

/** Whether the cluster is the stack's own and goes with it. A cluster that was there before is its user's. */
export function ownsCluster(resources: StackResource[]): boolean {
  return resources.some(({ type }) => /^platform:(?!local:)[a-z]+:Cluster$/.test(type));
}

/**
 * Makes deleting the stack keep the backups in the cloud, or delete them. Only the state changes, so that nothing has to
 * come up again for it; whatever an earlier teardown had said is overridden.
 */
export async function keepBackups(stack: Stack, keep: boolean): Promise<void> {
  // Without --show-secrets, which the Automation API always adds: secrets stay encrypted in the file.
  const state = JSON.parse(await pulumi(stack, "stack", "export")) as ExportedState;
  const marked = (state.deployment?.resources ?? []).filter(isBackup);
  if (marked.every(({ retainOnDelete }) => (retainOnDelete ?? false) === keep)) return;
  for (const resource of marked) resource.retainOnDelete = keep;
  const folder = mkdtempSync(join(tmpdir(), "teardown-"));
  try {
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await pulumi(stack, "stack", "import", "--file", file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether it is one of the resources that the stack's backups are in. */
export function isBackup({ urn, custom }: StackResource): boolean {
  return custom === true && backupComponent.test(urn);
}

async function pulumi({ workspace, name }: Stack, ...args: string[]): Promise<string> {
  const { pulumiCommand, workDir, pulumiHome, envVars } = workspace;
  const env = { ...(pulumiHome ? { PULUMI_HOME: pulumiHome } : {}), ...envVars };
  const { stdout } = await execa(pulumiCommand.command, [...args, "--stack", name, "--non-interactive"], {
    cwd: workDir,
    env,
  });
  return stdout;
}
