import { describe, expect, it } from "vitest";
import { Faults, parseFault } from "../../../simulator/cloud/faults";

describe("parseFault", () => {
  it("reads kind, type and position", () => {
    expect(parseFault("quota@aws:ec2/subnet:Subnet#2")).toEqual({
      kind: "quota",
      type: "aws:ec2/subnet:Subnet",
      position: 2,
    });
    expect(parseFault("crash@aws:eks/cluster:Cluster").position).toBe(1);
  });

  it.each([
    [
      "quota",
      "--fault quota: not of the form KIND@TYPE[#N], such as timeout@aws:eks/cluster:Cluster or quota@aws:ec2/subnet:Subnet#2",
    ],
    [
      "quota@aws:ec2/vpc:Vpc#0",
      "--fault quota@aws:ec2/vpc:Vpc#0: not of the form KIND@TYPE[#N], such as timeout@aws:eks/cluster:Cluster or quota@aws:ec2/subnet:Subnet#2",
    ],
    [
      "flood@aws:ec2/vpc:Vpc",
      '--fault flood@aws:ec2/vpc:Vpc: no such kind "flood"; one of throttle, quota, timeout, partial, crash',
    ],
  ])("refuses %s", (text, message) => {
    expect(() => parseFault(text)).toThrow(new Error(message));
  });
});

describe("Faults", () => {
  it("hits the creation it is meant for, once", () => {
    const faults = new Faults([parseFault("quota@aws:ec2/subnet:Subnet#2")]);
    const hits = ["Subnet", "Vpc", "Subnet", "Subnet"].map((name) => {
      return faults.next(`aws:ec2/${name.toLowerCase()}:${name}`)?.kind;
    });
    expect(hits).toEqual([undefined, undefined, "quota", undefined]);
  });
});
