import { describe, expect, it } from "vitest";
import { demandOf, nodeOf, place } from "../../../../../cli/migrate/plan/capacity";
import { viewOf } from "../../../../../cli/migrate/plan/view";
import type { Manifest } from "../../../../../cli/validate/model";
import { prodDefaults } from "../../../configuration";
import { deployment, found, inventory, plan, workload } from "./fixture";

const node = { cpu: 4, memory: 16 * 2 ** 30, pods: 110, disks: 25 };
const asks = (cpu: string) => ({ containers: [{ name: "main", image: "a:1.0.0", resources: { requests: { cpu } } }] });
const demand = (...objects: Manifest[]) => demandOf(viewOf(inventory("aws", objects)));
const left = (objects: Manifest[], count: number, zones = 3) =>
  place(demand(...objects), node, count, zones).left.length;

describe("placing pods", () => {
  it("fills nodes, and takes what every node runs off each", () => {
    const three = deployment("shop/web", asks("1"), { spec: { replicas: 4 } });
    expect(left([three], 1)).toBe(0);
    expect(left([three, workload("DaemonSet", "shop/agent", asks("500m"))], 1)).toBe(1);
    expect(left([three, workload("DaemonSet", "shop/agent", asks("500m"))], 2)).toBe(0);
  });

  it("counts what init containers ask for, where it is more", () => {
    const starts = {
      ...asks("1"),
      initContainers: [{ name: "first", image: "a:1.0.0", resources: { requests: { cpu: "3" } } }],
    };
    expect(left([deployment("shop/web", starts, { spec: { replicas: 2 } })], 1)).toBe(1);
  });

  it("keeps pods apart that want a node each", () => {
    const apart = {
      ...asks("100m"),
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "shop/db" } } },
          ],
        },
      },
    };
    const three = workload("StatefulSet", "shop/db", apart, { spec: { replicas: 3 } });
    expect(left([three], 2)).toBe(1);
    expect(left([three], 3)).toBe(0);
  });

  it("keeps zones even where they have to be", () => {
    const even = {
      ...asks("100m"),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: { matchLabels: { app: "shop/web" } },
        },
      ],
    };
    const big = deployment("shop/other", asks("3900m"));
    const web = deployment("shop/web", even, { spec: { replicas: 6 } });
    // One zone's only node is full, so the others may have one more each, and no second one.
    expect(left([big, web], 3)).toBeGreaterThan(0);
    expect(left([web], 3)).toBe(0);
  });
});

describe("the finding", () => {
  const config = { nodes: { vcpu: 4, memoryGiB: 16, min: 3, max: 4 } };

  it("says how many nodes are needed, and how many are too few", () => {
    const some = plan([deployment("shop/web", asks("1"), { spec: { replicas: 3 } })], { more: config });
    expect(found(some, "capacity")).toMatchObject([
      { severity: "note", then: expect.stringContaining("of 3 nodes hold them") as string },
    ]);
    const more = plan([deployment("shop/web", asks("1"), { spec: { replicas: 11 } })], { more: config });
    expect(found(more, "capacity")).toMatchObject([
      { severity: "note", then: expect.stringContaining("from 3 to 4 nodes") as string },
    ]);
    const most = plan([deployment("shop/web", asks("1"), { spec: { replicas: 20 } })], { more: config });
    expect(found(most, "capacity")).toMatchObject([
      { severity: "blocking", then: "--set nodes.max=7, or larger nodes" },
    ]);
  });

  it("knows what a node of each cloud gives", () => {
    const amounts = (cloud: "aws" | "azure" | "gcp") =>
      nodeOf({ ...prodDefaults, cloud, nodes: { ...prodDefaults.nodes, vcpu: 8, memoryGiB: 32 } });
    expect([amounts("aws").disks, amounts("azure").disks, amounts("gcp").disks]).toEqual([25, 16, 127]);
    expect([amounts("aws").pods, amounts("azure").pods, amounts("gcp").pods]).toEqual([58, 250, 110]);
  });
});
