/** The `config` block of Pulumi.yaml. */
import { parseDocument } from "yaml";
import { z } from "zod";
import { type Key, keys } from "../../components/config/keys";

/**
 * Sets the block in Pulumi.yaml's text and keeps the rest, comments too. Every key gets an empty default: Pulumi calls a
 * key without one missing, one by one and before the program could tell all problems at once, and the real defaults
 * depend on the environment.
 */
export function withConfigBlock(text: string): string {
  const document = parseDocument(text);
  const topLevel = keys.filter(({ path }) => path.length === 1);
  document.set("config", document.createNode(Object.fromEntries(topLevel.map((key) => [key.path[0], entry(key)]))));
  return document.toString({ lineWidth: 120 });
}

function entry({ type, meta }: Key) {
  const structured = type instanceof z.ZodObject || type instanceof z.ZodRecord;
  return {
    type: structured ? "object" : "string",
    description: meta.default === undefined ? meta.description : `${meta.description} Default: ${meta.default}.`,
    default: structured ? {} : "",
  };
}
