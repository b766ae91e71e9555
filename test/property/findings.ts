/** What is wrong with what a program has registered: each function tells all that it finds, and nothing where all is well. */
import { overlaps, parseCidr } from "../../components/cidr";
import { ownTags } from "../../components/config/effective";
import { awsBehaviours } from "../../simulator/aws";
import { azureBehaviours } from "../../simulator/azure";
import type { Behaviour } from "../../simulator/cloud/behaviour";
import { gcpBehaviours } from "../../simulator/gcp";
import { checkInputs, isKnown } from "../../simulator/schema";
import { book } from "../../simulator/schema/data";
import { Account } from "../unit/aws/account";
import { valueOf, type Recorded } from "../unit/clouds/record";
import { secretTexts } from "./configurations";
import type { Ran } from "./program";

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** Exactly one class is the default: in the traits, and of the objects that say whether they are. */
export function defaultClasses({ traits, recording }: Ran): string[] {
  const meant = traits.storageClasses.filter((one) => one.default).map(({ name }) => name);
  const classes = recording
    .all()
    .filter(({ type }) => /^kubernetes:storage\.k8s\.io\/v1:StorageClass(Patch)?$/.test(type));
  const made = classes.filter(({ inputs }) => annotation(inputs) === "true").map(({ inputs }) => metadata(inputs).name);
  const silent = classes.filter(({ inputs }) => !["true", "false"].includes(annotation(inputs) ?? ""));
  return [
    ...(meant.length === 1 ? [] : [`${meant.length} classes are meant to be the default: ${meant.join(", ")}`]),
    ...(made.length === 1 && made[0] === meant[0]
      ? []
      : [`the default is ${made.join(", ") || "none"}, not ${meant.join(", ")}`]),
    ...silent.map(({ name }) => `${name} does not say whether it is the default`),
  ];
}

function metadata(inputs: Record<string, unknown>) {
  return (inputs["metadata"] ?? {}) as { name?: string; annotations?: Record<string, string> };
}

function annotation(inputs: Record<string, unknown>): string | undefined {
  return metadata(inputs).annotations?.[defaultClass];
}

const behaviours: Record<string, Behaviour> = { ...awsBehaviours, ...azureBehaviours, ...gcpBehaviours };

/** Inputs as the cloud gets them, generated names included, against what the cloud accepts: lengths and characters first. */
export function refusedInputs({ config, recording }: Ran): string[] {
  return ofClouds(recording.all()).flatMap(({ type, name, inputs }) => {
    if (!isKnown(type)) return [`${type} is unknown`];
    const context = { ...new Account(config.region).context(name), hex: (length: number) => "0".repeat(length) };
    const whole = { ...behaviours[type]?.defaults?.(inputs, context), ...inputs };
    return checkInputs(type, whole).map(({ property, reason }) => `${name} ${property}: ${reason}`);
  });
}

/** Two objects of a kind that have one name in one namespace are one object with two owners. */
export function sameNames({ recording }: Ran): string[] {
  const named = recording.all().flatMap(({ type, inputs }) => {
    const { name, namespace = "" } = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
    return type.startsWith("kubernetes:") && name && !type.endsWith("Patch") ? [`${type} ${namespace}/${name}`] : [];
  });
  return named.filter((one, index) => named.indexOf(one) < index);
}

/** Ranges that have to keep clear of each other: subnets, pods, services, control planes. */
export async function clashingRanges({ config, recording }: Ran): Promise<string[]> {
  const found: { owner: string; range: string }[] = [];
  for (const { type, name, inputs } of recording.all()) {
    for (const [path, value] of leaves(inputs)) {
      if (!ranges.some((pattern) => pattern.test(`${type} ${path}`))) continue;
      found.push({ owner: `${name} ${path}`, range: String(await valueOf(value)) });
    }
  }
  const clashes = found.flatMap((one, index) =>
    found
      .slice(0, index)
      .filter((other) => overlaps(parseCidr(one.range), parseCidr(other.range)))
      .map((other) => `${one.owner} (${one.range}) and ${other.owner} (${other.range})`),
  );
  const expected = config.network.existing ? 0 : 2;
  return found.length < expected ? [`only ${found.length} ranges were found`] : clashes;
}

const ranges = [
  /^aws:ec2\/subnet:Subnet cidrBlock$/,
  /^eks:index:Cluster kubernetesServiceIpAddressRange$/,
  /^azure-native:network:Subnet addressPrefix$/,
  /^azure-native:containerservice:ManagedCluster networkProfile\.(podCidr|serviceCidr)$/,
  /^gcp:compute\/subnetwork:Subnetwork (ipCidrRange|secondaryIpRanges\.\d+\.ipCidrRange)$/,
  /^gcp:container\/cluster:Cluster privateClusterConfig\.masterIpv4CidrBlock$/,
];

/** Where a type of a cloud carries tags. */
const tagInputs = ["tags", "labels", "resourceLabels"];

/** Every resource that can carry tags has all of the stack's, its own or the provider's; in another cloud the platform's. */
export function untagged({ config, recording }: Ran): string[] {
  const provided = new Map(
    recording
      .all()
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map(({ name, inputs }) => [name, defaultsOf(inputs)] as const),
  );
  return ofClouds(recording.all()).flatMap((resource) => {
    const { type, name, inputs, provider } = resource;
    const shape = book[type.split(":")[0] ?? ""]?.declarations.resources[type] ?? {};
    const input = tagInputs.find((one) => shape[one] !== undefined);
    if (!input) return [];
    const carried = { ...provided.get(provider), ...(inputs[input] as Record<string, string> | undefined) };
    const isElsewhere = provider.includes("-source-");
    const missing = Object.entries(config.tags).filter(
      ([key, value]) => carried[key] !== value && (!isElsewhere || ownTags.includes(key)),
    );
    return missing.length > 0 ? [`${type} ${name} lacks ${missing.map(([key]) => key).join(", ")}`] : [];
  });
}

function defaultsOf({ defaultTags, defaultLabels }: Record<string, unknown>): Record<string, string> {
  const tags = typeof defaultTags === "string" ? (JSON.parse(defaultTags) as unknown) : defaultTags;
  const labels = typeof defaultLabels === "string" ? (JSON.parse(defaultLabels) as unknown) : defaultLabels;
  return { ...(tags as { tags?: Record<string, string> })?.tags, ...(labels as Record<string, string>) };
}

/** Paths of plain inputs that hold a secret; what Pulumi keeps secret is skipped. */
export function plainSecrets({ recording }: Ran): string[] {
  return recording
    .all()
    .flatMap(({ name, inputs }) =>
      leaves(inputs).flatMap(([path, value]) =>
        typeof value === "string" && secretTexts.some((text) => value.includes(text)) ? [`${name} ${path}`] : [],
      ),
    );
}

/** Secrets in the values of Helm releases: Helm keeps them in the cluster, and shows them to whoever asks for a release. */
export function secretValues({ recording }: Ran): string[] {
  return recording
    .ofType("kubernetes:helm.sh/v3:Release")
    .flatMap(({ name, inputs }) => markedSecret(inputs["values"]).map((path) => `${name} ${path}`));
}

function markedSecret(value: unknown, path = "values"): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (secretKey in value) return [path];
  return Object.entries(value).flatMap(([key, item]) => markedSecret(item, `${path}.${key}`));
}

/** How Pulumi marks a secret among plain values (`SigKey` of its sdk/go/common/resource/sig). */
const secretKey = "4dabf18193072939515e22adb298388d";

/** Every value that is no group and no list, with its path; nothing of what is secret. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  if (secretKey in value) return [];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path ? `${path}.${key}` : key));
}

function ofClouds(resources: Recorded[]): Recorded[] {
  return resources.filter(({ type }) => /^(aws|azure-native|gcp):/.test(type));
}
