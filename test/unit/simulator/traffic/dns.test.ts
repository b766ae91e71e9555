import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CloudRecord } from "../../../../simulator/cloud/behaviour";
import type { Properties } from "../../../../simulator/provider";
import { published } from "../../../../simulator/traffic/published";
import { dnsRecords } from "../../../../simulator/traffic/records";
import { Registrar } from "../../../../simulator/traffic/registrar";
import { resolve } from "../../../../simulator/traffic/resolve";
import { balancer, ingress, service, view } from "./world";

const held = (type: string, outputs: Properties): CloudRecord => ({ type, id: "r", urn: "", inputs: {}, outputs });
const route53 = (outputs: Properties): CloudRecord => held("aws:route53/record:Record", outputs);
const google = (outputs: Properties): CloudRecord => held("gcp:dns/recordSet:RecordSet", outputs);
const azure = (outputs: Properties): CloudRecord => held("azure-native:dns:RecordSet", outputs);
const answer = (host: string, records: CloudRecord[], draw = 0) => resolve(host, dnsRecords(records), draw);

describe("a name", () => {
  it.each([
    [
      "an address of Route 53",
      route53({ fqdn: "www.example.com", type: "A", ttl: 60, records: ["192.0.2.1", "192.0.2.2"] }),
      { addresses: ["192.0.2.1", "192.0.2.2"], ttl: 60 },
    ],
    [
      "an alias of Route 53, which nobody gives a time",
      route53({ fqdn: "www.example.com", type: "A", aliases: [{ name: `dualstack.${balancer}.`, zoneId: "Z1" }] }),
      { addresses: [balancer], ttl: 60 },
    ],
    [
      "Google's, with dots at the ends",
      google({ name: "www.example.com.", type: "CNAME", ttl: 30, rrdatas: [`${balancer}.`] }),
      { addresses: [balancer], ttl: 30 },
    ],
    [
      "Azure's, below its zone",
      azure({
        relativeRecordSetName: "www",
        zoneName: "example.com",
        recordType: "Microsoft.Network/dnszones/A",
        ttl: 90,
        aRecords: [{ ipv4Address: "192.0.2.3" }],
      }),
      { addresses: ["192.0.2.3"], ttl: 90 },
    ],
    [
      "Azure's CNAME",
      azure({
        relativeRecordSetName: "www",
        zoneName: "example.com",
        recordType: "CNAME",
        ttl: 90,
        cnameRecord: { cname: balancer },
      }),
      { addresses: [balancer], ttl: 90 },
    ],
  ])("leads to %s", (_, record, expected) => expect(answer("WWW.example.com", [record])).toEqual(expected));

  it("leads nowhere without a record of an address", () => {
    expect(answer("www.example.com", [route53({ fqdn: "www.example.com", type: "TXT", records: ["x"] })])).toBe(
      undefined,
    );
    expect(answer("api.example.com", [route53({ fqdn: "www.example.com", type: "A", records: ["192.0.2.1"] })])).toBe(
      undefined,
    );
    expect(answer("www.example.com", [azure({ relativeRecordSetName: "www", zoneName: "example.com" })])).toBe(
      undefined,
    );
  });

  it("is followed to the name that another one stands for, as long as the shorter of both is kept", () => {
    const alias = route53({ fqdn: "www.example.com", type: "CNAME", ttl: 300, records: ["front.example.com."] });
    const front = route53({ fqdn: "front.example.com", type: "A", ttl: 20, records: ["192.0.2.1"] });
    expect(answer("www.example.com", [alias, front])).toEqual({ addresses: ["192.0.2.1"], ttl: 20 });
    const round = route53({ fqdn: "front.example.com", type: "CNAME", ttl: 20, records: ["www.example.com"] });
    expect(answer("www.example.com", [alias, round])).toBe(undefined);
  });

  it("leads to each of several records as often as their weights say", () => {
    const weighted = (setIdentifier: string, weight: number) =>
      route53({
        fqdn: "www.example.com",
        type: "A",
        ttl: 60,
        setIdentifier,
        records: [setIdentifier],
        weightedRoutingPolicies: [{ weight }],
      });
    const both = [weighted("192.0.2.1", 90), weighted("192.0.2.2", 10)];
    expect(answer("www.example.com", both, 0.89)?.addresses).toEqual(["192.0.2.1"]);
    expect(answer("www.example.com", both, 0.91)?.addresses).toEqual(["192.0.2.2"]);
    const none = [weighted("192.0.2.1", 0), weighted("192.0.2.2", 5)];
    expect(answer("www.example.com", none, 0)?.addresses).toEqual(["192.0.2.2"]);
    // Where all have none, all are as good.
    const zero = [weighted("192.0.2.1", 0), weighted("192.0.2.2", 0)];
    expect([0.4, 0.6].map((draw) => answer("www.example.com", zero, draw)?.addresses[0])).toEqual([
      "192.0.2.1",
      "192.0.2.2",
    ]);
  });

  it("leads to what one record of Google's weighs", () => {
    const wrrs = [
      { weight: 1, rrdatas: ["192.0.2.1"] },
      { weight: 3, rrdatas: ["192.0.2.2"] },
    ];
    const record = google({ name: "www.example.com.", type: "A", ttl: 60, routingPolicy: { wrrs } });
    expect([0.2, 0.3].map((draw) => answer("www.example.com", [record], draw)?.addresses[0])).toEqual([
      "192.0.2.1",
      "192.0.2.2",
    ]);
  });
});

describe("a host without a record", () => {
  it("leads to what its Ingress has, or the Service that is called so", () => {
    const some = view({ ingresses: [ingress({ "www.example.com/": "web" })] });
    expect(published("www.example.com", some)?.addresses).toEqual([balancer]);
    expect(published("api.example.com", some)).toBe(undefined);
    const named = service("api", { type: "LoadBalancer" }, "192.0.2.9");
    named.metadata = {
      ...named.metadata,
      annotations: { "external-dns.alpha.kubernetes.io/hostname": "api.example.com, x.example.com" },
    };
    expect(published("x.example.com", view({ services: [named] }))?.addresses).toEqual(["192.0.2.9"]);
  });

  it("leads nowhere while its Ingress has no address", () => {
    const waiting = { ...ingress({ "www.example.com/": "web" }), status: {} };
    expect(published("www.example.com", view({ ingresses: [waiting] }))).toBe(undefined);
  });
});

describe("the registrar", () => {
  const directory = mkdtempSync(join(tmpdir(), "registrar-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("names the first cloud that had a cluster, also when that is gone, until somebody changes it", () => {
    let resources: { type: string }[] = [];
    const open = () => new Registrar(join(directory, "registrar.txt"), { all: () => resources });
    expect(open().cloud()).toBe(undefined);
    resources = [{ type: "aws:ec2/vpc:Vpc" }, { type: "gcp:container/cluster:Cluster" }];
    expect(open().cloud()).toBe("gcp");
    resources = [{ type: "aws:eks/cluster:Cluster" }];
    expect(open().cloud()).toBe("gcp");
    open().delegate("aws");
    expect(open().cloud()).toBe("aws");
  });
});

it("a wildcard answers for what has no record of its own, at whatever depth", () => {
  const address = (name: string, value: string) => route53({ fqdn: name, type: "A", ttl: 60, records: [value] });
  const records = [address("*.example.com", "192.0.2.9"), address("www.example.com", "192.0.2.1")];
  const found = (host: string) => answer(host, records)?.addresses;
  expect(found("www.example.com")).toEqual(["192.0.2.1"]);
  expect(found("api.example.com")).toEqual(["192.0.2.9"]);
  expect(found("a.eu.example.com")).toEqual(["192.0.2.9"]);
  expect(found("example.com")).toBeUndefined();
  expect(found("api.example.org")).toBeUndefined();
});
