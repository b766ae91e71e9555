import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CloudRecord, ClusterRequest } from "../../../../simulator/cloud/behaviour";
import { Store } from "../../../../simulator/cloud/store";
import { ownerOf, type NamedHost } from "../../../../simulator/controlplane/standins/externalDns";
import { zoneChanges } from "../../../../simulator/traffic/externalDns";
import { dnsRecords } from "../../../../simulator/traffic/records";
import { resolve } from "../../../../simulator/traffic/resolve";
import type { Zone } from "../../../../simulator/traffic/zoneRecords";
import { Zones } from "../../../../simulator/traffic/zones";
import { balancer } from "./world";

const aws: Zone = { cloud: "aws", id: "Z1", domain: "example.com", project: "" };
const gcp: Zone = { cloud: "gcp", id: "example-com", domain: "example.com", project: "p" };
const azure: Zone = {
  cloud: "azure",
  id: "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.com",
  domain: "example.com",
  project: "",
};
const www = (...addresses: string[]): NamedHost => ({ host: "www.example.com", addresses, resource: "ingress/a/b" });
const ids = (records: CloudRecord[]) => records.map(({ id }) => id);
const address = (records: CloudRecord[], host = "www.example.com") => resolve(host, dnsRecords(records), 0);

describe("external-dns", () => {
  it("makes an alias of a load balancer's name on Route 53, with who made it beside it", () => {
    const { put } = zoneChanges(aws, "prod", [www(balancer)], []);
    expect(ids(put)).toEqual([
      "Z1_www.example.com_A",
      "Z1_cname-www.example.com_TXT",
      "Z1_www.example.com_AAAA",
      "Z1_aaaa-www.example.com_TXT",
    ]);
    expect(put[0]?.outputs).toMatchObject({ aliases: [{ name: balancer, zoneId: "Z32O12XQLNTSW2" }] });
    expect(put[1]?.outputs.records).toEqual([
      '"heritage=external-dns,external-dns/owner=prod,external-dns/resource=ingress/a/b"',
    ]);
    expect(address(put)).toEqual({ addresses: [balancer], ttl: 60 });
  });

  it.each([
    [gcp, "projects/p/managedZones/example-com/rrsets/www.example.com./A"],
    [azure, "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/dnsZones/example.com/A/www"],
  ])("makes records of addresses in $cloud's zone", (zone, id) => {
    const { put } = zoneChanges(zone, "prod", [www("192.0.2.1")], []);
    expect(put).toHaveLength(2);
    expect(put[0]?.id).toBe(id);
    expect(address(put)).toEqual({ addresses: ["192.0.2.1"], ttl: 300 });
    expect(zoneChanges(zone, "prod", [www("192.0.2.1")], put)).toEqual({ put: [], remove: [], skipped: [] });
    const moved = zoneChanges(zone, "prod", [www("192.0.2.2")], put);
    expect(ids(moved.put)).toEqual([id]);
    expect(address(moved.put)?.addresses).toEqual(["192.0.2.2"]);
    expect(ids(zoneChanges(zone, "prod", [], put).remove)).toEqual(ids(put));
  });

  it("makes a CNAME of another cloud's name", () => {
    const { put } = zoneChanges(gcp, "prod", [www(balancer)], []);
    expect(put[0]?.outputs).toMatchObject({ type: "CNAME", rrdatas: [`${balancer}.`] });
    expect(address(put)?.addresses).toEqual([balancer]);
  });

  it("changes nothing of what is there, and nothing of the domain's neighbours", () => {
    const { put } = zoneChanges(aws, "prod", [www(balancer)], []);
    expect(zoneChanges(aws, "prod", [www(balancer)], put)).toEqual({ put: [], remove: [], skipped: [] });
    const other = { ...www(balancer), host: "www.other-example.com" };
    expect(zoneChanges(aws, "prod", [other], []).put).toEqual([]);
  });

  it("takes names away that nobody has any more, and only its own", () => {
    const { put } = zoneChanges(aws, "prod", [www(balancer)], []);
    expect(ids(zoneChanges(aws, "prod", [], put).remove).sort()).toEqual(ids(put).sort());
    expect(zoneChanges(aws, "next", [], put).remove).toEqual([]);
    const plain = put.filter(({ outputs }) => outputs.type !== "TXT");
    expect(zoneChanges(aws, "prod", [], plain).remove).toEqual([]);
  });

  it("leaves records of others as they are, and its own name where others have it by weight", () => {
    const { put } = zoneChanges(aws, "prod", [www(balancer)], []);
    const refused = zoneChanges(aws, "next", [www("192.0.2.1")], put);
    expect(refused).toEqual({ put: [], remove: [], skipped: ["www.example.com A is another one's"] });
    const weighted: CloudRecord = {
      type: "aws:route53/record:Record",
      id: "Z1_www.example.com_A_source",
      urn: "urn",
      inputs: {},
      outputs: { fqdn: "www.example.com", type: "A", records: ["192.0.2.9"], setIdentifier: "source" },
    };
    const txt = put.filter(({ outputs }) => outputs.type === "TXT");
    const beside = zoneChanges(aws, "prod", [www("192.0.2.1")], [...txt, weighted]);
    expect(beside.put).toEqual([]);
    expect(beside.skipped).toHaveLength(1);
  });

  it("is told by its arguments where it writes, and as whom", () => {
    const args = ["--source=ingress", "--txt-owner-id=prod", "--zone-id-filter=Z1", "--domain-filter=example.com"];
    const deployment = (given: string[]) => ({
      spec: { selector: {}, template: { spec: { containers: [{ name: "external-dns", args: given }] } } },
    });
    expect(ownerOf(deployment(args))).toEqual({ owner: "prod", zone: "Z1", domain: "example.com" });
    expect(ownerOf(deployment(args.slice(0, 2)))).toBe(undefined);
  });
});

describe("the zones of the clouds", () => {
  const directory = mkdtempSync(join(tmpdir(), "zones-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("hold what external-dns of each cluster has named, in its own cloud's", () => {
    const store = new Store(join(directory, "cloud.json"));
    const said: string[] = [];
    const zones = new Zones(store, (line) => said.push(line));
    const cluster = (cloud: ClusterRequest["cloud"], id: string) => ({ cloud, id, name: id }) as ClusterRequest;
    const owner = { owner: "prod", zone: "Z1", domain: "example.com" };
    zones.sync(cluster("aws", "one"), owner, [www(balancer)]);
    zones.sync(cluster("gcp", "projects/p/locations/l/clusters/c"), { ...owner, zone: "example-com" }, [
      www("192.0.2.1"),
    ]);
    const id = "projects/p/managedZones/example-com/rrsets/www.example.com./A";
    expect(store.get("gcp:dns/recordSet:RecordSet", id)?.outputs).toMatchObject({ rrdatas: ["192.0.2.1"] });
    expect(store.all()).toHaveLength(6);
    for (const _ of [1, 2]) zones.sync(cluster("aws", "two"), { ...owner, owner: "two" }, [www("192.0.2.1")]);
    expect(said).toEqual([expect.stringContaining("www.example.com A is another one's")]);
    zones.sync(cluster("aws", "one"), owner, []);
    expect(store.all()).toHaveLength(2);
  });
});
