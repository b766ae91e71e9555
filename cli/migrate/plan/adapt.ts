/** What of a stack's values means something to one cloud only, in the target cloud's words. */
import { defaultVersion, supportedVersions } from "../../../components/versions";
import { instanceByType, neutralSizes } from "../../../components/instances";
import { regionFor } from "../../../components/regions";
import type { Cloud } from "../../../components/config/types";
import { freeRange } from "./range";
import type { Report } from "./report";
import { adaptTags } from "./tags";
import { textOf } from "./view";
import { defaultsFor, group, lawOf, type Values } from "./target";

interface Move {
  source: Values;
  from: { cloud: Cloud; region: string };
  /** Changed in place. */
  values: Values;
  kubernetesVersion: string;
  sharedVolumes: boolean;
}

type ManagedCloud = Exclude<Cloud, "local">;

export function adapt(move: Move, report: Report): void {
  const steps = [tags, region, version, nodes, network, access, domain, storage, backup, maintenance];
  for (const step of steps) step(move, report);
}

function cloudOf({ values }: Move): ManagedCloud {
  return values["cloud"] as ManagedCloud;
}

function put(values: Values, name: string, changes: Values): void {
  values[name] = { ...group(values, name), ...changes };
}

/** Empty groups are no keys. */
function without(values: Values, name: string, ...keys: string[]): void {
  const rest = Object.fromEntries(Object.entries(group(values, name)).filter(([key]) => !keys.includes(key)));
  if (Object.keys(rest).length > 0) values[name] = rest;
  else delete values[name];
}

function tags(move: Move, report: Report): void {
  const given = group(move.source, "tags");
  if (Object.keys(given).length > 0) move.values["tags"] = adaptTags(given, cloudOf(move), report);
}

function region({ from, values }: Move, report: Report): void {
  const to = { cloud: values["cloud"] as Cloud, region: String(values["region"]) };
  const law = lawOf(from, to);
  report.adapted("region", "region", {
    what: `${from.region} is a region of ${from.cloud}${law ? `, and the target's law on data is another (${law})` : ""}`,
    then: `${from.region} → ${to.region}`,
  });
}

/** The live cluster's own version counts: the cloud may have upgraded it by itself. */
function version(move: Move, report: Report): void {
  const { source, values, kubernetesVersion: live } = move;
  const supported = supportedVersions(cloudOf(move)).map((one) => one.version);
  const minor = (text: string) => Number(text.split(".")[1]);
  const next = supported.find((one) => minor(one) >= minor(live));
  const told = textOf(source["kubernetesVersion"], defaultVersion);
  if (next === undefined) {
    const newest = supported.at(-1) ?? defaultVersion;
    values["kubernetesVersion"] = newest;
    report.blocking("kubernetes-version", "kubernetesVersion", {
      what: `the source runs ${live}, and ${cloudOf(move)} supports ${supported.join(", ")}: the target would be older`,
      then: "wait until it supports that version, or check with the findings api-version that nothing needs it, and accept this",
    });
    return;
  }
  values["kubernetesVersion"] = next;
  const skew = minor(next) - minor(live);
  if (skew > 0) {
    report.adapted("kubernetes-version", "kubernetesVersion", {
      what: `${cloudOf(move)} does not support ${live} any more`,
      then: `${live} → ${next}, ${skew === 1 ? "a minor version" : `${skew} minor versions`} newer`,
    });
  } else if (told !== live) {
    report.note("kubernetes-version", "kubernetesVersion", {
      what: `the source's configuration says ${told}, and its cluster runs ${live}`,
      then: `the target gets ${next}`,
    });
  }
}

function nodes(move: Move, report: Report): void {
  const { source, from, values } = move;
  const { instanceType, registries } = group(source, "nodes");
  const cloud = cloudOf(move);
  if (typeof instanceType === "string") {
    const given = group(source, "nodes");
    const known = instanceByType(from.cloud, instanceType);
    const wanted = {
      vcpu: known?.vcpu ?? Number(given["vcpu"] ?? defaultsFor(source).nodes.vcpu),
      memoryGiB: known?.memoryGiB ?? Number(given["memoryGiB"] ?? defaultsFor(source).nodes.memoryGiB),
    };
    const size = neutralSizes.find(({ vcpu, memoryGiB }) => vcpu >= wanted.vcpu && memoryGiB >= wanted.memoryGiB);
    if (size) {
      put(values, "nodes", { ...size });
      report.adapted("node-size", "nodes.instanceType", {
        what: `${instanceType} is a machine of ${from.cloud}`,
        then: `${instanceType} → ${size.vcpu} vCPU and ${size.memoryGiB} GiB`,
      });
    } else {
      report.blocking("node-size", "nodes.instanceType", {
        what: `${instanceType} has ${wanted.vcpu} vCPU and ${wanted.memoryGiB} GiB, and no neutral size is as large`,
        then: `name a machine of ${cloud} with --set nodes.instanceType=…, and its nodes.vcpu and nodes.memoryGiB`,
      });
    }
  }
  if (Array.isArray(registries) && registries.length > 0) {
    report.note("image-registries", "nodes.registries", {
      what: `the nodes may pull from ${registries.length === 1 ? "a registry" : `${registries.length} registries`} of ${from.cloud}, and the target's may not`,
      then: "see the findings image-registry: which images that concerns",
    });
  }
}

function network(move: Move, report: Report): void {
  const { source, from, values } = move;
  const { existing, ddosProtection } = group(source, "network");
  if (ddosProtection !== undefined && cloudOf(move) !== "azure") without(values, "network", "ddosProtection");
  if (existing !== undefined) {
    without(values, "network", "existing");
    report.adapted("existing-network", "network.existing", {
      what: `the source is in a network of ${from.cloud} that was there before`,
      then: "the target gets a network of its own; name one that is there with --set network.existing=…",
    });
  }
  const cidr = textOf(group(source, "network")["cidr"], defaultsFor(source).network.cidr);
  const free = freeRange(cidr, from.cloud, cloudOf(move));
  put(values, "network", { cidr: free });
  report.adapted("network-range", "network.cidr", {
    what: `${existing === undefined ? cidr : "the source's network"} may be connected with the target's`,
    then: `${cidr} → ${free}`,
  });
}

const principals = { aws: "IAM role ARNs", azure: "object ids of Entra groups", gcp: "addresses of Google groups" };

function access(move: Move, report: Report): void {
  const { source, from } = move;
  const given = group(source, "access");
  for (const list of ["adminGroups", "developerGroups", "operationsGroups"]) {
    const groups = given[list];
    if (!Array.isArray(groups) || groups.length === 0) continue;
    report.blocking("access-groups", `access.${list}`, {
      what: `${groups.map(String).join(", ")}: ${from.cloud} names groups so, and ${cloudOf(move)} does not know them`,
      then: `name the same people with --set 'access.${list}=["…"]' (${principals[cloudOf(move)]})`,
    });
  }
  if (Array.isArray(given["authorizedNetworks"]) && given["authorizedNetworks"].length > 0) {
    report.note("authorized-networks", "access.authorizedNetworks", {
      what: `${given["authorizedNetworks"].map(String).join(", ")} may reach the target's API server, too`,
      then: "run the move from one of them",
    });
  }
}

const zones = { aws: "a Route 53 hosted zone", azure: "an Azure DNS zone", gcp: "a Cloud DNS zone" };

function domain(move: Move, report: Report): void {
  const { source, from, values } = move;
  const name = source["domain"];
  if (typeof name !== "string") return;
  report.note("domain", "domain", {
    what: `${name} is ${zones[from.cloud as ManagedCloud]} now, and the target writes its own records into ${zones[cloudOf(move)]}`,
    then: `make ${zones[cloudOf(move)]} ${name}${cloudOf(move) === "azure" ? " (dns.resourceGroup says where)" : ""}; the registrar goes on naming the source's servers until the cutover`,
  });
  if (group(source, "dns")["resourceGroup"] !== undefined) without(values, "dns", "resourceGroup");
  const { certificate, email, enabled } = group(source, "tls");
  if (enabled === false) return;
  if (certificate !== undefined) without(values, "tls", "certificate");
  const issuer = { aws: "ACM", azure: "cert-manager", gcp: "Google" }[cloudOf(move)];
  if (cloudOf(move) === "azure" && email === undefined) {
    report.blocking("certificate", "tls.email", {
      what: "Azure issues no certificate itself, and the certificate authority asks for an address",
      then: "name one with --set tls.email=…",
    });
  } else {
    report.adapted("certificate", "tls", {
      what: `${typeof certificate === "string" ? certificate : `the certificate of ${name}`} is ${from.cloud}'s`,
      then: `${issuer} issues one for ${name} and its subdomains, proven by records in the target's zone`,
    });
  }
}

function storage(move: Move, report: Report): void {
  const { source, values, sharedVolumes } = move;
  const asked = group(source, "storage")["shared"] === true;
  if (!asked && !sharedVolumes) return;
  put(values, "storage", { shared: true });
  const product = { aws: "EFS", azure: "Azure Files", gcp: "Filestore, 1 TiB or more for each volume" }[cloudOf(move)];
  report.adapted("shared-storage", "storage.shared", {
    what: sharedVolumes ? "volumes are written to from several nodes" : "the source has the class shared",
    then: `${asked ? "true" : "false → true"}: ${product}`,
  });
}

function backup(move: Move, report: Report): void {
  const { source, from, values } = move;
  const { lock, copyRegion, enabled } = group(source, "backup");
  const cloud = cloudOf(move);
  if (enabled === false) {
    report.blocking("backup-off", "backup.enabled", {
      what: "data moves through the source's backups, and it makes none",
      then: "set backup.enabled to true on the source, and run pulumi up there",
    });
  }
  if (typeof lock === "string" && lock !== "none") {
    const same = cloud === "aws" || lock === "governance";
    put(values, "backup", { lock: same ? lock : "governance" });
    report.adapted("backup-lock", "backup.lock", {
      what: `${lock} on ${from.cloud}${same ? "" : `, which ${cloud} has no like of: who has the right to may lift it there`}`,
      then: `${lock} → ${same ? lock : "governance"}`,
    });
  }
  if (typeof copyRegion === "string") {
    const copy = regionFor(cloud, { cloud: from.cloud, region: copyRegion });
    put(values, "backup", { copyRegion: copy });
    report.adapted("copy-region", "backup.copyRegion", {
      what: `${copyRegion} is a region of ${from.cloud}`,
      then: `${copyRegion} → ${copy}`,
    });
  }
}

/** https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions: 48 hours in 32 days. */
const googleHoursAWeek = 48 / Math.floor(32 / 7);

/** Told by Azure and Google; EKS upgrades nothing by itself while a version is supported. */
function maintenance(move: Move, report: Report): void {
  const { source, values } = move;
  const window = group(source, "maintenance");
  const cloud = cloudOf(move);
  const days = window["days"];
  if (!Array.isArray(days)) return;
  if (cloud === "aws") {
    delete values["maintenance"];
    report.adapted("maintenance", "maintenance", {
      what: "AWS upgrades no cluster by itself while its version is supported",
      then: `${days.join(", ")} at ${String(window["start"])} → no window`,
    });
    return;
  }
  const kept: unknown[] = cloud === "azure" ? days.slice(0, 1) : days;
  const hours = Math.max(Number(window["hours"]), cloud === "gcp" ? Math.ceil(googleHoursAWeek / kept.length) : 0);
  values["maintenance"] = { ...window, days: kept, hours };
  const shown = (names: unknown[], length: unknown) => `${names.join(", ")} for ${String(length)} hours`;
  report.adapted("maintenance", "maintenance", {
    what: cloud === "azure" ? "Azure takes one day of the week" : "Google wants 48 hours in 32 days",
    then: `${shown(days, window["hours"])} → ${shown(kept, hours)}`,
  });
}
