/** JSON Schema of `Pulumi.<stack>.yaml`, for editors. */
import { z } from "zod";
import { schema } from "../../components/config/schema";
import { metadata } from "../../components/config/schema/key";

type JsonSchema = Record<string, unknown>;

/** An encrypted value, as `pulumi config set --secret` writes it. */
const encrypted: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/**
 * Draft 2020-12. What is only accepted encrypted is so here too; a whole key may be encrypted as well.
 * @param project the prefix of the project's keys.
 */
export function stackFileSchema(project: string): JsonSchema {
  const { properties, required } = z.toJSONSchema(schema, {
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => describe(zodSchema, jsonSchema),
  }) as { properties: Record<string, JsonSchema>; required: string[] };
  const prefixed = (name: string) => `${project}:${name}`;
  const known = Object.keys(properties).map(prefixed);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `A stack of ${project}`,
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, value]) => [prefixed(name), { anyOf: [value, encrypted] }]),
        ),
        required: required.map(prefixed),
        // Other namespaces, such as a provider's own settings, are none of this project's.
        propertyNames: { anyOf: [{ enum: known }, { not: { pattern: `^${project}:` } }] },
      },
    },
    required: ["config"],
  };
}

function describe(type: z.core.$ZodType, target: JsonSchema): void {
  const meta = metadata.get(type);
  if (!meta) return;
  if (meta.secret) {
    for (const name of Object.keys(target)) delete target[name];
    Object.assign(target, encrypted);
  }
  target["description"] = [
    meta.description,
    ...(meta.allowed === undefined ? [] : [`Allowed: ${meta.allowed}.`]),
    ...(meta.default === undefined ? [] : [`Default: ${meta.default}.`]),
  ].join(" ");
  if (!meta.secret) target["examples"] = [meta.example];
}
