/** Node pools. */
import { beforeAll, describe, expect, it } from "vitest";

import { dev } from "../azure";
import type { Recording } from "../record";
import { aks, azure, pool, pools, up, usual } from "./cluster";

describe("dev", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.dev());
  });

  it("is born with one system pool, and has a general pool for each zone", () => {
    const { agentPoolProfiles } = aks(r).inputs;
    expect(agentPoolProfiles).toHaveLength(1);
    expect((agentPoolProfiles as unknown[])[0]).toMatchObject({
      name: "system1",
      mode: "System",
      availabilityZones: ["1"],
      vnetSubnetID: "platform-nodes-1-id",
      nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
      minCount: 1,
    });
    expect(pools(r)).toEqual(["platform-general-1", "platform-general-2"]);
    expect(pool(r, "general-2").inputs).toMatchObject({
      mode: "User",
      vmSize: "Standard_D2s_v5",
      availabilityZones: ["2"],
      vnetSubnetID: "platform-nodes-2-id",
      enableAutoScaling: true,
      minCount: 1,
      maxCount: 2,
      orchestratorVersion: "1.36",
      nodeLabels: { "platform/pool": "general" },
    });
    expect(pool(r, "general-2").inputs).not.toHaveProperty("nodeTaints");
  });

  it("leaves the number of nodes to the autoscaler", () => {
    const all = [...r.ofType(azure("containerservice:AgentPool")).map(({ inputs }) => inputs)];
    all.push(...(aks(r).inputs.agentPoolProfiles as Record<string, unknown>[]));
    expect(all.filter((inputs) => "count" in inputs)).toEqual([]);
  });
});

describe("prod", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.prod());
  });

  it("has system pools in all zones, and a spot pool that pods come to by consent", () => {
    expect(pools(r)).toEqual([
      "platform-general-1",
      "platform-general-2",
      "platform-general-3",
      "platform-spot",
      "platform-system-2",
      "platform-system-3",
    ]);
    expect(pool(r, "system-3").inputs).toMatchObject({ mode: "System", availabilityZones: ["3"] });
    const spot = pool(r, "spot").inputs;
    expect(spot).toMatchObject({
      scaleSetPriority: "Spot",
      scaleSetEvictionPolicy: "Delete",
      spotMaxPrice: -1,
      minCount: 0,
      maxCount: 10,
      availabilityZones: ["1", "2", "3"],
      nodeTaints: ["platform/spot=true:PreferNoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
    });
    expect(spot).not.toHaveProperty("upgradeSettings");
  });
});

it("makes new pools beside the old ones where the machines change, under other names", async () => {
  const { recording: before } = await usual.dev();
  const { recording: after } = await up(dev({ nodes: { ...dev().nodes, vcpu: 4, memoryGiB: 16 } }));
  const name = (r: Recording) => String(pool(r, "general-1").inputs.agentPoolName);
  expect(name(before)).toMatch(/^general1[0-9a-f]{4}$/);
  expect(name(after)).not.toBe(name(before));
  // The pool that the cluster is born with cannot be exchanged.
  expect(aks(after).inputs.agentPoolProfiles).toEqual(aks(before).inputs.agentPoolProfiles);
});
