/** The simulated AWS: what each of its resource types does, and what its functions answer. */
import type { Behaviour } from "../cloud/behaviour";
import { certificateBehaviours } from "./certificates";
import { secondsOf } from "./durations";
import { eksAccessBehaviours } from "./eksAccess";
import { eksAddonBehaviours } from "./eksAddon";
import { eksClusterBehaviours } from "./eksCluster";
import { eksNodeGroupBehaviours } from "./eksNodeGroup";
import { efsBehaviours } from "./efs";
import { endpointBehaviours } from "./endpoints";
import { iamBehaviours } from "./iam";
import { iamProviderBehaviours } from "./iamProviders";
import { kmsBehaviours } from "./kms";
import { launchTemplateBehaviours } from "./launchTemplates";
import { listenerBehaviours } from "./listeners";
import { loadBalancerBehaviours } from "./loadBalancers";
import { logBehaviours } from "./logs";
import { natBehaviours } from "./nat";
import type { Resource } from "./resource";
import { route53Behaviours } from "./route53";
import { routeBehaviours } from "./routes";
import { s3Behaviours } from "./s3";
import { securityGroupBehaviours } from "./securityGroups";
import { subnetBehaviours } from "./subnets";
import { targetGroupBehaviours } from "./targetGroups";
import { vpcBehaviours } from "./vpc";
import { wafBehaviours } from "./wafv2";

export { awsInvokes } from "./invokes";

const resources: Record<string, Resource> = {
  ...vpcBehaviours,
  ...subnetBehaviours,
  ...natBehaviours,
  ...routeBehaviours,
  ...endpointBehaviours,
  ...securityGroupBehaviours,
  ...launchTemplateBehaviours,
  ...logBehaviours,
  ...kmsBehaviours,
  ...iamBehaviours,
  ...iamProviderBehaviours,
  ...eksClusterBehaviours,
  ...eksNodeGroupBehaviours,
  ...eksAddonBehaviours,
  ...eksAccessBehaviours,
  ...loadBalancerBehaviours,
  ...listenerBehaviours,
  ...targetGroupBehaviours,
  ...certificateBehaviours,
  ...route53Behaviours,
  ...wafBehaviours,
  ...s3Behaviours,
  ...efsBehaviours,
};

/** Every simulated type, by token. */
export const awsBehaviours: Record<string, Behaviour> = Object.fromEntries(
  Object.entries(resources).map(([type, resource]) => [type, { ...resource, seconds: secondsOf(type) }]),
);
