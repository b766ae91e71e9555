/** What waits for what. */
import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../../components/cluster";
import {} from "../azure";
import { type Recorded, type Recording, valueOf } from "../record";
import { aks, azure, pool, role, usual } from "./cluster";

describe("order", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });

  const follows = (later: Recorded, earlier: Recorded) => expect(r.waitsFor(later, earlier)).toBe(true);
  const independent = (one: Recorded, other: Recorded) => expect(r.waitsFor(one, other)).toBe(false);

  it("the cluster waits for its identity's rights, its key and its way out", () => {
    for (const right of ["subnet-1", "subnet-3", "ingress", "read"]) follows(aks(r), role(r, right));
    follows(aks(r), r.one(azure("keyvault:Key"), "platform-secrets"));
    follows(aks(r), r.one(azure("network:NatGateway"), "platform-nat-1"));
  });

  it("the API server is asked only when it knows the runner's role: made before the cluster, used after the nodes", () => {
    follows(aks(r), role(r, "runner"));
    const provider = r.one("pulumi:providers:kubernetes", "platform-kubernetes");
    follows(provider, role(r, "runner"));
    follows(provider, pool(r, "general-1"));
  });

  it("subnets are made one after the other, and so are pools: Azure refuses to do two at a time", () => {
    const subnet = (key: number) => r.one(azure("network:Subnet"), `platform-nodes-${key}`);
    follows(subnet(3), subnet(2));
    follows(subnet(2), subnet(1));
    const inOrder = ["general-1", "general-2", "general-3", "system-2", "system-3", "spot"].map((key) => pool(r, key));
    inOrder.slice(1).forEach((later, index) => follows(later, inOrder[index] as Recorded));
  });

  it("backups and identities do not wait for the cluster; credentials do", () => {
    independent(r.one(azure("storage:StorageAccount"), "platform"), aks(r));
    independent(role(r, "velero-backup"), aks(r));
    follows(r.one(azure("managedidentity:FederatedIdentityCredential"), "platform-velero"), aks(r));
  });

  it("tells the platform what to wait for", async () => {
    const urns = await Promise.all(cluster.ready.map(({ urn }) => valueOf(urn)));
    expect(urns.map((urn) => urn.split("::").pop())).toEqual([
      "platform-general-1",
      "platform-general-2",
      "platform-general-3",
      "platform-system-2",
      "platform-system-3",
      "platform-spot",
      "platform-velero-backup",
      "platform-velero",
      "platform-external-dns-zone",
      "platform-external-dns-group",
      "platform-external-dns",
      "platform-cert-manager-zone",
      "platform-cert-manager",
    ]);
  });
});
