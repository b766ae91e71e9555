/** Every instance type that the program can name is one that the simulated EC2 has, and they agree on what it has. */
import { describe, expect, it } from "vitest";

import { amiType, alike, spotTypes } from "../../../components/clouds/aws/instancefamilies";
import { instanceByType, instanceType, neutralSizes } from "../../../components/instances";
import { regionNames } from "../../../components/regions";
import { instance } from "../../../simulator/aws/instances";

const general = neutralSizes.flatMap(({ vcpu, memoryGiB }) =>
  [...new Set(regionNames("aws").map((region) => instanceType("aws", vcpu, memoryGiB, region)))].map((type) => ({
    type,
    vcpu,
    memoryGiB,
  })),
);

describe("instance types", () => {
  it.each(general)("$type is $vcpu × $memoryGiB, and holds as many pods as the program counts on", (wanted) => {
    const { type, vcpu, memoryGiB } = wanted;
    expect(instance(type)).toEqual({
      vcpu,
      memoryGiB,
      maxPods: instanceByType("aws", type)?.maxPods,
      architecture: "amd64",
    });
  });

  it.each(general)("a spot group for $type has only types of the same size that exist", ({ type, vcpu, memoryGiB }) => {
    for (const other of spotTypes(type)) expect([other, instance(other)]).toMatchObject([other, { vcpu, memoryGiB }]);
  });

  it("of every family that stands for another are known, with the processor that the image is for", () => {
    const types = alike
      .flat()
      .flatMap((family) => ["large", "xlarge", "2xlarge", "4xlarge"].map((size) => `${family}.${size}`));
    expect(types.filter((type) => instance(type) === undefined)).toEqual([]);
    const arm = types.filter((type) => instance(type)?.architecture === "arm64");
    expect(types.filter((type) => amiType([type]).includes("ARM_64"))).toEqual(arm);
  });
});
