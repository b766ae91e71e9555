/** Role assignments: what Azure refuses of them, and whom they allow what. */
import type { CloudRecord, Context, Inventory } from "../cloud/behaviour";
import { first, text } from "../cloud/values";
import type { Properties } from "../provider";
import { caller, subscriptionId, tenantId } from "./account";
import { idPart, sameId } from "./ids";
import { azure, badRequest } from "./refusals";
import { arm, missing, type Resource } from "./resource";
import { covers, roles, type Role } from "./roles";

const type = "azure-native:authorization:RoleAssignment";

/** https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits */
const assignmentsInSubscription = 4000;

/** Seconds until the directory knows a new identity everywhere: an estimate, Azure speaks of a replication delay. */
const replicationSeconds = 60;

/**
 * Seconds until the API server of a cluster knows of a new role: "up to five minutes",
 * https://learn.microsoft.com/azure/aks/entra-id-authorization
 */
export const propagationSeconds = 300;

const roleAssignment = arm(type, {
  api: "2022-04-01",
  refuse(inputs, context) {
    const definition = definitionOf(inputs);
    const [scope, principalId] = [text(inputs, "scope"), text(inputs, "principalId")];
    const assignments = context.inventory.list(type);
    const same = assignments.find(
      ({ outputs }) =>
        sameId(text(outputs, "scope"), scope) &&
        text(outputs, "principalId") === principalId &&
        definitionOf(outputs) === definition,
    );
    return first(
      !roles[definition] &&
        azure(
          404,
          "RoleDefinitionDoesNotExist",
          `The specified role definition with ID '${definition.replace(/-/g, "")}' does not exist.`,
        ),
      scopeProblem(scope, context),
      principalProblem(inputs, context),
      same &&
        azure(
          409,
          "RoleAssignmentExists",
          `The role assignment already exists. The ID of the existing role assignment is ${text(same.outputs, "name").replace(/-/g, "")}.`,
        ),
      assignments.length >= assignmentsInSubscription &&
        azure(
          400,
          "RoleAssignmentLimitExceeded",
          "No more role assignments can be created. (Current count: 4000, Limit: 4000)",
        ),
    );
  },
  outputs(inputs) {
    const now = new Date().toISOString();
    return {
      createdBy: caller.objectId,
      createdOn: now,
      principalType: "ServicePrincipal",
      updatedBy: caller.objectId,
      updatedOn: now,
      ...inputs,
    };
  },
  update(record, inputs) {
    // https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
    if (definitionOf(inputs) !== definitionOf(record.inputs)) {
      throw new Error(
        azure(
          400,
          "RoleAssignmentUpdateNotPermitted",
          "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        ),
      );
    }
    return {};
  },
});

/** The id of the role's definition, whatever scope it is written with. */
function definitionOf(properties: Properties): string {
  return text(properties, "roleDefinitionId").split("/").at(-1)?.toLowerCase() ?? "";
}

function scopeProblem(scope: string, context: Context): string | undefined {
  if (!/^\/subscriptions\/[0-9a-f-]{36}(\/|$)/i.test(scope)) {
    return badRequest(`The scope '${scope}' is not valid.`);
  }
  // What is in another subscription is not looked into.
  if (!sameId(idPart(scope, "subscriptions"), subscriptionId)) return undefined;
  if (/\/providers\//i.test(scope)) return missing(scope, context);
  return undefined;
}

/**
 * Who is named has to be in the directory, unless it is said what kind of principal it is:
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
function principalProblem(inputs: Properties, context: Context): string | undefined {
  const principalId = text(inputs, "principalId");
  const kind = text(inputs, "principalType");
  const identity = identityOf(principalId, context);
  const isNew = identity !== undefined && (context.age?.(identity) ?? Infinity) < replicationSeconds;
  return first(
    kind === "" &&
      isNew &&
      azure(
        400,
        "PrincipalNotFound",
        `Principal ${principalId.replace(/-/g, "")} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
      ),
    kind !== "" &&
      kind !== "ServicePrincipal" &&
      (identity !== undefined || principalId === caller.objectId) &&
      azure(
        400,
        "UnmatchedPrincipalType",
        `The PrincipalId '${principalId.replace(/-/g, "")}' has type 'ServicePrincipal' , which is different from specified PrinciaplType '${kind}'.`,
      ),
  );
}

function identityOf(principalId: string, { inventory }: Context): CloudRecord | undefined {
  return inventory
    .list("azure-native:managedidentity:UserAssignedIdentity")
    .find(({ outputs }) => outputs.principalId === principalId);
}

export interface Asking {
  inventory: Pick<Inventory, "list">;
  age?: ((record: CloudRecord) => number) | undefined;
}

/** A role that somebody has on a resource. */
export interface Grant {
  role: Role;
  /** What has to hold for it, as it was written; empty where nothing does. */
  condition: string;
}

/** What a principal has been granted on a resource, directly or on what it is in; of that what is older than `seconds`. */
export function grantsOn(resourceId: string, principalId: string, { inventory, age }: Asking, seconds = 0): Grant[] {
  return inventory
    .list(type)
    .filter(({ outputs }) => text(outputs, "principalId") === principalId)
    .filter(({ outputs }) => `${resourceId}/`.toLowerCase().startsWith(`${text(outputs, "scope")}/`.toLowerCase()))
    .filter((record) => seconds === 0 || (age?.(record) ?? Infinity) >= seconds)
    .flatMap(({ outputs }) => {
      const role = roles[definitionOf(outputs)];
      return role ? [{ role, condition: text(outputs, "condition") }] : [];
    });
}

/** The roles among them, whatever their conditions: those are about what is inside of a resource. */
export function rolesOn(resourceId: string, principalId: string, asking: Asking, seconds = 0): Role[] {
  return grantsOn(resourceId, principalId, asking, seconds).map(({ role }) => role);
}

export function mayDo(action: string, resourceId: string, principalId: string, asking: Asking): boolean {
  return rolesOn(resourceId, principalId, asking).some(({ actions }) => covers(actions, action));
}

export function mayUseData(action: string, resourceId: string, principalId: string, asking: Asking): boolean {
  return rolesOn(resourceId, principalId, asking).some(({ dataActions }) => covers(dataActions, action));
}

export const authorizationBehaviours: Record<string, Resource> = { [type]: roleAssignment };
