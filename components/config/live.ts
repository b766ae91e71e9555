/** A stack against what is there of it: what can never be changed in place, and what is too early for a first update. */
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "./error";
import type { Problem } from "./problems";
import { supportedVersions } from "../versions";
import type { Cloud, PlatformConfig } from "./types";

/** What a stack's last finished update said of itself. */
export interface LiveStack {
  cloud?: unknown;
  region?: unknown;
  kubernetesVersion?: unknown;
  bootstrap?: unknown;
}

/**
 * Refuses a configuration that would tear a live cluster down to build it somewhere else, an upgrade that no cloud makes,
 * and a new cluster that this program could not talk to. Call it before any resource is declared. What the stack was is in its own outputs; one that
 * never finished an update has none, and nothing to lose.
 *
 * @throws ConfigError
 */
export async function assertPossible(
  config: Pick<PlatformConfig, "cloud" | "region" | "kubernetesVersion" | "access" | "network" | "bootstrap">,
): Promise<void> {
  const live = await liveStack();
  const moved = movedProblems(live, config, pulumi.getStack());
  // Another cloud has its own versions, and no cluster yet.
  const versions = moved.length > 0 ? [] : versionProblems(live, config);
  const problems = [...moved, ...versions, ...unreachableProblems(live, config), ...pausedProblems(live, config)];
  if (problems.length > 0) throw new ConfigError(pulumi.getStack(), problems);
}

/** What of `config` cannot be had in place, with the next step. */
export function movedProblems(
  live: LiveStack,
  config: Pick<PlatformConfig, "cloud" | "region">,
  stack: string,
): Problem[] {
  const next = (cloud: Cloud) =>
    `the stack is live, and its cluster and volumes would be lost. Set it back. To move, bring up a stack of its own ` +
    `beside it (${planned(live.cloud, cloud, stack)}), then take this one down (npm run platform -- teardown --stack ${stack})`;
  if (typeof live.cloud === "string" && live.cloud !== config.cloud) {
    return [
      { key: "cloud", message: `cannot change from "${live.cloud}" to "${config.cloud}": ${next(config.cloud)}` },
    ];
  }
  // A kubeconfig context may be renamed without its cluster moving.
  const moved = typeof live.region === "string" && live.region !== config.region && config.cloud !== "local";
  if (!moved) return [];
  return [
    {
      key: "region",
      message: `cannot change from "${String(live.region)}" to "${config.region}": ${next(config.cloud)}`,
    },
  ];
}

/** How the stack of its own comes about: a move between clouds is planned on the live one. */
function planned(from: unknown, to: Cloud, stack: string): string {
  const between = from !== to && from !== "local" && to !== "local";
  const name = `${stack}-${to}`;
  return between
    ? `npm run platform -- migrate plan --from ${stack} --to ${name} --cloud ${to} says how, and what is in the way`
    : `pulumi stack init ${name}`;
}

/**
 * Kubernetes goes up, and one minor version at a time, on every cloud:
 * - https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
 * - https://learn.microsoft.com/azure/aks/upgrade-aks-cluster
 * - https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-upgrades
 *
 * What the last update brought about is taken for what runs; a cloud may have upgraded the cluster by itself since.
 */
export function versionProblems(
  live: LiveStack,
  { cloud, kubernetesVersion }: Pick<PlatformConfig, "cloud" | "kubernetesVersion">,
): Problem[] {
  if (cloud === "local" || typeof live.kubernetesVersion !== "string") return [];
  const before = minorOf(live.kubernetesVersion);
  const after = minorOf(kubernetesVersion);
  const at = (next: string) => {
    const change = `cannot change from "${live.kubernetesVersion as string}" to "${kubernetesVersion}"`;
    return [{ key: "kubernetesVersion", message: `${change}: ${next}` }];
  };
  if (after < before) {
    return at(
      `a live cluster does not go back to an older Kubernetes. Set it back to "${live.kubernetesVersion}", or bring up ` +
        "a stack of its own beside it",
    );
  }
  const step = `1.${before + 1}`;
  // A step that cannot be configured any more is taken with the cloud's own tools, and the cloud judges what follows.
  if (after - before < 2 || !supportedVersions(cloud).some(({ version }) => version === step)) return [];
  return at(
    `Kubernetes goes up one minor version at a time. Set "${step}" first, pulumi up, and go on from there; where the ` +
      "cloud has upgraded the cluster by itself, run pulumi refresh before it",
  );
}

/** `1.35` → 35 */
function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** A private API server in a network that is only being made: nobody is inside yet, and the program has to be. */
export function unreachableProblems(
  live: LiveStack,
  { cloud, access, network }: Pick<PlatformConfig, "cloud" | "access" | "network">,
): Problem[] {
  if (cloud === "local" || !access.private || network.existing !== undefined || live.cloud !== undefined) return [];
  const message =
    "true in a new network, from which nobody could reach the API server, and pulumi up has to. Name with " +
    "network.existing one that you run it in; or bring the stack up with access.authorizedNetworks first, connect its " +
    "network with yours, and set access.private then";
  return [{ key: "access.private", message }];
}

/** A stack that was complete would lose its root Application, and everything that it has made with it. */
export function pausedProblems(live: LiveStack, { bootstrap }: Pick<PlatformConfig, "bootstrap">): Problem[] {
  if (bootstrap !== "paused" || live.cloud === undefined || live.bootstrap === "paused") return [];
  const message =
    'cannot change from "automatic" to "paused": the stack is live, and its applications and their volumes would be ' +
    "deleted with the root Application. Leave the key out. It is for a stack that is only being made";
  return [{ key: "bootstrap", message }];
}

/** Read by the engine itself, without a resource that every update would show. */
async function liveStack(): Promise<LiveStack> {
  const name = `${organization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const result: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  const { outputs } = (result ?? {}) as { outputs?: unknown };
  return typeof outputs === "object" && outputs !== null ? outputs : {};
}

/** An engine that names none keeps its state itself, where every stack belongs to `organization`. */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "organization";
  }
}
