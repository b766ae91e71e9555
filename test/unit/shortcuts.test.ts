import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";

it("takes from a resource's options the other names that an SDK adds, and nothing else", () => {
  const own = { aliases: [{ name: "before" }], protect: true };
  const added = { aliases: [{ type: "azure-native:network/v20240101:Subnet" }] };
  expect(pulumi.mergeOptions(own, added)).toMatchObject(own);
  expect(pulumi.mergeOptions({ version: "1.0.0" }, own)).toMatchObject({ ...own, version: "1.0.0" });
});
