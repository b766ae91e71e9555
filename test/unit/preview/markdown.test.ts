import { describe, expect, it } from "vitest";
import type { Change } from "../../../cli/preview/changes";
import { commentLimit, renderReport, summarize } from "../../../cli/preview/markdown";
import { recorded, reportOf } from "./events";

const change = (given: Partial<Change>): Change => ({
  action: "update",
  type: "aws:ec2/vpc:Vpc",
  name: "main",
  properties: [],
  replacedBy: [],
  protected: false,
  holdsData: false,
  stays: false,
  ...given,
});

const report = (changes: Change[], errors: string[] = []) => ({ stack: "dev", changes, errors });

describe("the report of a preview", () => {
  it("is a table of names", () => {
    expect(renderReport(reportOf(recorded("replace")))).toBe(
      [
        "### `dev`: 2 to replace, 1 to update, 1 to create",
        "",
        "| | resource | name | properties |",
        "| --- | --- | --- | --- |",
        "| replace | `aws:eks/nodeGroup:NodeGroup` | `platform-dev-aws-general-eu-west-1a` | **replaces:** `instanceTypes[0]` |",
        "| replace | `aws:eks/nodeGroup:NodeGroup` | `platform-dev-aws-general-eu-west-1b` | **replaces:** `instanceTypes[0]` |",
        "| update | `kubernetes:helm.sh/v3:Release` | `platform-dev-aws-kube-prometheus-stack` | " +
          "`values.alertmanager.alertmanagerSpec.retention`, " +
          "`values.prometheus.prometheusSpec.resources.limits.memory`, " +
          "`values.prometheus.prometheusSpec.resources.requests.memory`, " +
          "`values.prometheus.prometheusSpec.retention` |",
        "| create | `aws:eks/nodeGroup:NodeGroup` | `platform-dev-aws-spot` |  |",
        "",
        "Names only: values, and the stack's outputs, stay out of pull requests. `pulumi preview --diff` shows them.",
        "",
      ].join("\n"),
    );
  });

  it("tells no value, of a secret or of anything else", () => {
    const events = recorded("replace");
    const inputs = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata.new?.inputs ?? []);
    const text = renderReport(reportOf(events));
    expect(JSON.stringify(inputs)).toMatch(/m6i\.xlarge|m7i\.xlarge/);
    expect(text).not.toMatch(/xlarge|31d/);
  });

  it("warns before anything else of what may be lost, also where the preview failed", () => {
    const text = renderReport(reportOf(recorded("protected")));
    const [heading, ...rest] = text.split("\n");
    expect(heading).toBe("### `dev`: the preview failed");
    expect(rest.join("\n")).toMatch(
      /^\n```text\nplatform-dev-aws-backup: Preview failed: .*?\n```\n\nSeen until then/s,
    );
    expect(text).toContain("Seen until then, and not complete: 17 to delete, 1 to update.");
    const warning = text.indexOf("> [!CAUTION]\n> **Replaced or deleted, though protected or holding data: 2.**");
    expect(warning).toBeGreaterThan(0);
    expect(warning).toBeLessThan(text.indexOf("| delete | `aws:s3/bucket:Bucket`"));
    expect(text).toContain(
      "| **delete** | `aws:s3/bucket:Bucket` | `platform-dev-aws-backup` | " +
        "holds data; protected: Pulumi refuses until that is lifted; stays in the cloud, forgotten by Pulumi |",
    );
  });

  it("says so where nothing changes, and has no table then", () => {
    expect(renderReport(report([]))).toBe("### `dev`: no changes\n\n");
  });

  it("gathers what is new by type", () => {
    const created = Array.from({ length: 13 }, (_, index) => change({ action: "create", name: `subnet-${index}` }));
    const text = renderReport(report(created));
    expect(text).toContain("### `dev`: 13 to create");
    expect(text).toMatch(/^\| create \| `aws:ec2\/vpc:Vpc` \| `subnet-0`, .*`subnet-9` and 3 more \| {2}\|$/m);
  });

  it.each([
    ["a name that ends a cell or a span", change({ name: "a|b`c\nd" }), "`a\\|b c d`"],
    ["a name that would call somebody", change({ name: "@everyone" }), "`@everyone`"],
  ])("makes no markup of %s", (_, given, expected) => {
    const line = renderReport(report([given]))
      .split("\n")
      .find((one) => one.startsWith("| update"));
    expect(line?.split(" | ")[2]).toBe(expected);
  });

  it("makes no markup of an error either", () => {
    const text = renderReport(report([], ["````\n**bold** <img src=x>"]));
    expect(text).toBe(
      "### `dev`: the preview failed\n\n`````text\n````\n**bold** <img src=x>\n`````\n\nNothing was seen.\n\n",
    );
  });
});

describe("a report that is too long for a comment", () => {
  const bucket = change({ action: "delete", type: "aws:s3/bucket:Bucket", name: "backup", holdsData: true });
  const many = Array.from({ length: 1000 }, (_, index) =>
    change({ name: `größe-${index}`, properties: Array.from({ length: 5 }, (_, path) => `tags.${path}`) }),
  );

  it("is cut after whole rows, the dangerous ones first, and says how much is missing", () => {
    const whole = renderReport(report([bucket, ...many]));
    const cut = renderReport(report([bucket, ...many]), commentLimit);
    expect(Buffer.byteLength(whole)).toBeGreaterThan(commentLimit);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(commentLimit);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(commentLimit - 1000);
    expect(cut).toContain("| **delete** | `aws:s3/bucket:Bucket` | `backup` | holds data |");
    const rows = cut.split("\n").filter((line) => line.startsWith("| update"));
    expect(rows.every((line) => line.endsWith(" |"))).toBe(true);
    // The two lines after the table are missing too.
    expect(cut).toContain(`**Cut: ${1000 - rows.length + 2} more lines do not fit here.**`);
  });

  it("leaves room for what may be lost, however long the errors are", () => {
    const cut = renderReport(report([bucket, ...many], ["x".repeat(200_000)]), commentLimit);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(commentLimit);
    expect(cut).toContain("[185000 more characters of errors: see the workflow's run]\n```\n");
    expect(cut).toContain("| **delete** | `aws:s3/bucket:Bucket` | `backup` | holds data |");
  });

  it("fits exactly where it just fits", () => {
    const whole = renderReport(report([bucket]));
    expect(renderReport(report([bucket]), Buffer.byteLength(whole))).toBe(whole);
    expect(renderReport(report([bucket]), Buffer.byteLength(whole) - 1)).toContain("**Cut:");
  });
});

it("counts by action", () => {
  const actions = ["create", "update", "replace", "delete", "import", "create"] as const;
  expect(summarize(actions.map((action) => change({ action })))).toBe(
    "1 to replace, 1 to delete, 1 to update, 1 to import, 2 to create",
  );
});
