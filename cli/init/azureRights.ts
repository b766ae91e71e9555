/** Rights to data on Azure, which not even the owner of a subscription has by that alone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Piece, Say } from "./piece";
import { az, CommandFailed, InitError } from "./run";

export interface DataRight {
  /** Who is logged in, as `az account show` tells. */
  user: { name: string; type: string };
  role: string;
  /** Id of what the role is for. */
  scope: string;
  needs?: Piece;
  /** Arguments of a command that only works with the right. */
  attempt: string[];
}

/** How long Azure takes at most until a role works: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
const longestWaitSeconds = 600;
const pauseSeconds = 3;

const denied = /Forbidden|AuthorizationPermissionMismatch|AuthorizationFailure|do not have the required permissions/i;

/** The right to read and write, had by whatever role or group, or given. */
export function dataRight({ user, role, scope, needs, attempt }: DataRight): Piece {
  const works = async (): Promise<boolean> => {
    try {
      await az.run(attempt);
      return true;
    } catch (error) {
      if (error instanceof CommandFailed && denied.test(error.output)) return false;
      throw error;
    }
  };
  return {
    what: "right to it",
    name: `${role} for ${user.name}`,
    action: "grant",
    ...(needs ? { needs } : {}),
    find: works,
    make: async (say) => {
      await assign(user, role, scope);
      await waitUntil(works, role, say);
    },
  };
}

async function assign(user: DataRight["user"], role: string, scope: string): Promise<void> {
  const who = ["--assignee-object-id", await objectId(user)];
  const type = ["--assignee-principal-type", user.type === "user" ? "User" : "ServicePrincipal"];
  const args = ["role", "assignment", "create", ...who, ...type, "--role", role, "--scope", scope];
  try {
    await az.run(args);
  } catch (error) {
    // Given by a run that was interrupted while it waited for it to work.
    if (error instanceof CommandFailed && /RoleAssignmentExists/.test(error.output)) return;
    if (!(error instanceof CommandFailed) || !/AuthorizationFailed/.test(error.output)) throw error;
    throw new InitError(`You may not give yourself the role. Ask whoever may to run:\n  az ${quoted(args)}`);
  }
}

async function objectId({ name, type }: DataRight["user"]): Promise<string> {
  const args = type === "user" ? ["ad", "signed-in-user", "show"] : ["ad", "sp", "show", "--id", name];
  return (await az.json<{ id: string }>([...args, "--output", "json"])).id;
}

async function waitUntil(works: () => Promise<boolean>, role: string, say: Say): Promise<void> {
  const end = Date.now() + longestWaitSeconds * 1000;
  say("waiting until it works; Azure takes up to ten minutes");
  while (!(await works())) {
    if (Date.now() > end) throw new InitError(`${role} does not work yet. Run the same command again later.`);
    await sleep(pauseSeconds * 1000);
  }
}

function quoted(args: string[]): string {
  return args.map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ");
}
