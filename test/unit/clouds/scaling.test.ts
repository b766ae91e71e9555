/** How many nodes a group is asked to have beside an autoscaler, and what the program looks at to know. */
import { describe, expect, it } from "vitest";

import { createCluster } from "../../../components/clouds";
import { checkCreator } from "../../../components/clouds/aws/access";
import { scalingOf } from "../../../components/clouds/aws/live";
import { decideScaling, type Scaling } from "../../../components/clouds/aws/scaling";
import type { PlatformConfig } from "../../../components/config/types";
import { computed, dev, invoke } from "./aws";
import { record, type Recording } from "./record";

const sizes = (minSize: number, desiredSize: number, maxSize: number): Scaling => ({ minSize, desiredSize, maxSize });

describe("the number of nodes", () => {
  it.each([
    ["a new group", [1, 3], [], 1, true],
    ["a group that rests", [1, 3], [[1, 1, 3]], 1, true],
    ["a busy group", [1, 3], [[1, 3, 3]], 3, true],
    ["a minimum above what runs", [2, 3], [[1, 1, 3]], 2, false],
    ["a minimum below what runs", [2, 4], [[1, 3, 4]], 3, false],
    ["a lower minimum", [1, 4], [[2, 3, 4]], 3, false],
    ["a higher maximum", [1, 6], [[1, 3, 3]], 3, false],
    ["a maximum below what runs", [1, 2], [[1, 4, 4]], 2, false],
    ["both moved away", [4, 5], [[1, 2, 3]], 4, false],
    ["no nodes at all", [0, 4], [[0, 0, 3]], 0, false],
    [
      "an old group beside its replacement",
      [1, 4],
      [
        [1, 3, 4],
        [1, 1, 4],
      ],
      3,
      false,
    ],
  ] as const)("%s: %j on %j wants %i, left to the autoscaler: %j", (_, [minSize, maxSize], live, desiredSize, left) => {
    expect(
      decideScaling(
        { minSize, maxSize },
        live.map(([min, desired, max]) => sizes(min, desired, max)),
      ),
    ).toEqual({
      scalingConfig: { minSize, maxSize, desiredSize },
      autoscaled: left,
    });
  });

  it("is never outside the bounds, and never less than what runs but for the maximum", () => {
    for (let min = 0; min <= 3; min++) {
      for (let max = Math.max(min, 1); max <= 4; max++) {
        for (let running = 0; running <= 5; running++) {
          const { desiredSize } = decideScaling({ minSize: min, maxSize: max }, [sizes(0, running, 5)]).scalingConfig;
          expect(desiredSize).toBeGreaterThanOrEqual(Math.min(Math.max(running, min), max));
          expect(desiredSize).toBeLessThanOrEqual(max);
        }
      }
    }
  });

  it("is that of the resource's own groups", () => {
    const groups = ["p-general-eu-west-1a-0123abc", "p-general-eu-west-1b-0123abc", "p-spot-0123abc"].map(
      (name, index) => ({
        name,
        scaling: sizes(0, index, 5),
      }),
    );
    expect(scalingOf("p-general-eu-west-1b", groups)).toEqual([sizes(0, 1, 5)]);
    expect(scalingOf("p-general", [])).toEqual([]);
    expect(scalingOf("p-spo", groups)).toEqual([]);
  });
});

/** A live cluster `platform` with these groups; what else the program asks is answered as always. */
function up(config: PlatformConfig, groups: Record<string, { scaling: Scaling; status?: string }>) {
  const asked: string[] = [];
  const answers = (token: string, inputs: Record<string, unknown>): Record<string, unknown> => {
    asked.push(token.split(":").pop() ?? "");
    if (token.endsWith(":getClusters")) return { names: ["another", "platform"] };
    if (token.endsWith(":getNodeGroups")) return { clusterName: inputs["clusterName"], names: Object.keys(groups) };
    if (!token.endsWith(":getNodeGroup")) return invoke(token, inputs);
    const group = groups[String(inputs["nodeGroupName"])];
    if (!group || inputs["clusterName"] !== "platform") throw new Error("no such group");
    return { ...inputs, status: group.status ?? "ACTIVE", scalingConfigs: [group.scaling] };
  };
  return record(() => createCluster("platform", config), computed, answers).then(({ recording }) => ({
    recording,
    asked,
  }));
}

const group = (recording: Recording, zone: string) =>
  recording.one("aws:eks/nodeGroup:NodeGroup", `platform-general-eu-west-1${zone}`);

describe("the program on a live cluster", () => {
  const live = {
    "platform-general-eu-west-1a-0a1b2c3": { scaling: sizes(1, 2, 2) },
    "platform-general-eu-west-1b-0a1b2c3": { scaling: sizes(1, 1, 2) },
    // What is being deleted does not count.
    "platform-general-eu-west-1b-9f9f9f9": { scaling: sizes(5, 9, 9), status: "DELETING" },
  };

  it("leaves the number alone while the bounds stay", async () => {
    const { recording } = await up(dev(), live);
    expect(group(recording, "a").ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
    expect(group(recording, "b").ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
  });

  it("sends the live number with bounds that move, and for the group concerned only", async () => {
    const { recording } = await up(dev({ nodes: { ...dev().nodes, min: 3 } }), live);
    expect(group(recording, "a")).toMatchObject({
      inputs: { scalingConfig: { minSize: 2, maxSize: 2, desiredSize: 2 } },
      ignoreChanges: [],
    });
    expect(group(recording, "b").ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
  });

  it("asks EKS for nothing but the list where there is no cluster", async () => {
    const asked: string[] = [];
    await record(
      () => createCluster("platform", dev()),
      computed,
      (token, inputs) => {
        asked.push(token);
        return invoke(token, inputs);
      },
    );
    expect(asked.filter((token) => /getClusters|getNodeGroup/.test(token))).toEqual([
      "aws:eks/getClusters:getClusters",
    ]);
  });

  it("says which rights it lacks", async () => {
    const refused = record(
      () => createCluster("platform", dev()),
      computed,
      (token, inputs) => {
        // As gRPC hands the provider's words on.
        if (token.endsWith(":getClusters")) throw Object.assign(new Error(), { details: "AccessDeniedException: no" });
        return invoke(token, inputs);
      },
    );
    await expect(refused).rejects.toThrow(
      /the nodes of "platform" cannot be looked at.*AccessDeniedException: no \(needed: eks:ListClusters, eks:ListNodegroups, eks:DescribeNodegroup\)/s,
    );
  });
});

describe("the identity that creates the cluster", () => {
  const ci = "arn:aws:iam::123456789012:role/deploy/ci";
  const access = (principal: string) => dev({ access: { ...dev().access, adminGroups: [principal] } });

  it("is refused in the lists, before anything is made", async () => {
    await expect(record(() => createCluster("platform", access(ci)), computed, invoke)).rejects.toThrow(
      `access.adminGroups: "${ci}" is the identity that creates the cluster, which EKS makes an administrator by itself ` +
        "and then refuses here; leave it out, or let another identity create the cluster",
    );
  });

  it.each(["arn:aws:iam::123456789012:user/ci", "arn:aws:iam::999999999999:role/ci"])("is not %s", (principal) => {
    expect(() =>
      checkCreator(access(principal).access, "arn:aws:sts::123456789012:assumed-role/ci/run-1"),
    ).not.toThrow();
  });

  it("is the role of a session, and every list that names it is told", () => {
    const lists = { ...dev().access, developerGroups: [ci], operationsGroups: [ci] };
    const session = "arn:aws:sts::123456789012:assumed-role/ci/run-1";
    expect(() => checkCreator(lists, session)).toThrow(/^access\.developerGroups: .*\naccess\.operationsGroups: /);
  });

  it("is not known once there is a cluster: the one who runs `up` may be another", async () => {
    const { recording } = await up(access(ci), {});
    expect(recording.ofType("aws:eks/accessEntry:AccessEntry")).toHaveLength(2);
  });
});
