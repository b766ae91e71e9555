/**
 * What is the same for every AWS resource: its region, its tags merged with the provider's default tags, and the names
 * that Pulumi makes up.
 */
import type { Behaviour, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { map, object, text } from "./values";

/** A behaviour without its durations, which `durations.ts` has. */
export type Resource = Omit<Behaviour, "seconds">;

/** A resource that lives in a region: it has the output `region`, and acts in the one of its own input `region`. */
export function regional(behaviour: Resource): Resource {
  const at = (inputs: Properties, context: Context): Context =>
    text(inputs, "region") ? { ...context, region: text(inputs, "region") } : context;
  const { uniqueName, refuse, update, refuseDelete } = behaviour;
  return {
    ...behaviour,
    ...(uniqueName && { uniqueName: (inputs, context) => uniqueName(inputs, at(inputs, context)) }),
    ...(refuse && { refuse: (inputs, context) => refuse(inputs, at(inputs, context)) }),
    async create(inputs, context) {
      const { id, outputs } = await behaviour.create(inputs, at(inputs, context));
      return { id, outputs: { ...outputs, region: at(inputs, context).region } };
    },
    async update(record, inputs, context, recorded) {
      const outputs = await update?.(record, inputs, at(inputs, context), recorded);
      return { ...outputs, region: at(inputs, context).region };
    },
    ...(refuseDelete && { refuseDelete: (record, context) => refuseDelete(record, at(record.inputs, context)) }),
  };
}

/**
 * A resource with tags: `tagsAll` has the provider's default tags too, and a change of those alone updates it.
 * Source: pulumi-aws provider/tags.go (`applyTags`); limits: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
 */
export function tagged(behaviour: Resource): Resource {
  return {
    ...behaviour,
    refuse: (inputs, context) => tagProblem(allTags(inputs, context)) ?? behaviour.refuse?.(inputs, context),
    async create(inputs, context) {
      const { id, outputs } = await behaviour.create(inputs, context);
      return { id, outputs: { ...outputs, tagsAll: allTags(inputs, context) } };
    },
    async update(record, inputs, context, recorded) {
      const tags = allTags(inputs, context);
      const problem = tagProblem(tags);
      if (problem) throw new Error(problem);
      return { ...(await behaviour.update?.(record, inputs, context, recorded)), tagsAll: tags };
    },
    alsoUpdates(outputs, inputs, context) {
      // Tags that are unknown, as text in place of a map, are compared when they are known.
      if (typeof inputs.tags === "string") return [];
      return sameTags(map(outputs, "tagsAll"), allTags(inputs, context)) ? [] : ["tagsAll"];
    },
  };
}

function allTags(inputs: Properties, context: Context): Record<string, string> {
  return { ...map(object(context.config, "defaultTags"), "tags"), ...map(inputs, "tags") };
}

function sameTags(one: Record<string, string>, other: Record<string, string>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

function tagProblem(tags: Record<string, string>): string | undefined {
  const keys = Object.keys(tags);
  const reserved = keys.find((key) => /^aws:/i.test(key));
  if (reserved)
    return `InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use: ${reserved}`;
  return keys.length > 50 ? "TagLimitExceeded: The maximum number of tags for a resource has been reached." : undefined;
}

/**
 * Pulumi's automatic name, where the inputs have none: the resource's logical name, a hyphen and seven hexadecimal
 * digits. Where they have a prefix for the name, it is that and 26 digits, as Terraform makes it.
 *
 * Longest names: pulumi-aws provider/resource_overrides.go and provider/autonaming.go (255 where nothing else is said).
 * @throws Error where the name would be longer, as Pulumi does.
 */
export function autoName(inputs: Properties, context: Context, longest = 255, property = "name"): Properties {
  const given = text(inputs, `${property}Prefix`);
  if (inputs[property] !== undefined) return {};
  if (given) return { [property]: given + context.hex(26) };
  const prefix = `${context.name}-`;
  if (prefix.length + 7 > longest) {
    throw new Error(
      `failed to generate auto-name: name '${prefix}' plus 7 random chars is longer than maximum length ${longest}`,
    );
  }
  return { [property]: prefix + context.hex(7) };
}
