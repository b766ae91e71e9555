/** Sizes and numbers of nodes, and what needs how many of them. */
import { instanceByType, instanceType as instanceNamed, neutralSizes } from "../../instances";
import { type Check, check, isManaged } from "./check";

/** How each cloud writes an instance type; the tables of the clouds have hundreds, and new ones every month. */
const instanceTypes = {
  aws: { pattern: /^[a-z][a-z0-9-]*\.([a-z0-9]+|metal-[a-z0-9]+)$/, example: "m7i.xlarge" },
  azure: { pattern: /^Standard_[A-Z][A-Za-z0-9_-]*$/, example: "Standard_D4s_v5" },
  gcp: { pattern: /^[a-z][a-z0-9]*-[a-z0-9]+(-[a-z0-9]+)*$/, example: "e2-standard-4" },
};

const bounds = check(["environment", "nodes.min", "nodes.max"], "nodes.min", ({ given, config: { nodes } }) => {
  if (nodes.min <= nodes.max) return undefined;
  return given.nodes?.min === undefined
    ? `${nodes.min}, the default of ${given.environment}, is more than nodes.max (${nodes.max}); set nodes.min to ${nodes.max} or less, or raise nodes.max`
    : `${nodes.min} is more than nodes.max (${nodes.max}${given.nodes.max === undefined ? `, the default of ${given.environment}` : ""}); raise nodes.max to ${nodes.min} or more`;
});

const highAvailability: Check = check(
  ["cloud", "environment", "nodes.min", "argocd.ha"],
  "argocd.ha",
  ({ given, config: { cloud, nodes, argocd } }) => {
    // How many nodes an existing cluster has is not known here.
    if (!isManaged(cloud) || !argocd.ha || nodes.min >= 3) return undefined;
    const whose = given.argocd?.ha === undefined ? `, the default of ${given.environment},` : "";
    return `true${whose} needs three nodes for Redis' three replicas, and nodes.min is ${nodes.min}; set nodes.min to 3 or argocd.ha to false`;
  },
);

const size = check(
  ["cloud", "environment", "nodes.vcpu", "nodes.memoryGiB", "nodes.instanceType"],
  "nodes.vcpu",
  ({ given, config: { cloud, nodes } }) => {
    if (!isManaged(cloud) || nodes.instanceType !== undefined) return undefined;
    if (neutralSizes.some(({ vcpu, memoryGiB }) => vcpu === nodes.vcpu && memoryGiB === nodes.memoryGiB))
      return undefined;
    const same = neutralSizes.filter(({ vcpu }) => vcpu === nodes.vcpu).map(({ memoryGiB }) => memoryGiB);
    const memory =
      given.nodes?.memoryGiB === undefined
        ? `${nodes.memoryGiB}, the default of ${given.environment}`
        : nodes.memoryGiB;
    return same.length > 0
      ? `${nodes.vcpu} is not offered with nodes.memoryGiB ${memory}; with ${nodes.vcpu} vCPU there are ${same.join(", ")} GiB`
      : `${nodes.vcpu} is not offered; there are ${[...new Set(neutralSizes.map(({ vcpu }) => vcpu))].join(", ")} vCPU, or set nodes.instanceType`;
  },
);

const instanceType = check(
  ["cloud", "nodes.vcpu", "nodes.memoryGiB", "nodes.instanceType"],
  "nodes.instanceType",
  ({ given: { cloud, nodes }, show }) => {
    if (!isManaged(cloud) || nodes?.instanceType === undefined) return undefined;
    const { instanceType: type, vcpu, memoryGiB } = nodes;
    const shown = show(["nodes", "instanceType"], type);
    const { pattern, example } = instanceTypes[cloud];
    if (!pattern.test(type)) return `${shown} is no instance type of ${cloud}; write it like ${example}`;
    const known = instanceByType(cloud, type);
    if (!known) {
      return vcpu === undefined || memoryGiB === undefined
        ? `${shown} is no type whose size is known here; set nodes.vcpu and nodes.memoryGiB to what it has`
        : undefined;
    }
    if ((vcpu ?? known.vcpu) === known.vcpu && (memoryGiB ?? known.memoryGiB) === known.memoryGiB) return undefined;
    return `${shown} has ${known.vcpu} vCPU and ${known.memoryGiB} GiB, and nodes.vcpu or nodes.memoryGiB says otherwise; leave both out`;
  },
);

/** Of one node: below, an agent of each kind and the largest pod do not fit beside each other. */
const smallest = { vcpu: 2, memoryGiB: 4 };

/**
 * What the pods of the smallest platform ask for, and on every node what the kubelet keeps and the DaemonSets ask for:
 * sums over the pods of `dev` on aws, and what https://github.com/awslabs/amazon-eks-ami keeps for the kubelet.
 */
const platform = { vcpu: 1.5, memoryGiB: 5 };
const everyNode = { vcpu: 0.31, memoryGiB: 0.9 };

const room = check(
  ["cloud", "environment", "nodes.max", "nodes.vcpu", "nodes.memoryGiB", "nodes.instanceType"],
  "nodes",
  ({ config: { cloud, nodes } }) => {
    if (!isManaged(cloud)) return undefined;
    const { vcpu, memoryGiB, max } = nodes;
    if (vcpu < smallest.vcpu || memoryGiB < smallest.memoryGiB) {
      return `${vcpu} vCPU and ${memoryGiB} GiB are too little for a node; take ${smallest.vcpu} vCPU and ${smallest.memoryGiB} GiB or more`;
    }
    const fits =
      max * (vcpu - everyNode.vcpu) >= platform.vcpu && max * (memoryGiB - everyNode.memoryGiB) >= platform.memoryGiB;
    return fits
      ? undefined
      : `${max === 1 ? "one node" : `${max} nodes`} of ${vcpu} vCPU and ${memoryGiB} GiB do${max === 1 ? "es" : ""} not hold the platform's own pods, which ask for ${platform.vcpu} vCPU and ${platform.memoryGiB} GiB; raise nodes.max or take larger nodes`;
  },
);

/**
 * The same in pods, where the number that a node takes is known (its sources: `instances.ts`). Only a small node of AWS
 * takes fewer than the platform has. The pods of `dev` on aws: 21 pods beside 6 on every node; with a domain
 * external-dns and cert-manager's three, with single sign-on Dex.
 */
const platformPods = { always: 21, domain: 4, sso: 1 };
const podsOnEveryNode = 6;

const pods = check(
  [
    ...["cloud", "environment", "region", "domain", "argocd.sso"],
    ...["nodes.max", "nodes.vcpu", "nodes.memoryGiB", "nodes.instanceType"],
  ],
  "nodes",
  ({ config: { cloud, region, nodes, domain, argocd } }) => {
    if (!isManaged(cloud)) return undefined;
    const { vcpu, memoryGiB, max } = nodes;
    const known = neutralSizes.some((one) => one.vcpu === vcpu && one.memoryGiB === memoryGiB);
    const type = nodes.instanceType ?? (known ? instanceNamed(cloud, vcpu, memoryGiB, region) : "");
    const { maxPods } = instanceByType(cloud, type) ?? {};
    if (maxPods === undefined) return undefined;
    const all = platformPods.always + (domain ? platformPods.domain : 0) + (argocd.sso ? platformPods.sso : 0);
    return max * (maxPods - podsOnEveryNode) >= all
      ? undefined
      : `${max === 1 ? "one node" : `${max} nodes`} of ${type} take${max === 1 ? `s ${maxPods} pods` : ` ${maxPods} pods each`}, and the platform has ${all} and ${podsOnEveryNode} more on every node; raise nodes.max or take larger nodes`;
  },
);

export const nodeChecks: Check[] = [bounds, highAvailability, size, instanceType, room, pods];
