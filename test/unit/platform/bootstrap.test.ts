/** A stack that waits for a restore, and what it becomes. */
import { beforeAll, describe, expect, it } from "vitest";

import type { StackOutputs } from "../../../components/outputs";
import type { Recorded, Recording } from "../clouds/record";
import { fullTraits, install, prodConfig } from "./fixture";

const root = "kubernetes:argoproj.io/v1alpha1:Application::platform-test-root";
const page = "kubernetes:networking.k8s.io/v1:Ingress::platform-test-grafana";
const stack = "kubernetes:helm.sh/v3:Release::platform-test-kube-prometheus-stack";

let paused: { recording: Recording; result: { outputs: StackOutputs } };
let automatic: typeof paused;

beforeAll(async () => {
  paused = await install(prodConfig({ bootstrap: "paused" }), fullTraits);
  automatic = await install(prodConfig(), fullTraits);
});

const keyOf = ({ type, name }: Recorded) => `${type}::${name}`;
const keys = ({ recording }: typeof paused) => recording.all().map(keyOf).sort();
type Values = Record<string, Record<string, unknown>>;
const monitoring = ({ recording }: typeof paused) =>
  recording.all().find((resource) => keyOf(resource) === stack)?.inputs.values as Values;

describe("a paused stack", () => {
  it("lacks nothing but the root Application and Grafana's page", () => {
    const missing = keys(automatic).filter((key) => !keys(paused).includes(key));
    expect(missing).toEqual([root, page].sort());
    expect(keys(paused).filter((key) => !keys(automatic).includes(key))).toEqual([]);
  });

  it("claims no volume: what has one is not installed, and everything else is", () => {
    const { prometheus, alertmanager, grafana, ...rest } = monitoring(paused);
    expect([prometheus, alertmanager, grafana]).toEqual(Array(3).fill({ enabled: false }));
    const whole = monitoring(automatic);
    expect(rest).toEqual(Object.fromEntries(Object.entries(whole).filter(([key]) => key in rest)));
    expect(JSON.stringify(paused.recording.all().map(({ inputs }) => inputs))).not.toMatch(
      /"(storageSpec|persistence)"/,
    );
  });

  it("says so in its outputs, and sends nobody to Applications that are not there", () => {
    expect(paused.result.outputs.bootstrap).toBe("paused");
    expect(paused.result.outputs.nextCommands.join("\n")).not.toContain("applications");
    expect(automatic.result.outputs).not.toHaveProperty("bootstrap");
    expect(automatic.result.outputs.nextCommands[1]).toBe("kubectl -n argocd get applications");
  });

  it("keeps every resource when it goes on: only the monitoring's values change", () => {
    const inputs = ({ recording }: typeof paused) =>
      new Map(recording.all().map((one) => [keyOf(one), JSON.stringify(one.inputs)]));
    const before = inputs(paused);
    const changed = [...inputs(automatic)].filter(([key, text]) => before.has(key) && before.get(key) !== text);
    expect(changed.map(([key]) => key)).toEqual([stack]);
  });
});
