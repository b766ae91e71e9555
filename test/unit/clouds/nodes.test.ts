import { describe, expect, it } from "vitest";

import { groups as argocdGroups } from "../../../components/argocd/settings";
import { grantsByPrincipal, groups } from "../../../components/clouds/aws/access";
import { amiType, spotTypes } from "../../../components/clouds/aws/instancefamilies";
import { checkClusterName, withinLimit } from "../../../components/clouds/aws/names";
import { spread } from "../../../components/clouds/spread";

describe("spread", () => {
  const bounds = (min: number, max: number, zones: number) =>
    spread(min, max, zones).map(({ minSize, maxSize }) => `${minSize}-${maxSize}`);

  it.each([
    [3, 10, 3, ["1-4", "1-3", "1-3"]],
    [4, 5, 3, ["2-2", "1-2", "1-1"]],
    [2, 2, 3, ["1-1", "1-1", "0-0"]],
    [2, 4, 2, ["1-2", "1-2"]],
  ])("%i to %i nodes over %i zones", (min, max, zones, expected) => {
    expect(bounds(min, max, zones)).toEqual(expected);
  });

  it("always adds up, and never asks for more than it allows", () => {
    for (const zones of [1, 2, 3]) {
      for (let max = 1; max <= 12; max++) {
        for (let min = 1; min <= max; min++) {
          const shares = spread(min, max, zones);
          expect(shares.reduce((sum, { minSize }) => sum + minSize, 0)).toBe(min);
          expect(shares.reduce((sum, { maxSize }) => sum + maxSize, 0)).toBe(max);
          expect(shares.every(({ minSize, maxSize }) => minSize <= maxSize)).toBe(true);
        }
      }
    }
  });
});

describe("instance types", () => {
  it.each([
    ["m7i.xlarge", ["m7i.xlarge", "m6i.xlarge", "m5.xlarge"]],
    ["r6i.large", ["r6i.large", "r5.large"]],
    ["m5.large", ["m5.large"]],
    ["x2idn.16xlarge", ["x2idn.16xlarge"]],
    ["m7g.large", ["m7g.large", "m6g.large"]],
  ])("a spot group for %s", (type, expected) => {
    expect(spotTypes(type)).toEqual(expected);
  });

  it.each([
    ["m7g.large", "AL2023_ARM_64_STANDARD"],
    ["c6gn.xlarge", "AL2023_ARM_64_STANDARD"],
    ["m7i.large", "AL2023_x86_64_STANDARD"],
    ["g5.xlarge", "AL2023_x86_64_STANDARD"],
  ])("the image for %s is %s", (type, expected) => {
    expect(amiType([type])).toBe(expected);
  });
});

describe("names", () => {
  it("stay as they are while they fit", () => {
    expect(withinLimit("platform", "alb", 32)).toBe("platform-alb");
    expect(withinLimit("a".repeat(20), "alb", 32)).toBe(`${"a".repeat(20)}-alb`);
  });

  it("are cut to the limit and stay apart", () => {
    const [one, other] = ["x", "y"].map((end) => withinLimit(`${"a".repeat(30)}${end}`, "alb", 32));
    expect(one).toHaveLength(24);
    expect(other).toHaveLength(24);
    expect(one).not.toBe(other);
  });

  it.each(["p", "-p", "p-", "1p", "P", "a_b", ""])("a cluster is not called %j", (name) => {
    expect(() => checkClusterName(name)).toThrow(`the cluster cannot be called "${name}"`);
  });
});

it("a principal of several lists has one grant with all of them", () => {
  const shared = "arn:aws:iam::123456789012:role/lead";
  const grants = grantsByPrincipal({
    private: false,
    authorizedNetworks: [],
    adminGroups: [shared],
    developerGroups: [shared, "arn:aws:iam::123456789012:role/dev"],
    operationsGroups: [shared],
  });
  expect([...grants]).toEqual([
    [shared, { admin: true, groups: ["platform:developers", "platform:operations"] }],
    ["arn:aws:iam::123456789012:role/dev", { admin: false, groups: ["platform:developers"] }],
  ]);
});

it("people have the same groups in the cluster and in Argo CD", () => {
  expect(argocdGroups).toMatchObject(groups);
});
