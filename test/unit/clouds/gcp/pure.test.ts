import { describe, expect, it } from "vitest";

import { dualRegion, partnersOf } from "../../../../components/clouds/gcp/buckets";
import { rangesFor } from "../../../../components/clouds/gcp/existing";
import { isClusterName, named, roleId } from "../../../../components/clouds/gcp/names";
import { firstNodes } from "../../../../components/clouds/gcp/nodes";
import { storageClasses } from "../../../../components/clouds/gcp/traits";

describe("a pool begins", () => {
  const zones = ["b", "c", "d"];
  it.each([
    // Bounds, zones that are used, nodes in each.
    [{ min: 3, max: 9 }, 3, 1],
    [{ min: 4, max: 9 }, 3, 2],
    [{ min: 4, max: 5 }, 3, 1],
    [{ min: 2, max: 4 }, 3, 1],
    [{ min: 1, max: 2 }, 2, 1],
    [{ min: 1, max: 1 }, 1, 1],
    [{ min: 0, max: 9 }, 3, 0],
    [{ min: 450, max: 450 }, 3, 150],
  ])("with %o in %i zones, %i in each", (bounds, used, perZone) => {
    expect(firstNodes(bounds, zones)).toEqual({ zones: zones.slice(0, used), perZone });
  });
});

describe("ranges of an existing subnetwork", () => {
  const range = (rangeName: string) => ({ rangeName, ipCidrRange: "10.64.0.0/14" });

  it.each([
    [["pods", "services"], "pods", "services"],
    [["ip-range-svc", "ip-range-pods"], "ip-range-pods", "ip-range-svc"],
    [["dev-pods", "dev-services", "vpn"], "dev-pods", "dev-services"],
  ])("%j are told apart", (names, pods, services) => {
    const found = rangesFor(names.map(range), "s");
    expect([found.pods.rangeName, found.services.rangeName]).toEqual([pods, services]);
  });

  it.each([
    [["dev-pods", "prod-pods", "services"], "pods", "dev-pods, prod-pods, services"],
    [["pods", "other"], "services", "pods, other"],
    [[], "pods", "none"],
  ])("%j are not guessed at", (names, kind, listed) => {
    expect(() => rangesFor(names.map(range), "projects/p/regions/r/subnetworks/s")).toThrow(
      `network.existing.privateSubnets: "projects/p/regions/r/subnetworks/s" needs one secondary range for ${kind}, with "${kind}" in its name; its ranges are: ${listed}`,
    );
  });
});

describe("names", () => {
  it.each(["platform-dev", "a1", "p".repeat(40)])("%s can be a cluster's", (name) => {
    expect(isClusterName(name)).toBe(true);
  });
  it.each(["p".repeat(41), "Platform", "platform-", "1platform", "platform_dev", "platform-google", "goog-dev", "p"])(
    "%s cannot",
    (name) => {
      expect(isClusterName(name)).toBe(false);
    },
  );

  it("leave room for what Pulumi appends, and stay apart when they are cut", () => {
    const long = "p".repeat(40);
    expect(named("platform-dev", "nodes", "serviceAccount")).toBe("platform-dev-nodes");
    expect(named(long, "velero", "serviceAccount")).toHaveLength(22);
    expect(named(long, "velero", "serviceAccount")).not.toBe(named(long, "nodes", "serviceAccount"));
  });

  it("of roles have no hyphen, and never come twice", () => {
    expect(roleId("platform-dev", "velero", "117")).toBe("platform_dev_velero_117");
    expect(roleId("p".repeat(40), "velero", "1".repeat(21))).toHaveLength(64);
  });
});

describe("storage classes", () => {
  it("adopt the three that GKE brings along, exactly as they are, and keep its default", () => {
    const adopted = storageClasses().filter((one) => one.adopted);
    expect(adopted.map(({ name, provisioner, parameters }) => [name, provisioner, parameters])).toEqual([
      ["standard-rwo", "pd.csi.storage.gke.io", { type: "pd-balanced" }],
      ["premium-rwo", "pd.csi.storage.gke.io", { type: "pd-ssd" }],
      ["standard", "kubernetes.io/gce-pd", { type: "pd-standard" }],
    ]);
    expect(adopted.find(({ name }) => name === "standard")?.volumeBindingMode).toBe("Immediate");
    expect(
      storageClasses()
        .filter((one) => one.default)
        .map(({ name }) => name),
    ).toEqual(["standard-rwo"]);
    expect(adopted.every((one) => one.allowVolumeExpansion && one.reclaimPolicy === "Delete")).toBe(true);
  });
});

describe("a bucket in two regions", () => {
  it.each([
    ["us-central1", "us-east1", { location: "NAM4" }],
    ["us-west1", "us-east1", { location: "US", dataLocations: ["US-EAST1", "US-WEST1"] }],
    // A pair within one country is that country's, though both are in the larger location too.
    ["europe-west10", "europe-west3", { location: "DE", dataLocations: ["EUROPE-WEST10", "EUROPE-WEST3"] }],
    ["europe-west2", "europe-west9", undefined],
    ["europe-west1", "us-east1", undefined],
    ["europe-west1", "europe-west1", undefined],
  ])("%s and %s: %o", (one, other, wanted) => {
    expect(dualRegion(one, other)).toEqual(wanted);
    expect(dualRegion(other, one)).toEqual(wanted);
  });

  it("has partners of either kind", () => {
    expect(partnersOf("europe-west2")).toEqual(["europe-west1", "europe-west3"]);
    expect(partnersOf("asia-east1")).toEqual(["asia-southeast1"]);
    expect(partnersOf("me-west1")).toEqual([]);
  });
});
