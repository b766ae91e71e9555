/** A Pulumi program that makes nothing: what any program costs. */
import type {} from "@pulumi/pulumi";

async function program(): Promise<Record<string, never>> {
  return {};
}

export = program;
