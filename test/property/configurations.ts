/** Configurations that are valid, whatever is drawn: every rule between keys is kept by how they are made. */
import fc from "fast-check";
import { mostRecoverableDays } from "../../components/clouds/azure/recoverable";
import { partnersOf, softDelete } from "../../components/clouds/gcp/buckets";
import { keys, matches, secretPaths } from "../../components/config/keys";
import { exampleSecret } from "../../components/config/validate";
import { instanceType, neutralSizes } from "../../components/instances";
import { findRegion, regionNames } from "../../components/regions";
import { supportedVersions } from "../../components/versions";
import { accessOf, cloudsOwn, type ManagedCloud } from "./clouds";
import { domain, filled, folder, group, host, label, mark, maybe, networkRange, type Values } from "./drawn";

export interface Drawn {
  cloud: ManagedCloud;
  stack: string;
  values: Values;
  /** Paths of what is kept encrypted. */
  secrets: string[][];
}

export function configurations(cloud: ManagedCloud): fc.Arbitrary<Drawn> {
  const own = cloudsOwn[cloud];
  return fc
    .record({
      stack: own.stack,
      environment: fc.constantFrom("dev", "staging", "prod"),
      region: fc.constantFrom(...regionNames(cloud)),
      domain: maybe(domain),
      network: maybe(fc.constantFrom("own" as const, "existing" as const)),
    })
    .chain(({ stack, environment, region, domain, network }) => {
      const place = { cloud, environment, region, existing: network === "existing" };
      return fc
        .record({
          cloud: fc.constant(cloud),
          environment: fc.constant(environment),
          region: fc.constant(region),
          domain: fc.constant(domain),
          kubernetesVersion: maybe(fc.constantFrom(...supportedVersions(cloud).map(({ version }) => version))),
          nodes: maybe(nodes(place)),
          network: networkOf(place, network),
          access: maybe(accessOf(own)),
          dns: cloud === "azure" && domain ? maybe(group({ resourceGroup: label })) : fc.constant(undefined),
          tls: domain ? tls(place) : fc.constant(undefined),
          gitops: gitops,
          storage: maybe(storage(place)),
          monitoring: maybe(monitoring),
          argocd: maybe(argocd(domain !== undefined)),
          backup: maybe(backup(place)),
          bootstrap: maybe(fc.constantFrom("automatic", "paused")),
          migration: maybe(migration(cloud)),
          maintenance: cloud === "aws" ? fc.constant(undefined) : maybe(maintenance(cloud)),
          protect: maybe(fc.boolean()),
          tags: maybe(fc.dictionary(own.tagName, own.tagValue, { maxKeys: 4 }).map(withoutOwn)),
        })
        .map((values) => {
          const whole = withVelero(highlyAvailable(filled(values)));
          return { cloud, stack, values: whole, secrets: secretsIn(whole) };
        });
    });
}

interface Place {
  cloud: ManagedCloud;
  region: string;
  /** In a network that exists already. */
  existing: boolean;
}

function nodes({ cloud, region, existing }: Place): fc.Arbitrary<Values> {
  const size = fc.constantFrom(...neutralSizes);
  const { zones: all = [], usableZones = all.length } = findRegion(cloud, region) ?? { zones: [] };
  const zones = fc.shuffledSubarray(all.slice(0, usableZones), {
    minLength: Math.min(2, usableZones),
    maxLength: Math.min(3, usableZones),
  });
  const mayName = all.length > 0 && !(cloud === "aws" && existing);
  return fc
    .record({
      size: fc.oneof(
        fc.constant({}),
        size.map((one): Values => ({ ...one })),
        size.map(({ vcpu, memoryGiB }) => ({ instanceType: instanceType(cloud, vcpu, memoryGiB, region) })),
        cloudsOwn[cloud].instance,
      ),
      min: fc.integer({ min: 1, max: 6 }),
      more: fc.nat(6),
      spot: maybe(fc.boolean()),
      zones: mayName ? maybe(zones) : fc.constant(undefined),
      registries: maybe(cloudsOwn[cloud].registries ?? fc.constant(undefined)),
    })
    .map(({ size, min, more, spot, zones, registries }) => {
      // One small node of AWS takes fewer pods than a platform with a domain has.
      const max = Math.max(cloud === "aws" ? 2 : 1, min + more);
      return filled({ ...size, min, max, spot, zones, registries });
    });
}

function networkOf(place: Place, kind: "own" | "existing" | undefined): fc.Arbitrary<Values | undefined> {
  const { cloud, region } = place;
  const ddos: Record<string, fc.Arbitrary<unknown>> = cloud === "azure" ? { ddosProtection: fc.boolean() } : {};
  if (kind === undefined) return fc.constant(undefined);
  if (kind === "own") {
    return group({ cidr: networkRange(cloud), nat: fc.constantFrom("single", "zonal"), ...ddos });
  }
  return group({ existing: cloudsOwn[cloud].existing(region), ...ddos }, ["existing"]);
}

function tls({ cloud, region }: Place): fc.Arbitrary<Values | undefined> {
  const email = fc.constant("platform@example.com");
  const off = fc.constant<Values>({ enabled: false });
  const certificate = cloudsOwn[cloud].certificate?.(region);
  const on = group({ enabled: fc.constant(true), email }, cloud === "azure" ? ["email"] : []);
  const given = certificate ? [group({ enabled: fc.constant(true), certificate }, ["certificate"])] : [];
  return fc.oneof(...(cloud === "azure" ? [] : [fc.constant(undefined)]), off, on, ...given);
}

const privateKey = `-----BEGIN OPENSSH PRIVATE KEY-----\n${mark}\n-----END OPENSSH PRIVATE KEY-----\n`;
const ownHost = exampleOf("gitops.credentials.knownHosts");

/** The first entry of a list that the schema gives as an example. */
function exampleOf(name: string): string {
  const example = keys.find(({ path }) => path.join(".") === name)?.meta.example as string[] | undefined;
  if (example?.[0] === undefined) throw new Error(`${name} has no example`);
  return example[0];
}

const sealingKey = exampleSecret(["gitops", "sealingKeys", "0", "privateKey"]);

const gitops: fc.Arbitrary<Values> = fc
  .record({
    way: fc.oneof(
      fc.tuple(host, folder).map(([name, path]): Values => ({ repository: `https://${name}/${path}` })),
      fc.tuple(host, folder).map(([name, path]): Values => ({
        repository: `https://${name}/${path}`,
        credentials: { username: "git", password: `${mark}-password` },
      })),
      fc
        .constantFrom("git@github.com:example/platform", "ssh://git@gitlab.com/example/platform")
        .map((repository): Values => ({
          repository,
          credentials: {
            sshPrivateKey: privateKey,
          },
        })),
      fc.integer({ min: 1, max: 65535 }).map((port): Values => {
        const knownHosts = [port === 22 ? ownHost : ownHost.replace("git.example.com", `[git.example.com]:${port}`)];
        const repository = `ssh://git@git.example.com:${port}/team/platform`;
        return { repository, credentials: { sshPrivateKey: privateKey, knownHosts } };
      }),
    ),
    rest: group({
      revision: fc.constantFrom("main", "v1.2.3", "release/2026-11"),
      path: folder,
      webhookSecret: fc.constant(`${mark}-webhook-secret`),
      sealingKeys: fc.constant([{ privateKey: sealingKey }]),
    }),
  })
  .map(({ way, rest }) => ({ ...way, ...rest }));

function storage({ cloud, existing }: Place): fc.Arbitrary<Values> {
  const possible = cloud !== "gcp" || !existing;
  return group({ shared: possible ? fc.boolean() : fc.constant(false) });
}

const receiverKinds: fc.Arbitrary<Values> = fc.oneof(
  fc.constant({ webhook: { url: "https://hooks.example.com/alerts" } }),
  fc.constant({ slack: { channel: "#alerts", webhookUrl: `https://hooks.slack.com/services/${mark}` } }),
  fc.boolean().map((login) => ({
    email: {
      to: "oncall@example.com",
      from: "alerts@example.com",
      smarthost: "smtp.example.com:587",
      ...(login ? { username: "alerts", password: `${mark}-mail` } : {}),
    },
  })),
);

const receiver = fc
  .record({ name: label, teams: maybe(fc.subarray(["devops", "dev", "infra"])), kind: receiverKinds })
  .map(({ name, teams, kind }) => filled({ name: `to-${name}`, teams, ...kind }));

const monitoring: fc.Arbitrary<Values> = fc
  .record({
    days: fc.integer({ min: 1, max: 365 }),
    room: fc.nat(500),
    receivers: maybe(fc.uniqueArray(receiver, { maxLength: 3, selector: ({ name }) => name })),
  })
  .map(({ days, room, receivers }) =>
    filled({ retentionDays: days, storageGiB: 2 + Math.ceil(days / 4) + room, receivers }),
  );

function argocd(hasDomain: boolean): fc.Arbitrary<Values> {
  const sso = fc.constant({ issuer: "https://login.example.com", clientId: "argocd", clientSecret: `${mark}-sso` });
  return group({ ha: fc.boolean(), shards: fc.integer({ min: 1, max: 4 }), ...(hasDomain ? { sso } : {}) });
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Three days or more of four hours are what Google asks for at least; Azure takes one. */
function maintenance(cloud: ManagedCloud): fc.Arbitrary<Values> {
  const [minLength, maxLength] = cloud === "azure" ? [1, 1] : [3, 7];
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
  return fc.record({
    days: fc.shuffledSubarray(weekdays, { minLength, maxLength }),
    start: time,
    hours: fc.integer({ min: 4, max: 24 }),
  });
}

/** From a stack in another cloud. */
function migration(target: ManagedCloud): fc.Arbitrary<Values> {
  const others = (Object.keys(cloudsOwn) as ManagedCloud[]).filter((cloud) => cloud !== target);
  const digits = (count: number) =>
    fc.nat({ max: 10 ** count - 1 }).map((number) => String(number).padStart(count, "0"));
  const bucket = digits(7).map((number) => `platform-prod-backup-${number}`);
  const own: Record<ManagedCloud, Record<string, fc.Arbitrary<string>>> = {
    aws: { account: digits(12), bucket },
    azure: {
      account: fc.uuid(),
      bucket: fc.constantFrom("velero", "velero-locked"),
      storageAccount: digits(8).map((number) => `platformprod${number}`),
      resourceGroup: label,
    },
    gcp: { account: digits(6).map((number) => `example-${number}`), bucket },
  };
  return fc.constantFrom(...others).chain((cloud) =>
    fc.record({
      source: fc.record({ cloud: fc.constant(cloud), region: fc.constantFrom(...regionNames(cloud)), ...own[cloud] }),
    }),
  );
}

/** It is Velero that reads the backups of the other stack. */
function withVelero(values: Values): Values {
  const { migration: _, ...rest } = values;
  return (values["backup"] as Values | undefined)?.["enabled"] === false ? rest : values;
}

function backup({ cloud, region }: Place): fc.Arbitrary<Values> {
  const others = regionNames(cloud).filter((name) => name !== region);
  const onAws = {
    lock: fc.constantFrom("none", "governance", "compliance"),
    copyRegion: fc.constantFrom(...others),
  };
  const partners = cloud === "gcp" ? partnersOf(region) : [];
  const onGoogle = {
    lock: fc.constantFrom("none", "governance"),
    ...(partners.length > 0 ? { copyRegion: fc.constantFrom(...partners) } : {}),
  };
  const onAzure = { lock: fc.constantFrom("none", "governance"), copyRegion: fc.constantFrom(...others) };
  const own = { aws: onAws, gcp: onGoogle, azure: onAzure }[cloud];
  const most = { aws: Infinity, gcp: softDelete.most, azure: mostRecoverableDays }[cloud];
  return group({
    enabled: fc.boolean(),
    schedule: fc.constantFrom("0 2 * * *", "@daily", "*/30 1-5 * JAN MON-FRI"),
    retentionDays: fc.integer({ min: 1, max: 3650 }),
    ...own,
  }).map((drawn) =>
    drawn["lock"] === "governance" && Number(drawn["retentionDays"] ?? 0) > most
      ? { ...drawn, retentionDays: most }
      : drawn,
  );
}

/** High availability, asked for or production's default, needs three nodes. */
function highlyAvailable(values: Values): Values {
  const { environment, argocd, nodes } = values as { environment: string; argocd?: Values; nodes?: Values };
  const wanted = argocd?.["ha"] ?? environment === "prod";
  const least = Number(nodes?.["min"] ?? (environment === "dev" ? 2 : 3));
  if (!wanted || least >= 3) return values;
  return { ...values, nodes: { ...nodes, min: 3, max: Math.max(3, Number(nodes?.["max"] ?? 4)) } };
}

/** The platform's own tags are not the user's to set, in any letters. */
function withoutOwn(tags: Record<string, string>): Values {
  const seen = new Set(["environment", "stack", "managed-by"]);
  return Object.fromEntries(
    Object.entries(tags).filter(([name]) => {
      const isNew = !seen.has(name.toLowerCase());
      seen.add(name.toLowerCase());
      return isNew;
    }),
  );
}

function secretsIn(values: Values): string[][] {
  return pathsOf(values).filter((path) => {
    const parts = path.map(asPart);
    return secretPaths.some((pattern) => matches(parts, pattern));
  });
}

/** Every path of a tree, those of its groups and lists included. */
export function pathsOf(node: unknown, path: string[] = []): string[][] {
  if (typeof node !== "object" || node === null) return [path];
  const below = Object.entries(node).flatMap(([key, value]) => pathsOf(value, [...path, key]));
  return path.length > 0 ? [path, ...below] : below;
}

/** As the schema's keys are looked up: entries of lists by number. */
export function asPart(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

/** The schema's keys that a configuration sets, dotted, entries of lists as `*`. */
export function keysIn({ values }: Drawn): string[] {
  const patterns = pathsOf(values).map((path) => path.map((part) => (typeof asPart(part) === "number" ? "*" : part)));
  const set = new Set(patterns.map((pattern) => pattern.join(".")));
  return keys.map(({ path }) => path.join(".")).filter((key) => set.has(key));
}

/** Texts that are in no plain input of any resource. */
export const secretTexts = [mark, sealingKey.split("\n")[1] ?? sealingKey];
