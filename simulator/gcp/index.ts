/** The simulated Google Cloud: what each of its resource types does, and what its functions answer. */
import type { Behaviour } from "../cloud/behaviour";
import { accountBehaviours } from "./accounts";
import { addressBehaviours } from "./addresses";
import { bucketBehaviours } from "./buckets";
import { clusterBehaviours } from "./clusters";
import { secondsOf } from "./durations";
import { firewallBehaviours } from "./firewalls";
import { kmsBehaviours } from "./kms";
import { memberBehaviours } from "./members";
import { networkBehaviours } from "./networks";
import { nodePoolBehaviours } from "./nodePools";
import { dnsBehaviours } from "./records";
import type { Resource } from "./resource";
import { routerBehaviours } from "./routers";
import { securityBehaviours } from "./security";
import { subnetworkBehaviours } from "./subnetworks";
import { workloadPoolBehaviours } from "./workloadPools";

export { gcpInvokes } from "./invokes";

const resources: Record<string, Resource> = {
  ...networkBehaviours,
  ...subnetworkBehaviours,
  ...routerBehaviours,
  ...firewallBehaviours,
  ...addressBehaviours,
  ...securityBehaviours,
  ...kmsBehaviours,
  ...accountBehaviours,
  ...memberBehaviours,
  ...dnsBehaviours,
  ...clusterBehaviours,
  ...nodePoolBehaviours,
  ...bucketBehaviours,
  ...workloadPoolBehaviours,
};

/** Every simulated type, by token. */
export const gcpBehaviours: Record<string, Behaviour> = Object.fromEntries(
  Object.entries(resources).map(([type, resource]) => [type, { ...resource, seconds: secondsOf(type) }]),
);
