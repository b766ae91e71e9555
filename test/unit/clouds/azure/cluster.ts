/** Clusters on Azure, brought up against mocks, and where to find what of them. */
import { createCluster } from "../../../../components/clouds";
import type { PlatformConfig } from "../../../../components/config/types";
import { computed, dev, invoke, prod, subscription } from "../azure";
import { record, type Recording } from "../record";

export function up(config: PlatformConfig, name = "platform") {
  return record(() => createCluster(name, config), computed, invoke);
}

/** The two usual clusters, each brought up once, when it is first asked for: Pulumi's mocks serve one program at a time. */
export const usual = { dev: once(() => up(dev())), prod: once(() => up(prod())) };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

export const azure = (type: string) => `azure-native:${type}`;
export const aks = (r: Recording) => r.one(azure("containerservice:ManagedCluster"), "platform");
export const pool = (r: Recording, name: string) => r.one(azure("containerservice:AgentPool"), `platform-${name}`);
export const pools = (r: Recording) => r.names(azure("containerservice:AgentPool"));
export const role = (r: Recording, name: string) => r.one(azure("authorization:RoleAssignment"), `platform-${name}`);
export const roleId = (id: string) =>
  `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
