/** Where faults happen, and which of them a sample takes. */
import { describe, expect, it } from "vitest";
import { faultKinds } from "../../../simulator/cloud/faults";
import { faultAt, faultsOf, formatFault, placesOf } from "../../prove/places";
import { sample } from "../../prove/sample";

const places = placesOf([
  "create pulumi:pulumi:Stack kubernetes-platform-dev",
  "create pulumi:providers:aws platform-aws",
  "create platform:aws:Network platform",
  "create eks:index:Cluster platform",
  "create aws:eks/cluster:Cluster platform-eksCluster",
  "create kubernetes:core/v1:Namespace platform argocd",
  "create random:index/randomPassword:RandomPassword platform-redis",
]);

describe("places", () => {
  it("are what providers make: no components, no providers", () => {
    expect(places).toEqual([
      { type: "aws:eks/cluster:Cluster", name: "platform-eksCluster" },
      { type: "kubernetes:core/v1:Namespace", name: "platform argocd" },
      { type: "random:index/randomPassword:RandomPassword", name: "platform-redis" },
    ]);
  });

  it("meet each kind of fault that can happen there", () => {
    expect(faultsOf(places, "quota").map(formatFault)).toEqual([
      "quota@aws:eks/cluster:Cluster=platform-eksCluster",
      "quota@kubernetes:core/v1:Namespace=platform argocd",
    ]);
    expect(faultsOf(places, "crash")).toHaveLength(3);
  });

  it("are found again by the URN of the resource", () => {
    const faults = faultsOf(places, "crash");
    const urn = (type: string, name: string) =>
      `urn:pulumi:dev::kubernetes-platform::eks:index:Cluster$${type}::${name}`;
    expect(faultAt(faults, urn("aws:eks/cluster:Cluster", "platform-eksCluster"))).toEqual(faults[0]);
    expect(faultAt(faults, urn("aws:eks/cluster:Cluster", "other"))).toBeUndefined();
  });
});

describe("a sample", () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ type: "aws:ec2/subnet:Subnet", name: `subnet-${index}` }));
  const texts = (seed: number) => sample(many, faultKinds, 10, seed).map(formatFault);

  it("is the same for the same seed, and another for another", () => {
    expect(texts(1)).toEqual(texts(1));
    expect(texts(2)).not.toEqual(texts(1));
  });

  it("has different places, and every kind", () => {
    const faults = sample(many, faultKinds, 10, 3);
    expect(new Set(faults.map(({ name }) => name)).size).toBe(10);
    expect(new Set(faults.map(({ kind }) => kind)).size).toBe(faultKinds.length);
  });

  it("takes a type that has few before the second of one that has many", () => {
    const types = sample([...many, ...places], faultKinds, 4, 5).map(({ type }) => type);
    expect(new Set(types).size).toBe(4);
  });

  it("uses no kind where it cannot happen", () => {
    expect(sample(places, ["throttle"], 10, 1).map(({ type }) => type.split(":")[0])).not.toContain("random");
  });
});
