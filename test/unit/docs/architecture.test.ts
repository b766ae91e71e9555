import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { partsOf } from "../../../tools/architecture/parts";
import type { Registered } from "../../../tools/architecture/record";
import { wrap } from "../../../tools/architecture/svg";
import { architecture } from "../../../tools/generate-architecture";

const root = resolve(__dirname, "../../..");

describe("the drawing of the program", () => {
  it("is fresh: else run `npm run drawing`", { timeout: 60_000 }, async () => {
    expect((await architecture(root)) === readFileSync(join(root, "docs/architecture.svg"), "utf8")).toBe(true);
  });
});

describe("partsOf", () => {
  const resource = (parent: string, type: string, name: string, inputs = {}): Registered => ({
    parent,
    type,
    name,
    inputs,
  });

  it("tells of each component its file, charts with versions, namespaces by name, other kinds once", () => {
    const monitoring = "platform:kubernetes:Monitoring";
    const namespace = "platform:kubernetes:Namespace";
    const { kubernetes, cloud } = partsOf(root, [
      resource("", monitoring, "m"),
      resource(monitoring, "kubernetes:core/v1:Secret", "one"),
      resource(monitoring, "kubernetes:core/v1:Secret", "two"),
      resource(monitoring, "kubernetes:helm.sh/v3:Release", "r", { chart: "velero", version: "1.2.3" }),
      resource(monitoring, namespace, "p-monitoring"),
      resource(namespace, "kubernetes:core/v1:Namespace", "p-monitoring", { metadata: { name: "monitoring" } }),
    ]);
    expect(cloud).toEqual([]);
    expect(kubernetes).toEqual([
      {
        title: "Monitoring",
        file: "components/monitoring.ts",
        lines: ["chart velero 1.2.3", "namespace monitoring", "Secret"],
      },
      { title: "Namespace", file: "components/namespaces.ts", lines: ["Namespace"] },
    ]);
  });
});

describe("wrap", () => {
  it("fills lines without breaking a word", () => {
    expect(wrap(["aaaa", "bbbb", "cccccccccccccccccc"], 80, 11)).toEqual(["aaaa, bbbb", "cccccccccccccccccc"]);
    expect(wrap([], 80, 11)).toEqual([]);
  });
});
