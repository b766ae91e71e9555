/** What no record names was being made or deleted when everything was killed. */
import { expect, it } from "vitest";
import type { CloudRecord, ClusterRequest } from "../../simulator/cloud/behaviour";
import { endUnrecorded, removeUnrecordedPools, type SweptClusters } from "../../simulator/sweep";

const cluster = (cloud: ClusterRequest["cloud"], name: string): ClusterRequest => ({
  id: `arn:aws:eks:eu-west-1:1:cluster/${name}`,
  name,
  cloud,
  region: "eu-west-1",
  version: "1.35",
  endpointHost: "",
  serviceCidr: "",
});

const told: CloudRecord[] = [
  { type: "c", id: "kept", urn: "", inputs: {}, outputs: { arn: cluster("aws", "kept").id } },
  { type: "n", id: "kept:system", urn: "", inputs: {}, outputs: { nodeGroupName: "system" } },
];

function clusters(...known: ClusterRequest[]) {
  const done: string[] = [];
  const swept: SweptClusters = {
    known: () => known,
    pools: () => Promise.resolve(["system", "system-2"]),
    stop: (id) => Promise.resolve(void done.push(`stop ${id.split("/").at(-1)}`)),
    setNodes: (id, pool, nodes) =>
      Promise.resolve(void done.push(`${id.split("/").at(-1)} ${pool} ${nodes.length} nodes`)),
  };
  return { swept, done };
}

it("clusters without a record are ended, an existing cluster of the user is not", async () => {
  const { swept, done } = clusters(cluster("aws", "kept"), cluster("aws", "half"), cluster("local", "k3s"));
  const said: string[] = [];
  await endUnrecorded(swept, told, (line) => said.push(line));
  expect(done).toEqual(["stop half"]);
  expect(said).toEqual(["half was being made or deleted when everything ended: removed"]);
});

it("pools without a record lose their nodes, and a name that only begins alike is another", async () => {
  const { swept, done } = clusters(cluster("aws", "kept"), cluster("local", "k3s"));
  await removeUnrecordedPools(swept, told, () => undefined);
  expect(done).toEqual(["kept system-2 0 nodes"]);
});
