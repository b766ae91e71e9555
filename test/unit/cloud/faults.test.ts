import { describe, expect, it } from "vitest";
import { Faults, formatFault, parseFault } from "../../../simulator/cloud/faults";

describe("parseFault", () => {
  it("reads kind, type and position", () => {
    expect(parseFault("quota@aws:ec2/subnet:Subnet#2")).toEqual({
      kind: "quota",
      type: "aws:ec2/subnet:Subnet",
      position: 2,
    });
    expect(parseFault("crash@aws:eks/cluster:Cluster").position).toBe(1);
  });

  it.each(["quota@aws:ec2/subnet:Subnet#2", "crash@aws:ec2/subnet:Subnet=public-a", "crash@aws:ec2/subnet:Subnet=b#3"])(
    "reads %s as it is written",
    (text) => expect(formatFault(parseFault(text))).toBe(text),
  );

  it.each([
    [
      "quota",
      "--fault quota: not of the form KIND@TYPE[=NAME][#N], such as timeout@aws:eks/cluster:Cluster or quota@aws:ec2/subnet:Subnet#2",
    ],
    [
      "quota@aws:ec2/vpc:Vpc#0",
      "--fault quota@aws:ec2/vpc:Vpc#0: not of the form KIND@TYPE[=NAME][#N], such as timeout@aws:eks/cluster:Cluster or quota@aws:ec2/subnet:Subnet#2",
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
  it("hits the creation it is meant for, once, and tells of it", () => {
    const told: string[] = [];
    const faults = new Faults([parseFault("quota@aws:ec2/subnet:Subnet#2")], (fault) => told.push(formatFault(fault)));
    const hits = ["Subnet", "Vpc", "Subnet", "Subnet"].map((name) => {
      return faults.next(`aws:ec2/${name.toLowerCase()}:${name}`, "one")?.kind;
    });
    expect(hits).toEqual([undefined, undefined, "quota", undefined]);
    expect(told).toEqual(["quota@aws:ec2/subnet:Subnet#2"]);
  });

  it("hits the resource of a name, whenever its turn comes", () => {
    const faults = new Faults([parseFault("quota@aws:ec2/subnet:Subnet=b#2")]);
    const hits = ["a", "b", "a", "b", "b"].map((name) => faults.next("aws:ec2/subnet:Subnet", name)?.kind);
    expect(hits).toEqual([undefined, undefined, undefined, "quota", undefined]);
  });
});
