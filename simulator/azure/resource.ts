/**
 * What is the same for every resource of Azure: its id, the names and locations that Pulumi fills in, the parent that has to
 * be there, the region that has to exist.
 */
import type { Behaviour, CloudRecord, Context } from "../cloud/behaviour";
import { first, text } from "../cloud/values";
import { unknown, type Properties } from "../provider";
import { armType, autoName, idOf, idPart, nameInput, places, sameId } from "./ids";
import { azure, notFound } from "./refusals";
import { normalized, zonesOf } from "./regions";

/** A behaviour without its durations, which `durations.ts` has. */
export type Resource = Omit<Behaviour, "seconds">;

export interface Arm {
  /** API version that the SDK speaks. */
  api: string;
  /** It stands in a region: Pulumi takes the provider's, or its resource group's. */
  located?: true;
  refuse?(inputs: Properties, context: Context): string | undefined;
  /** Outputs beyond the inputs and what every resource has. */
  outputs?(inputs: Properties, context: Context, id: string): Properties | Promise<Properties>;
  update?: Resource["update"];
  refuseDelete?: Resource["refuseDelete"];
  delete?: Resource["delete"];
  lock?: Resource["lock"];
  uniqueName?: Resource["uniqueName"];
  leaves?: Resource["leaves"];
  /** It may be there already: Azure makes it with its parent, and a creation only changes it. */
  singleton?: true;
  /** It stands below something that was there before any stack, resource group and all. */
  belowOthers?: true;
}

const groupType = "azure-native:resources:ResourceGroup";

export function arm(type: string, own: Arm): Resource {
  const { api, located, lock, uniqueName, leaves, refuseDelete, delete: remove } = own;
  return {
    defaults: (inputs, context) => ({
      ...(inputs[nameInput(type)] === undefined && autoName(type, context)),
      ...(located && inputs.location === undefined && locationOf(inputs, context)),
    }),
    refuse(inputs, context) {
      const id = idOf(type, inputs, context);
      return (
        first(
          !own.singleton && find(type, id, context) && `cannot create already existing resource '${id}'`,
          !own.belowOthers && missingParent(type, id, inputs, context),
          located && locationProblem(text(inputs, "location"), armType(type)),
        ) ?? own.refuse?.(inputs, context)
      );
    },
    async create(inputs, context) {
      const id = idOf(type, inputs, context);
      const outputs = {
        azureApiVersion: api,
        name: text(inputs, nameInput(type)),
        type: armType(type),
        ...(located && { location: normalized(text(inputs, "location")) }),
        ...(await own.outputs?.(inputs, context, id)),
      };
      return { id, outputs };
    },
    async update(record, inputs, context, recorded) {
      const moved = normalized(text(inputs, "location")) !== normalized(text(record.inputs, "location"));
      if (located && moved) throw new Error(movedProblem(record, text(inputs, "location")));
      return (await own.update?.(record, inputs, context, recorded)) ?? {};
    },
    ...(refuseDelete && { refuseDelete }),
    ...(remove && { delete: remove }),
    ...(lock && { lock }),
    ...(uniqueName && { uniqueName }),
    ...(leaves && { leaves }),
  };
}

/** A resource by its id, whose case does not count. */
export function find(type: string, id: string, { inventory }: Context): CloudRecord | undefined {
  return inventory.list(type).find((record) => sameId(record.id, id));
}

/** A resource group's record, by its name. */
export function findGroup(name: string, { inventory }: Context): CloudRecord | undefined {
  return inventory.list(groupType).find(({ inputs }) => sameId(text(inputs, "resourceGroupName"), name));
}

/** What its provider is configured with comes first, then its resource group's (`getDefaultLocation`). */
function locationOf(inputs: Properties, context: Context): Properties {
  const configured = text(context.config, "location");
  if (configured) return { location: configured };
  const group = text(inputs, "resourceGroupName");
  if (group === unknown) return { location: unknown };
  const location = text(findGroup(group, context)?.outputs ?? {}, "location");
  return location ? { location } : {};
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available and neighbours */
function locationProblem(location: string, type: string): string | undefined {
  if (location === "") {
    return "missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.";
  }
  if (zonesOf(normalized(location))) return undefined;
  return type === armType(groupType)
    ? azure(
        400,
        "LocationNotAvailableForResourceGroup",
        `The provided location '${location}' is not available for resource group.`,
      )
    : azure(
        400,
        "LocationNotAvailableForResourceType",
        `The provided location '${location}' is not available for resource type '${type}'.`,
      );
}

function movedProblem({ id, outputs }: CloudRecord, location: string): string {
  const [resourceGroup, name] = [idPart(id, "resourceGroups"), text(outputs, "name")];
  return azure(
    409,
    "InvalidResourceLocation",
    `The resource '${name}' already exists in location '${text(outputs, "location")}' in resource group '${resourceGroup}'. ` +
      `A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
  );
}

/** The resource group, and what the resource stands below: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource */
function missingParent(type: string, id: string, inputs: Properties, context: Context): string | undefined {
  const group = text(inputs, "resourceGroupName");
  if (type !== groupType && group !== "" && !findGroup(group, context)) {
    return azure(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  }
  if (!("resourceGroupName" in inputs) || type === groupType) return undefined;
  for (let parent = above(id); parent; parent = above(parent)) {
    // Some levels (`blobServices/default`) are there without anybody having made them.
    if (!/\/(blobServices)\/default$/.test(parent)) {
      return exists(parent, context)
        ? undefined
        : azure(
            404,
            "ParentResourceNotFound",
            `Failed to perform 'write' on resource(s) of type '${armType(type).split("/").slice(1).join("/")}', because the parent resource '${parent}' could not be found.`,
          );
    }
  }
  return undefined;
}

/** The id without its last kind and name; undefined for what stands in a resource group by itself. */
function above(id: string): string | undefined {
  const segments = id.split("/");
  return segments.length > 10 ? segments.slice(0, -2).join("/") : undefined;
}

/** Whether anything simulated has this id. */
export function exists(id: string, { inventory }: Context): boolean {
  return resourceTypes.some((type) => inventory.list(type).some((record) => sameId(record.id, id)));
}

/** Deletes all that stands below a resource, clusters with their programs: Azure does so with groups, accounts, vaults. */
export async function removeBelow(id: string, { inventory, clusters }: Context): Promise<void> {
  const below = Object.keys(places)
    .flatMap((type) => inventory.list(type))
    .filter((record) => record.id.toLowerCase().startsWith(`${id.toLowerCase()}/`));
  for (const record of below) {
    if (record.type === "azure-native:containerservice:ManagedCluster") await clusters.stop(record.id);
    inventory.remove?.(record.type, record.id);
  }
}

/** The refusal of something that names a resource of this subscription which is not there. */
export function missing(id: string, context: Context): string | undefined {
  // What is in groups that no stack has made was there before, and is not looked into.
  const known = findGroup(idPart(id, "resourceGroups"), context);
  return known && !exists(id, context) ? notFound(id) : undefined;
}

/** Types that others stand below, refer to or scope roles to. */
export const resourceTypes = [
  "azure-native:containerservice:ManagedCluster",
  "azure-native:containerservice:AgentPool",
  "azure-native:keyvault:Vault",
  "azure-native:keyvault:Key",
  "azure-native:managedidentity:UserAssignedIdentity",
  "azure-native:network:DdosProtectionPlan",
  "azure-native:network:NatGateway",
  "azure-native:network:NetworkSecurityGroup",
  "azure-native:network:PublicIPAddress",
  "azure-native:network:Subnet",
  "azure-native:network:VirtualNetwork",
  "azure-native:operationalinsights:Workspace",
  "azure-native:storage:StorageAccount",
  "azure-native:storage:BlobContainer",
];
