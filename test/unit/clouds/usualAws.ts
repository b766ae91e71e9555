/** Clusters on AWS as the program makes them under mocks; the two usual ones once for all tests. */
import { createCluster } from "../../../components/clouds";
import type { PlatformConfig } from "../../../components/config/types";
import { computed, dev, invoke, prod } from "./aws";
import { record, type Recording } from "./record";

export function up(config: PlatformConfig, name = "platform") {
  return record(() => createCluster(name, config), computed, invoke);
}

/** The two usual clusters, each brought up once, when it is first asked for: Pulumi's mocks serve one program at a time. */
export const usual = { dev: once(() => up(dev())), prod: once(() => up(prod())) };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

export const eks = (r: Recording) => r.one("eks:index:Cluster", "platform").inputs;
export const group = (r: Recording, name: string) => r.one("aws:eks/nodeGroup:NodeGroup", `platform-${name}`);
