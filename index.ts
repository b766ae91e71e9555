/** The program of a stack: one cluster, in one cloud, for one environment, with the platform on it. */
import * as pulumi from "@pulumi/pulumi";

import "./components/promises";
import { createCluster } from "./components/clouds";
import { assertPossible, loadConfig } from "./components/config";
import { namePrefix } from "./components/names";
import { type StackOutputs, stackOutputs } from "./components/outputs";
import { Platform } from "./components/platform";

/** Run by `pulumi up` and by Automation API programs alike; makes nothing before it is called. */
async function program(): Promise<StackOutputs> {
  const name = namePrefix(pulumi.getStack());
  const config = loadConfig();
  await assertPossible(config);
  const cluster = await createCluster(name, config);
  const platform = new Platform(name, config, cluster);
  return stackOutputs(config, cluster, platform);
}

export = program;
