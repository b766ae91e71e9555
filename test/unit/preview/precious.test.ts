import { describe, expect, it } from "vitest";
import { holdsData, preciousTypes } from "../../../cli/preview/precious";

describe("what takes data with it", () => {
  it.each([
    ["kubernetes:core/v1:Namespace", true],
    ["azure-native:storage:StorageAccount", true],
    ["azure-native:storage/v20240101:StorageAccount", true],
    ["gcp:container/cluster:Cluster", true],
    ["kubernetes:core/v1:ConfigMap", false],
    ["aws:s3/bucketVersioning:BucketVersioning", false],
  ])("%s: %s", (type, expected) => {
    expect(holdsData(type)).toBe(expected);
  });

  it.each(preciousTypes)("%s is a type of its SDK", async (type) => {
    const [name = "", path = "", token = ""] = type.split(":");
    const folder = name === "kubernetes" ? `${path.replace(/\.k8s\.io$/, "")}/v1` : path.split("/")[0];
    const file = `${token.charAt(0).toLowerCase()}${token.slice(1)}`;
    const module = (await import(`@pulumi/${name}/${folder}/${file}.js`)) as Record<string, { __pulumiType?: string }>;
    expect(module[token]?.__pulumiType?.replace(/\/v1(?=:)/, "")).toBe(type);
  });
});
