import { describe, expect, it } from "vitest";
import type { StorageClassTrait } from "../../../components/cluster";
import { defaultClass, volumeClass } from "../../../components/storage";
import { devConfig, install, localTraits, plainTraits } from "./fixture";

const type = "kubernetes:storage.k8s.io/v1:StorageClass";

function changed(change: (trait: StorageClassTrait) => Partial<StorageClassTrait>): StorageClassTrait[] {
  return plainTraits.storageClasses.map((trait) => ({ ...trait, ...change(trait) }));
}

describe("storage classes", () => {
  it.each([
    ["where ours is the default", plainTraits, "standard"],
    ["where the cluster's own stays the default", localTraits, "local-path"],
  ])("have exactly one default %s", async (_, traits, expected) => {
    const { recording } = await install(devConfig(), traits);
    const annotations = [...recording.ofType(type), ...recording.ofType(`${type}Patch`)].map(({ inputs }) => {
      const metadata = inputs.metadata as { name: string; annotations: Record<string, string> };
      return [metadata.name, metadata.annotations["storageclass.kubernetes.io/is-default-class"]];
    });
    expect(annotations).toHaveLength(traits.storageClasses.length);
    expect(annotations.filter(([, value]) => value === "true")).toEqual([[expected, "true"]]);
    expect(annotations.filter(([, value]) => value !== "true" && value !== "false")).toEqual([]);
  });

  it("of the cluster are taken over as they are, ours are not forced on anyone", async () => {
    const { recording } = await install(devConfig(), plainTraits);
    // A plain class would be refused where one of its name is there.
    const adopted = recording.one(`${type}Patch`, "platform-test-well-known").inputs;
    expect(adopted).toMatchObject({
      metadata: { annotations: { "pulumi.com/patchForce": "true" } },
      provisioner: "example.com/in-tree",
      parameters: { encrypted: "true" },
      allowVolumeExpansion: false,
    });
    const ours = recording.one(type, "platform-test-standard").inputs;
    expect((ours.metadata as { annotations: object }).annotations).not.toHaveProperty(["pulumi.com/patchForce"]);
  });

  it.each([
    ["none", changed(() => ({ default: false })), "default storage classes: none; exactly one has to be"],
    [
      "several",
      changed(({ adopted }) => (adopted ? { default: true } : {})),
      "default storage classes: standard, well-known; exactly one has to be",
    ],
  ])("are refused with %s default", (_, traits, message) => {
    expect(() => defaultClass(traits)).toThrow(message);
  });

  it("of the platform's own volumes are standard, or else the default", () => {
    expect(volumeClass(plainTraits)).toBe("standard");
    const [localPath] = localTraits.storageClasses;
    expect(volumeClass({ ...localTraits, storageClasses: localPath ? [localPath] : [] })).toBe("local-path");
    // What a cluster brings along under that name may be of spinning disks.
    const born = changed(({ name }) =>
      name === "standard" ? { adopted: true, default: false } : { default: name === "premium" },
    );
    expect(volumeClass({ ...plainTraits, storageClasses: born })).toBe("premium");
  });
});
