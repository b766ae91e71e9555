import { expect, it } from "vitest";
import { formatPath, parsePath } from "../../../components/config/keys";

for (const [text, path] of [
  ["region", ["region"]],
  ["gitops.sealingKeys[0].privateKey", ["gitops", "sealingKeys", 0, "privateKey"]],
  ["monitoring.receivers[12].slack.webhookUrl", ["monitoring", "receivers", 12, "slack", "webhookUrl"]],
] as const) {
  it(`reads ${text} as it is written`, () => {
    expect(parsePath(text)).toEqual(path);
    expect(formatPath(path)).toBe(text);
  });
}
