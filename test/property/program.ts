/** The whole program for a drawn configuration, against Pulumi's mocks. */
import * as pulumi from "@pulumi/pulumi";
import type { Traits } from "../../components/cluster";
import { createCluster } from "../../components/clouds";
import { formatProblems } from "../../components/config/error";
import type { PlatformConfig } from "../../components/config/types";
import { validateStack } from "../../components/config/validate";
import { namePrefix } from "../../components/names";
import { stackOutputs } from "../../components/outputs";
import { Platform } from "../../components/platform";
import * as google from "../unit/clouds/gcp/google";
import { record, type Recording } from "../unit/clouds/record";
import { computed, invoke } from "../unit/clouds/successor";
import type { Drawn } from "./configurations";
import { mark } from "./drawn";

export interface Ran {
  config: PlatformConfig;
  traits: Traits;
  recording: Recording;
}

/** @throws Error with the problems where the configuration is refused. */
export function parsed({ values, secrets, stack }: Drawn): PlatformConfig {
  const result = validateStack({ values, secrets }, { stack, today: new Date("2026-11-21") });
  if (!result.ok) throw new Error(formatProblems(stack, result.problems));
  return result.config;
}

export async function run(drawn: Drawn): Promise<Ran> {
  const { cloud, stack } = drawn;
  const config = parsed(drawn);
  const name = namePrefix(stack);
  const { result, recording } = await record(
    async () => {
      if (cloud === "gcp") pulumi.runtime.setConfig("gcp:project", google.project);
      const cluster = await createCluster(name, config);
      stackOutputs(config, cluster, new Platform(name, config, cluster));
      return cluster.traits;
    },
    (type, resource, inputs) => ({ ...computed(type, resource, inputs), ...fromCluster(type) }),
    (token, inputs, provider) => zoneOf(config, token) ?? invoke(token, inputs, provider),
  );
  return { config, traits: result, recording };
}

/** What comes from no cloud: generated passwords, and the addresses that load balancers have got. */
function fromCluster(type: string): Record<string, unknown> {
  if (type === "random:index/randomPassword:RandomPassword") return { result: `${mark}-generated` };
  if (!/^kubernetes:(core\/v1:Service|networking\.k8s\.io\/v1:Ingress)$/.test(type)) return {};
  return { status: { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } } };
}

/** The domain's own zone, which Google is searched for. */
function zoneOf({ domain }: PlatformConfig, token: string): Record<string, unknown> | undefined {
  if (token !== "gcp:dns/getManagedZones:getManagedZones") return undefined;
  return { managedZones: [{ name: "the-zone", dnsName: `${domain}.`, visibility: "public" }] };
}
