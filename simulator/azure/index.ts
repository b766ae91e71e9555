/** The simulated Azure: what each of its resource types does, and what its functions answer. */
import type { Behaviour } from "../cloud/behaviour";
import { addressBehaviours } from "./addresses";
import { agentPoolBehaviours } from "./agentPool";
import { authorizationBehaviours } from "./authorization";
import { secondsOf } from "./durations";
import { firewallBehaviours } from "./firewall";
import { groupBehaviours } from "./groups";
import { identityBehaviours } from "./identities";
import { keyVaultBehaviours } from "./keyvault";
import { maintenanceBehaviours } from "./maintenance";
import { managedClusterBehaviours } from "./managedCluster";
import { monitoringBehaviours } from "./monitoring";
import { networkBehaviours } from "./network";
import { recordBehaviours } from "./records";
import type { Resource } from "./resource";
import { storageBehaviours } from "./storage";

export { azureInvokes } from "./invokes";

const resources: Record<string, Resource> = {
  ...groupBehaviours,
  ...networkBehaviours,
  ...recordBehaviours,
  ...addressBehaviours,
  ...firewallBehaviours,
  ...identityBehaviours,
  ...authorizationBehaviours,
  ...keyVaultBehaviours,
  ...managedClusterBehaviours,
  ...agentPoolBehaviours,
  ...maintenanceBehaviours,
  ...monitoringBehaviours,
  ...storageBehaviours,
};

/** Every simulated type, by token. */
export const azureBehaviours: Record<string, Behaviour> = Object.fromEntries(
  Object.entries(resources).map(([type, resource]) => [type, { ...resource, seconds: secondsOf(type) }]),
);
