import { describe, expect, it } from "vitest";
import { canonicalQuantities, canonicalQuantity } from "../../../simulator/kubernetes/quantity";

describe("a quantity", () => {
  // As `resource.MustParse(…).String()` of k8s.io/apimachinery prints them.
  it.each([
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1.5", "1500m"],
    ["250m", "250m"],
    ["0", "0"],
    ["00.10", "100m"],
    ["1000", "1k"],
    ["1500", "1500"],
    ["2048Mi", "2Gi"],
    ["1536Mi", "1536Mi"],
    ["1.5Gi", "1536Mi"],
    ["512Ki", "512Ki"],
    ["0.5Ki", "512"],
    ["1000000k", "1G"],
    ["1e3", "1e3"],
    ["10e3", "10e3"],
    ["1E", "1E"],
    ["0.0000000001", "1n"],
    ["-1000m", "-1"],
  ])("%s is written %s", (given, canonical) => expect(canonicalQuantity(given)).toBe(canonical));

  it.each(["", "abc", "1 Gi", "${cpu}"])("that is none stays as it is: %j", (text) =>
    expect(canonicalQuantity(text)).toBe(text),
  );
});

describe("an object's quantities", () => {
  it("are those of Kubernetes' own fields, not the user's texts", () => {
    const object = {
      metadata: { labels: { limits: "1000m" } },
      data: { requests: { cpu: "1000m" } },
      spec: {
        hard: { "requests.cpu": "20000m", pods: 10 },
        template: { spec: { containers: [{ resources: { limits: { memory: "1024Mi" } }, args: ["1000m"] }] } },
      },
    };
    expect(canonicalQuantities(object)).toEqual({
      metadata: { labels: { limits: "1000m" } },
      data: { requests: { cpu: "1000m" } },
      spec: {
        hard: { "requests.cpu": "20", pods: "10" },
        template: { spec: { containers: [{ resources: { limits: { memory: "1Gi" } }, args: ["1000m"] }] } },
      },
    });
  });
});
