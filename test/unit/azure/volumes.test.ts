import { describe, expect, it } from "vitest";
import { systemObjects } from "../../../simulator/azure/systemObjects";
import { driverOf } from "../../../simulator/controlplane/standins/drivers";
import { volumeFor } from "../../../simulator/controlplane/standins/persistent-volume";

const GiB = 2 ** 30;
const disk = driverOf("disk.csi.azure.com");
const file = driverOf("file.csi.azure.com");
if (!disk || !file) throw new Error("a driver of Azure is gone");
const request = (parameters: Record<string, string>, accessModes = ["ReadWriteOnce"], size = GiB) => ({
  parameters,
  accessModes,
  size,
});
const claim = { metadata: { name: "data", namespace: "default", uid: "1" }, spec: { accessModes: ["ReadWriteOnce"] } };
const volume = (driver: typeof disk, places: string[]) =>
  volumeFor(claim, { provisioner: driver.name, metadata: { name: "class" } }, driver, GiB, places).spec;

describe("Azure Disk", () => {
  it("lives in a zone, in all of them where it is redundant, and outside of any where there is none", () => {
    expect(volume(disk, ["westeurope-1"])?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions).toEqual([
      { key: "topology.disk.csi.azure.com/zone", operator: "In", values: ["westeurope-1"] },
    ]);
    expect(disk.isRegional?.({ skuName: "Premium_ZRS" })).toBe(true);
    expect(disk.isRegional?.({ skuname: "StandardSSD_LRS" })).toBe(false);
    expect([disk.placeOf?.("westeurope-2"), disk.placeOf?.("0")]).toEqual(["westeurope-2", ""]);
  });

  it("is attached as often as the machine has room for disks", () => {
    expect(["Standard_D2s_v5", "Standard_D4s_v5", "Standard_D16s_v5"].map((size) => disk.attachLimit(size))).toEqual([
      4, 8, 32,
    ]);
  });

  it.each([
    [request({ skuName: "Premium_LRS" }), undefined],
    [request({ skuName: "Gold" }), "Gold is not supported sku/storageaccounttype"],
    [request({ iops: "3000" }), "invalid parameter iops in storage class"],
    [request({}, ["ReadWriteMany"]), "Volume capability not supported"],
    [request({}, ["ReadWriteOnce"], 70_000 * GiB), "is out of range"],
  ])("answers %j", (asked, refusal) => {
    expect(disk.refuse(asked)).toEqual(
      refusal === undefined ? undefined : (expect.stringContaining(refusal) as string),
    );
  });
});

describe("Azure Files", () => {
  it("is reached from everywhere, by many", () => {
    expect(volume(file, [])?.nodeAffinity).toBeUndefined();
    expect(file.attachLimit("Standard_D2s_v5")).toBeUndefined();
    expect(file.refuse(request({ skuName: "Premium_LRS" }, ["ReadWriteMany"]))).toBeUndefined();
    expect(file.refuse(request({ skuName: "StandardSSD_LRS" }))).toContain("is not supported sku/storageaccounttype");
    expect(file.refuse(request({ type: "nfs" }))).toContain('invalid parameter "type"');
  });
});

describe("AKS' own classes", () => {
  it("are of parameters that the drivers take, redundant in a cluster of several zones", () => {
    const pool = (...zones: string[]) => ({ agentPoolProfiles: [{ availabilityZones: zones }] });
    const classes = (zones: string[]) => systemObjects(pool(...zones)).filter(({ kind }) => kind === "StorageClass");
    for (const { metadata, provisioner, parameters } of classes(["1", "2"])) {
      const driver = driverOf(String(provisioner));
      expect(driver?.refuse(request(parameters as Record<string, string>)), metadata.name).toBeUndefined();
    }
    const skuOf = (zones: string[]) =>
      classes(zones).find(({ metadata }) => metadata.name === "managed-premium")?.parameters;
    expect(skuOf(["1", "2"])).toEqual({ skuname: "Premium_ZRS" });
    expect(skuOf(["1"])).toEqual({ skuname: "Premium_LRS" });
  });
});
