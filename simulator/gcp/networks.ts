/** VPC networks. */
import { first, invalid, inUse, exists, quotaExceeded } from "./refusals";
import { autoName, digits, owned, plainReference, projectOf, selfLink, type Resource } from "./resource";
import { text } from "../cloud/values";

/** Networks of a project by default: https://cloud.google.com/vpc/docs/quota#per_project */
const networksOfProject = 15;

/** What lives in a network and keeps it from being deleted. */
const residents = [
  "gcp:compute/subnetwork:Subnetwork",
  "gcp:compute/router:Router",
  "gcp:compute/firewall:Firewall",
  "gcp:container/cluster:Cluster",
];

const network: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, { longest: 63, lower: true }),
    autoCreateSubnetworks: true,
    deleteBgpAlwaysCompareMed: false,
    deleteDefaultRoutesOnCreate: false,
    networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
  }),
  uniqueName(inputs, context) {
    const project = projectOf(inputs, context);
    const name = text(inputs, "name");
    return { scope: project, name, taken: exists("Network", `projects/${project}/global/networks/${name}`) };
  },
  refuse(inputs, context) {
    const mine = context.inventory.list("gcp:compute/network:Network").length;
    return first(
      mine >= networksOfProject && quotaExceeded("Network", "NETWORKS", networksOfProject, "globally"),
      inputs.autoCreateSubnetworks === true &&
        text(inputs, "internalIpv6Range") !== "" &&
        `Error creating Network: ${invalid("internalIpv6Range needs enableUlaInternalIpv6")}`,
    );
  },
  create(inputs, context) {
    const id = `projects/${projectOf(inputs, context)}/global/networks/${text(inputs, "name")}`;
    const numericId = digits(context, 19);
    return {
      id,
      outputs: {
        bgpAlwaysCompareMed: inputs.bgpAlwaysCompareMed ?? false,
        bgpBestPathSelectionMode: inputs.bgpBestPathSelectionMode ?? "LEGACY",
        bgpInterRegionCost: inputs.bgpInterRegionCost ?? "",
        gatewayIpv4: "",
        internalIpv6Range: inputs.internalIpv6Range ?? "",
        mtu: inputs.mtu ?? 0,
        networkId: numericId,
        numericId,
        routingMode: inputs.routingMode ?? "REGIONAL",
        selfLink: selfLink(id),
      },
    };
  },
  refuseDelete({ id }, { inventory }) {
    const user = residents
      .flatMap((type) => inventory.list(type))
      .find(({ outputs }) => plainReference(text(outputs, "network")) === id);
    return user && inUse("Network", "network", id, user.id);
  },
};

export const networkBehaviours: Record<string, Resource> = { "gcp:compute/network:Network": owned(network) };
