/**
 * What a change of each of Azure's types does, by the rules of pulumi-azure-native itself: the names in a resource's path
 * replace it (`calculateDetailedDiff`); so does what the provider lists (`forceNewMap`), and what the API's specification
 * says can be set at creation only (`x-ms-mutability`); everything else is updated in place, or refused by Azure.
 */
import { pathInputs, places } from "../../azure/ids";
import type { Declarations, ObjectShape, RuleBook, Rules, Shape } from "../model";

const repository = "github.com/pulumi/pulumi-azure-native";
const replacement = { path: "provider/pkg/gen/replacement.go", revision: "1b7112af33c62b247daed1028686bf279f4d5e69" };

/** `forceNewMap`: properties of the resource, and of the objects right below it. */
const listed: Record<string, string[]> = {
  "azure-native:authorization:RoleAssignment": ["principalId", "scope"],
  "azure-native:containerservice:AgentPool": ["gpuInstanceProfile", "nodePublicIPTags", "vmSize"],
  "azure-native:containerservice:ManagedCluster": [
    ...["diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "location", "nodeResourceGroup"],
    ...["windowsProfile", "serviceCidr", "serviceCidrs", "dnsServiceIP", "networkMode", "networkPlugin"],
    ...["networkPluginMode", "podCidr", "networkDataplane", "networkPolicy", "outboundType", "nodePublicIPTags"],
  ],
  "azure-native:network:PublicIPAddress": ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"],
  "azure-native:network:VirtualNetwork": ["location"],
  "azure-native:resources:ResourceGroup": ["location"],
  "azure-native:storage:StorageAccount": ["isHnsEnabled", "location"],
};

/**
 * Properties that are `read, create` in the specifications, as the models of the PyPI packages azure-mgmt-containerservice
 * 41.8.0, -network 33.1.0, -storage 25.3.0, -keyvault 14.1.0, -loganalytics 14.0.0 and -resource 26.0.0 have them
 * (`visibility`): of the types in use, the location of what is a `TrackedResource`. The network's types are none in the API
 * version that the SDK speaks, nor is what a vault is created with.
 */
const createOnly: Record<string, string[]> = {
  "azure-native:managedidentity:UserAssignedIdentity": ["location"],
  "azure-native:operationalinsights:Workspace": ["location"],
};

export function azureRules({ resources, objects }: Declarations): RuleBook {
  const entries = Object.entries(resources).map(([token, shape]) => {
    const path = pathInputs(token);
    const names = new Set([...(listed[token] ?? []), ...(createOnly[token] ?? [])]);
    const own = Object.keys(shape).filter((name) => path.includes(name) || names.has(name));
    const nested = inside(shape, objects).filter((each) => names.has(each.split(".")[1] ?? ""));
    const replaces = [...own, ...nested.filter((each) => !own.includes(each.split(".")[0] ?? ""))].sort();
    const updates = Object.keys(shape).filter((name) => !own.includes(name));
    const naming: Partial<Rules> =
      places[token]?.naming === "copy" ? { deleteBeforeReplace: true } : { autoNamed: path.at(-1) ?? "" };
    return [token, { source: replacement, replaces, updates, ...naming }] as const;
  });
  return {
    repository,
    naming: {
      repository,
      path: "provider/pkg/provider/provider.go",
      revision: "6d9e7fe5da3ddea283f27995305640427e65761c",
    },
    resources: Object.fromEntries(entries),
  };
}

/** Paths of the properties of objects, and of lists of objects, right below a resource. */
function inside(shape: ObjectShape, objects: Declarations["objects"]): string[] {
  return Object.entries(shape).flatMap(([name, { shape: each }]) => {
    const object = objectOf(each);
    return object ? Object.keys(objects[object] ?? {}).map((below) => `${name}.${below}`) : [];
  });
}

function objectOf(shape: Shape): string | undefined {
  if (shape.type === "array") return objectOf(shape.items);
  return shape.type === "object" ? shape.name : undefined;
}
