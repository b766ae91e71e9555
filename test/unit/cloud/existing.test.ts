import { expect, it } from "vitest";
import { networkBefore } from "../../../simulator/existing";

const aws = { id: "vpc-1", publicSubnets: ["subnet-1"], privateSubnets: ["subnet-2", "subnet-3"] };
const google = {
  id: "projects/example-net/global/networks/shared",
  publicSubnets: [],
  privateSubnets: ["projects/example-net/regions/europe-west1/subnetworks/platform"],
};

it.each([
  ["aws", "eu-west-1", aws, ["aws:ec2/vpc:Vpc", ...Array<string>(3).fill("aws:ec2/subnet:Subnet")]],
  ["gcp", "europe-west1", google, ["gcp:compute/network:Network", "gcp:compute/subnetwork:Subnetwork"]],
] as const)("a network on %s is there before any stack, whole, and is no stack's", (cloud, region, network, types) => {
  const { publicSubnets, privateSubnets, id } = network;
  const records = networkBefore({
    cloud,
    region,
    id,
    publicSubnets: [...publicSubnets],
    privateSubnets: [...privateSubnets],
  });
  expect(records.map(({ type }) => type)).toEqual(types);
  expect(records.map((record) => record.id)).toEqual([id, ...publicSubnets, ...privateSubnets]);
  expect(records.filter(({ urn }) => urn !== "")).toEqual([]);
});
