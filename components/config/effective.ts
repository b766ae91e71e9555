/** The configuration with every default filled in. */
import * as pulumi from "@pulumi/pulumi";
import { instanceByType } from "../instances";
import { zonesFor } from "../regions";
import { defaultVersion } from "../versions";
import { defaults } from "./defaults";
import type { Given } from "./schema";
import type { PlatformConfig, Receiver } from "./types";

/** Tags and labels that every stack's resources carry. */
export const ownTags = ["environment", "stack", "managed-by"];

/**
 * Fills the defaults in. What was given is taken as it is: checked before.
 * @param stack the stack's name, for the tags.
 */
export function effective(given: Given, stack: string): PlatformConfig {
  const { cloud, environment, region } = given;
  const standard = defaults[environment];
  const network = { ...standard.network, ...given.network };
  const enabled = given.tls?.enabled ?? given.domain !== undefined;
  return {
    cloud,
    environment,
    region,
    kubernetesVersion: given.kubernetesVersion ?? defaultVersion,
    nodes: {
      ...standard.nodes,
      ...sizeOf(given),
      ...given.nodes,
      zones: (cloud === "local" ? undefined : given.nodes?.zones) ?? zonesFor(cloud, region, standard.zoneCount),
    },
    network,
    access: {
      ...standard.access,
      authorizedNetworks: [],
      adminGroups: [],
      developerGroups: [],
      operationsGroups: [],
      ...given.access,
    },
    ...(given.domain === undefined ? {} : { domain: given.domain }),
    ...(given.dns === undefined ? {} : { dns: given.dns }),
    tls: { ...given.tls, enabled },
    gitops: gitops(given),
    storage: { shared: given.storage?.shared ?? false },
    monitoring: {
      ...standard.monitoring,
      ...given.monitoring,
      receivers: (given.monitoring?.receivers ?? []).map(receiver),
    },
    argocd: {
      ...standard.argocd,
      // How many nodes an existing cluster has is its own; most have one.
      ha: standard.argocd.ha && cloud !== "local",
      ...given.argocd,
      ...(given.argocd?.sso ? { sso: sso(given.argocd.sso) } : {}),
    } as PlatformConfig["argocd"],
    // Backups go to a bucket of the cloud, and `local` has none.
    backup: { ...standard.backup, enabled: standard.backup.enabled && cloud !== "local", ...given.backup },
    ...(given.maintenance === undefined ? {} : { maintenance: given.maintenance }),
    bootstrap: given.bootstrap ?? "automatic",
    ...(given.migration === undefined ? {} : { migration: given.migration }),
    tags: { ...given.tags, environment, stack, "managed-by": "pulumi" },
    protect: given.protect ?? standard.protect,
  };
}

/** An instance type says by itself how large it is. */
function sizeOf({ cloud, nodes }: Given): { vcpu: number; memoryGiB: number } | undefined {
  const instance = nodes?.instanceType === undefined ? undefined : instanceByType(cloud, nodes.instanceType);
  return instance && { vcpu: instance.vcpu, memoryGiB: instance.memoryGiB };
}

function gitops({ environment, gitops }: Given): PlatformConfig["gitops"] {
  const { credentials, webhookSecret, sealingKeys, ...plain } = gitops;
  return {
    ...defaults[environment].gitops,
    ...plain,
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            ...(credentials.username === undefined ? {} : { username: credentials.username }),
            ...(credentials.password === undefined ? {} : { password: pulumi.secret(credentials.password) }),
            ...(credentials.sshPrivateKey === undefined
              ? {}
              : { sshPrivateKey: pulumi.secret(credentials.sshPrivateKey) }),
            ...(credentials.knownHosts === undefined ? {} : { knownHosts: credentials.knownHosts }),
          },
        }),
    ...(webhookSecret === undefined ? {} : { webhookSecret: pulumi.secret(webhookSecret) }),
    ...(sealingKeys === undefined
      ? {}
      : { sealingKeys: sealingKeys.map(({ privateKey }) => ({ privateKey: pulumi.secret(privateKey) })) }),
  };
}

function sso(given: NonNullable<NonNullable<Given["argocd"]>["sso"]>): PlatformConfig["argocd"]["sso"] {
  return { ...given, clientSecret: pulumi.secret(given.clientSecret) };
}

function receiver(given: NonNullable<NonNullable<Given["monitoring"]>["receivers"]>[number]): Receiver {
  const { name, teams = [], slack, email, webhook } = given;
  if (slack) return { name, teams, slack: { ...slack, webhookUrl: pulumi.secret(slack.webhookUrl) } };
  if (email) {
    const { password, ...plain } = email;
    return { name, teams, email: password === undefined ? plain : { ...plain, password: pulumi.secret(password) } };
  }
  return { name, teams, webhook };
}
