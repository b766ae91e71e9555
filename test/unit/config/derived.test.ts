import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { stackFileSchema } from "../../../tools/config/jsonSchema";
import { derivedFiles } from "../../../tools/generate-config-docs";

const root = resolve(__dirname, "../../..");

describe("what is derived from the schema", () => {
  it("is fresh: else run `npm run generate`", async () => {
    const files = await derivedFiles(root);
    expect(Object.keys(files)).toEqual(["Pulumi.yaml", "docs/configuration.md", "docs/config.schema.json"]);
    for (const [path, text] of Object.entries(files)) {
      expect(readFileSync(join(root, path), "utf8") === text, `${path} is stale`).toBe(true);
    }
  });
});

describe("the schema for editors", () => {
  const schema = stackFileSchema("p") as {
    properties: { config: { properties: Record<string, { anyOf: Record<string, unknown>[] }>; required: string[] } };
  };
  const { properties, required } = schema.properties.config;

  it("asks for the keys that every stack needs", () => {
    expect(required).toEqual(["p:cloud", "p:environment", "p:region", "p:gitops"]);
  });

  it("takes secrets encrypted only", () => {
    const gitops = properties["p:gitops"]?.anyOf[0] as { properties: Record<string, unknown> };
    expect(gitops.properties["webhookSecret"]).toEqual({
      type: "object",
      properties: { secure: { type: "string" } },
      required: ["secure"],
      additionalProperties: false,
      description: "Shared secret that signs the Git host's webhook. Default: a generated one.",
    });
  });

  it("knows bounds, choices and that there are no other keys", () => {
    const nodes = properties["p:nodes"]?.anyOf[0] as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    expect(nodes.additionalProperties).toBe(false);
    expect(nodes.properties["min"]).toMatchObject({ type: "integer", minimum: 1, maximum: 450 });
    expect(properties["p:environment"]?.anyOf[0]).toMatchObject({ enum: ["dev", "staging", "prod"] });
  });
});
