/** What is the same for most of Google's resources: project, labels, deletion policy, and the names that Pulumi makes up. */
import type { Behaviour, CloudRecord, Context } from "../cloud/behaviour";
import { map, text } from "../cloud/values";
import type { Properties } from "../provider";

/** A behaviour without its durations, which `durations.ts` has. */
export type Resource = Omit<Behaviour, "seconds">;

/** The resource's own project, else the provider's. */
export function projectOf(inputs: Properties, context: Context): string {
  return text(inputs, "project") || text(context.config, "project") || context.account;
}

/** The resource's own region, else the provider's. */
export function regionFor(inputs: Properties, context: Context): string {
  return text(inputs, "region").split("/").at(-1) || context.region;
}

/** A resource of a project: it has the output `project`, and a deletion policy that the provider heeds. */
export function owned(behaviour: Resource): Resource {
  const policy = (inputs: Properties, { config }: Context) =>
    text(inputs, "deletionPolicy") || text(config, "deletionPolicy") || "DELETE";
  return {
    ...behaviour,
    async create(inputs, context) {
      const { id, outputs } = await behaviour.create(inputs, context);
      return {
        id,
        outputs: { ...outputs, project: projectOf(inputs, context), deletionPolicy: policy(inputs, context) },
      };
    },
    async update(record, inputs, context, recorded) {
      const outputs = await behaviour.update?.(record, inputs, context, recorded);
      return { ...outputs, project: record.outputs.project, deletionPolicy: policy(inputs, context) };
    },
    // terraform-provider-google-beta google-beta/tpgresource/utils.go, `DeletionPolicyPreDelete`
    refuseDelete: (record, context) =>
      record.outputs.deletionPolicy === "PREVENT"
        ? `cannot destroy "${record.id}" without setting deletion_policy="DELETE" and running \`terraform apply\``
        : behaviour.refuseDelete?.(record, context),
  };
}

/**
 * A resource with labels: `effectiveLabels` are all that Google then has, the provider's default ones and Pulumi's own
 * mark included; a change of those alone updates it. Source: terraform-provider-google-beta
 * google-beta/tpgresource/labels.go (`setLabelsFields`), pulumi-gcp patches/0006 (the mark's name).
 */
export function labelled(behaviour: Resource, property = "labels"): Resource {
  const outputsOf = (inputs: Properties, context: Context, marked: boolean) => {
    const pulumiLabels = { ...map(context.config, "defaultLabels"), ...map(inputs, property) };
    const mark: Record<string, string> = marked ? { [attribution]: "true" } : {};
    // Newer versions of the provider show the mark among its own labels too.
    return { pulumiLabels: { ...mark, ...pulumiLabels }, effectiveLabels: { ...mark, ...pulumiLabels } };
  };
  const isMarked = ({ outputs }: { outputs: Properties }) => map(outputs, "effectiveLabels")[attribution] === "true";
  return {
    ...behaviour,
    async create(inputs, context) {
      const { id, outputs } = await behaviour.create(inputs, context);
      return {
        id,
        outputs: { ...outputs, ...outputsOf(inputs, context, context.config.addPulumiAttributionLabel !== false) },
      };
    },
    async update(record, inputs, context, recorded) {
      const outputs = await behaviour.update?.(record, inputs, context, recorded);
      return { ...outputs, ...outputsOf(inputs, context, isMarked(record)) };
    },
    alsoUpdates(outputs, inputs, context) {
      // Labels that are unknown, as text in place of a map, are compared when they are known.
      if (typeof inputs[property] === "string") return [];
      const wanted = outputsOf(inputs, context, isMarked({ outputs })).effectiveLabels;
      return sameMap(map(outputs, "effectiveLabels"), wanted) ? [] : ["effectiveLabels", "pulumiLabels"];
    },
  };
}

/** What Pulumi's provider marks things with unless it is told not to. */
const attribution = "goog-pulumi-provisioned";

function sameMap(one: Record<string, string>, other: Record<string, string>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/**
 * Pulumi's automatic name, where the inputs have none: the resource's logical name, a hyphen and seven hexadecimal
 * digits. Longest names and small letters: pulumi-gcp provider/resources.go (`SetAutonaming(255, "-")`,
 * `lowercaseAutoName`).
 * @throws Error where the name would be longer, as Pulumi does.
 */
export function autoName(
  inputs: Properties,
  context: Context,
  { longest = 255, property = "name", lower = false }: { longest?: number; property?: string; lower?: boolean } = {},
): Properties {
  if (inputs[property] !== undefined) return {};
  const prefix = `${lower ? context.name.toLowerCase() : context.name}-`;
  if (prefix.length + 7 > longest) {
    throw new Error(
      `failed to generate auto-name: name '${prefix}' plus 7 random chars is longer than maximum length ${longest}`,
    );
  }
  return { [property]: prefix + context.hex(7) };
}

const computeUrl = "https://www.googleapis.com/compute/v1/";

/** The self link of a resource of Compute Engine. */
export function selfLink(id: string): string {
  return computeUrl + id;
}

/**
 * The resource that a reference means: a self link, an id (`projects/…`), or a name in the same project.
 * @returns undefined where there is none
 */
export function referenced(
  context: Context,
  type: string,
  reference: string,
  project: string,
): CloudRecord | undefined {
  const id = plainReference(reference);
  return context.inventory
    .list(type)
    .find((record) =>
      id.includes("/") ? record.id === id : record.outputs.name === id && record.outputs.project === project,
    );
}

/** `projects/p/global/networks/n` of any form of a self link. */
export function plainReference(reference: string): string {
  return reference.replace(/^https:\/\/[^/]+\/(?:compute\/)?(?:v1|beta|v1beta1)\//, "");
}

/** The project's number, as Google has one for each: twelve digits. */
export function projectNumber(project: string): string {
  let hash = 7;
  for (const letter of project) hash = (hash * 31 + letter.charCodeAt(0)) % 899_999_999_999;
  return String(100_000_000_000 + hash);
}

/** A number as Google gives to things: digits only. */
export function digits(context: Context, length: number): string {
  const first = 1 + (parseInt(context.hex(2), 16) % 9);
  const rest = Array.from({ length: length - 1 }, () => parseInt(context.hex(2), 16) % 10);
  return `${first}${rest.join("")}`;
}

/** Now, as Google's APIs write it: `2026-11-21T10:00:00.000-08:00` in Compute Engine, in UTC elsewhere. */
export function timestamp(): string {
  return new Date().toISOString();
}
