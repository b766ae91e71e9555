/** Cloud Routers and Cloud NAT. */
import type { Context } from "../cloud/behaviour";
import { count, objects, text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { exists, first, invalid, notFound, quotaExceeded } from "./refusals";
import {
  autoName,
  owned,
  plainReference,
  projectOf,
  referenced,
  regionFor,
  selfLink,
  timestamp,
  type Resource,
} from "./resource";

/** https://cloud.google.com/network-connectivity/docs/router/quotas#limits */
const routersOfNetworkAndRegion = 5;
const routersOfProject = 20;

const router: Resource = {
  defaults: (inputs, context) => autoName(inputs, context, { longest: 63, lower: true }),
  uniqueName(inputs, context) {
    const id = routerId(inputs, context);
    return { scope: "project", name: id, taken: exists("Router", id) };
  },
  refuse(inputs, context) {
    const network = referenced(
      context,
      "gcp:compute/network:Network",
      text(inputs, "network"),
      projectOf(inputs, context),
    );
    const all = context.inventory.list("gcp:compute/router:Router");
    const beside = all.filter(
      ({ outputs }) =>
        outputs.region === regionFor(inputs, context) && plainReference(text(outputs, "network")) === network?.id,
    );
    return first(
      !network && notFound("Error creating Router", plainReference(text(inputs, "network"))),
      beside.length >= routersOfNetworkAndRegion &&
        `Error creating Router: ${invalid(`Maximum number of ${routersOfNetworkAndRegion} routers in a region of a network is reached.`)}`,
      all.length >= routersOfProject && quotaExceeded("Router", "ROUTERS", routersOfProject, "globally"),
    );
  },
  create(inputs, context) {
    const id = routerId(inputs, context);
    const network = referenced(
      context,
      "gcp:compute/network:Network",
      text(inputs, "network"),
      projectOf(inputs, context),
    );
    return {
      id,
      outputs: {
        creationTimestamp: timestamp(),
        network: network ? selfLink(network.id) : text(inputs, "network"),
        region: regionFor(inputs, context),
        selfLink: selfLink(id),
      },
    };
  },
};

const nat: Resource = {
  defaults: (inputs, context) => ({
    ...autoName(inputs, context, { longest: 63, lower: true }),
    icmpIdleTimeoutSec: 30,
    tcpEstablishedIdleTimeoutSec: 1200,
    tcpTimeWaitTimeoutSec: 120,
    tcpTransitoryIdleTimeoutSec: 30,
    type: "PUBLIC",
    udpIdleTimeoutSec: 30,
  }),
  uniqueName(inputs, context) {
    const name = text(inputs, "name");
    return { scope: natRouterId(inputs, context), name, taken: exists("RouterNat", name) };
  },
  refuse: (inputs, context) => natProblem("Error creating RouterNat", inputs, context),
  create(inputs, context) {
    const region = regionFor(inputs, context);
    const name = text(inputs, "name");
    const routerName = natRouterId(inputs, context).split("/").at(-1) ?? "";
    return {
      id: `${projectOf(inputs, context)}/${region}/${routerName}/${name}`,
      outputs: { ...natSettings(inputs), region, router: routerName },
    };
  },
  update(record, inputs, context) {
    const problem = natProblem("Error updating RouterNat", inputs, context, record.id);
    if (problem) throw new Error(problem);
    return { ...natSettings(inputs), router: record.outputs.router };
  },
};

/** Outputs that an update may change; ports: https://cloud.google.com/nat/docs/ports-and-addresses */
function natSettings(inputs: Properties): Properties {
  const dynamic = inputs.enableDynamicPortAllocation === true;
  return {
    autoNetworkTier: inputs.autoNetworkTier ?? "PREMIUM",
    drainNatIps: texts(inputs, "drainNatIps"),
    enableDynamicPortAllocation: dynamic,
    enableEndpointIndependentMapping: inputs.enableEndpointIndependentMapping ?? false,
    endpointTypes: inputs.endpointTypes ?? ["ENDPOINT_TYPE_VM"],
    minPortsPerVm: inputs.minPortsPerVm ?? (dynamic ? 32 : 64),
    natIps: texts(inputs, "natIps"),
  };
}

/** Rules: https://cloud.google.com/nat/docs/reference/rest (routers, `nats[]`), https://cloud.google.com/nat/docs/ports-and-addresses */
function natProblem(operation: string, inputs: Properties, context: Context, own?: string): string | undefined {
  const project = projectOf(inputs, context);
  const routerName = natRouterId(inputs, context);
  const home = context.inventory.get("gcp:compute/router:Router", routerName);
  if (!home) return notFound(operation, routerName);
  const ips = texts(inputs, "natIps");
  const manual = inputs.natIpAllocateOption === "MANUAL_ONLY";
  const addresses = ips.map((ip) => ({ ip, record: referenced(context, "gcp:compute/address:Address", ip, project) }));
  const missing = addresses.find(({ record }) => !record);
  const foreign = addresses.find(({ record }) => record && record.outputs.region !== home.outputs.region);
  const listed = inputs.sourceSubnetworkIpRangesToNat === "LIST_OF_SUBNETWORKS";
  const subnetworks = objects(inputs, "subnetworks").map((each) => ({
    name: text(each, "name"),
    record: referenced(context, "gcp:compute/subnetwork:Subnetwork", text(each, "name"), project),
  }));
  const unknown = subnetworks.find(({ record }) => !record);
  const [min, max] = [count(inputs, "minPortsPerVm"), count(inputs, "maxPortsPerVm")];
  const dynamic = inputs.enableDynamicPortAllocation === true;
  const power = (ports: number | undefined) => ports === undefined || Math.log2(ports) % 1 === 0;
  const others = context.inventory
    .list("gcp:compute/routerNat:RouterNat")
    .filter(
      (record) =>
        record.id !== own &&
        record.outputs.router === home.outputs.name &&
        record.outputs.region === home.outputs.region,
    );
  const taken = others.find(
    ({ outputs }) =>
      !listed ||
      outputs.sourceSubnetworkIpRangesToNat !== "LIST_OF_SUBNETWORKS" ||
      objects(outputs, "subnetworks").some((each) =>
        subnetworks.some(({ record }) => record?.id === plainReference(text(each, "name"))),
      ),
  );
  const refuse = (message: string) => `${operation}: ${invalid(message)}`;
  return first(
    manual &&
      ips.length === 0 &&
      refuse("Invalid value for field 'resource.nats[0].natIps': ''. NAT IPs must be given with MANUAL_ONLY."),
    !manual &&
      ips.length > 0 &&
      refuse("Invalid value for field 'resource.nats[0].natIps'. NAT IPs must not be given with AUTO_ONLY."),
    missing && notFound(operation, plainReference(missing.ip)),
    foreign && refuse(`NAT IP ${foreign.ip} is not in the router's region.`),
    listed && subnetworks.length === 0 && refuse("At least one subnetwork must be given with LIST_OF_SUBNETWORKS."),
    !listed && subnetworks.length > 0 && refuse("Subnetworks must not be given unless with LIST_OF_SUBNETWORKS."),
    unknown && notFound(operation, plainReference(unknown.name)),
    taken && refuse(`Subnetwork ranges are already NATed by '${text(taken.outputs, "name")}'.`),
    dynamic &&
      inputs.enableEndpointIndependentMapping === true &&
      refuse("Endpoint-Independent Mapping and Dynamic Port Allocation cannot be enabled at the same time."),
    dynamic &&
      (!power(min) || !power(max)) &&
      refuse("With Dynamic Port Allocation, minPortsPerVm and maxPortsPerVm must be powers of 2."),
    dynamic && max !== undefined && max <= (min ?? 32) && refuse("maxPortsPerVm must be greater than minPortsPerVm."),
    !dynamic && max !== undefined && refuse("maxPortsPerVm needs Dynamic Port Allocation."),
  );
}

function natRouterId(inputs: Properties, context: Context): string {
  const reference = plainReference(text(inputs, "router"));
  return reference.includes("/")
    ? reference
    : `projects/${projectOf(inputs, context)}/regions/${regionFor(inputs, context)}/routers/${reference}`;
}

function routerId(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/regions/${regionFor(inputs, context)}/routers/${text(inputs, "name")}`;
}

export const routerBehaviours: Record<string, Resource> = {
  "gcp:compute/router:Router": owned(router),
  "gcp:compute/routerNat:RouterNat": owned(nat),
};
