/** Faults on providers that are no cloud's. */
import { describe, expect, it } from "vitest";
import { Faults, parseFault } from "../../../simulator/cloud/faults";
import { faulty } from "../../../simulator/cloud/faulty";
import { kubernetesFaults } from "../../../simulator/kubernetes/faults";
import { InitializationFailed, type CreateRequest, type SimulatedProvider } from "../../../simulator/provider";

const release = "kubernetes:helm.sh/v3:Release";
const object = "kubernetes:core/v1:ConfigMap";

/** What a provider with that fault did when it was asked to create. */
function create(fault: string, request: Partial<CreateRequest>) {
  const done: string[] = [];
  const provider = {
    name: "kubernetes",
    create: async () => {
      done.push("made");
      return { id: "default/one", outputs: { kind: "ConfigMap" } };
    },
    delete: async () => void done.push("removed"),
  } as unknown as SimulatedProvider;
  const faults = new Faults([parseFault(fault)]);
  const broken = faulty(provider, { ...kubernetesFaults, faults, crash: () => done.push("crashed") });
  const whole = { urn: "urn", type: object, name: "one", inputs: {}, preview: false, ...request } as CreateRequest;
  return { done, result: broken.create(whole), again: () => broken.create(whole) };
}

describe.concurrent("a provider with faults", () => {
  it.each(["throttle", "quota"])("makes nothing at %s, and everything the next time", async (kind) => {
    const { done, result, again } = create(`${kind}@${object}=one`, {});
    await expect(result).rejects.toThrow(/too many requests|exceeded quota/);
    expect(done).toEqual([]);
    expect(await again()).toMatchObject({ id: "default/one" });
  });

  it.each(["timeout", "partial"])("makes it at %s, and says that it is not ready", async (kind) => {
    const { done, result } = create(`${kind}@${object}`, {});
    const error = await result.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InitializationFailed);
    expect(error).toMatchObject({ id: "default/one", outputs: { kind: "ConfigMap" } });
    expect(done).toEqual(["made"]);
  });

  it("takes an atomic release back that was not ready in time", async () => {
    const { done, result } = create(`timeout@${release}`, { type: release, inputs: { atomic: true } });
    await expect(result).rejects.not.toBeInstanceOf(InitializationFailed);
    expect(done).toEqual(["made", "removed"]);
  });

  it("makes it before the engine dies, and never answers", async () => {
    const { done, result } = create(`crash@${object}`, {});
    const silence = new Promise((resolve) => setTimeout(resolve, 400, "nothing"));
    expect(await Promise.race([result, silence])).toBe("nothing");
    expect(done).toEqual(["made", "crashed"]);
  });

  it("does nothing in a preview, and keeps the fault for later", async () => {
    const { result } = create(`quota@${object}`, { preview: true });
    expect(await result).toMatchObject({ id: "default/one" });
  });
});
