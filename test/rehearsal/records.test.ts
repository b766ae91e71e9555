/**
 * DNS is switched by the real engine in the zones of the simulated clouds, from one answer to the next. Whatever is written
 * there is looked at, at every write: a host without an answer fails the test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../../cli/migrate/traffic";
import type { Side } from "../../cli/migrate/side";
import { project } from "../../cli/project";
import { openStack } from "../../cli/rehearse/engine";
import { ensureTools } from "../../cli/tools";
import { awsProvider } from "../../simulator/aws/provider";
import { zoneOf } from "../../simulator/aws/route53";
import { subscriptionId } from "../../simulator/azure/account";
import { azureProvider } from "../../simulator/azure/provider";
import type { CloudRecord, ClusterHost } from "../../simulator/cloud/behaviour";
import { Clock } from "../../simulator/cloud/clock";
import { Faults } from "../../simulator/cloud/faults";
import { Store } from "../../simulator/cloud/store";
import { gcpProvider } from "../../simulator/gcp/provider";
import { serve, type Serving } from "../../simulator/server";

const directory = mkdtempSync(join(tmpdir(), "records-"));
const say = (): void => undefined;
const hosts = ["api.example.com", "www.example.com"];
const balancer = "prod-1.eu-west-1.elb.amazonaws.com";
const types = {
  aws: "aws:route53/record:Record",
  gcp: "gcp:dns/recordSet:RecordSet",
  azure: "azure-native:dns:RecordSet",
} as const;
type Cloud = keyof typeof types;

/** Which of the addresses each host is answered with, and by which weight: from what is in the zone at that moment. */
class Zones extends Store {
  watched: Cloud | undefined;
  readonly seen: string[] = [];
  /** Writes until one that fails; the next one does not. */
  left = Infinity;

  override put(record: CloudRecord): void {
    this.left -= 1;
    if (this.left === 0) throw new Error("the service is unavailable");
    super.put(record);
    this.look();
  }

  override remove(type: string, id: string): void {
    super.remove(type, id);
    this.look();
  }

  answers(cloud: Cloud, host: string): string[] {
    const name = (record: CloudRecord) => nameOf(cloud, record);
    const records = this.list(types[cloud]);
    const own = records.filter((record) => name(record) === host);
    const found = own.length > 0 ? own : records.filter((record) => name(record) === "*.example.com");
    return found.flatMap(({ outputs }) => valuesOf(outputs)).sort();
  }

  private look(): void {
    if (this.watched === undefined) return;
    for (const host of hosts) {
      const answers = this.answers(this.watched, host);
      if (answers.length === 0) this.seen.push(`nothing answers for ${host}`);
      else if (host === hosts[0] && this.seen.at(-1) !== answers.join(" ")) this.seen.push(answers.join(" "));
    }
  }
}

function nameOf(cloud: Cloud, { outputs }: CloudRecord): string {
  if (cloud !== "azure") return String(outputs.name).replace(/\.$/, "");
  return `${String(outputs.relativeRecordSetName)}.${String(outputs.zoneName)}`;
}

/** `198.51.100.1=90`; without a weight where there is none. */
function valuesOf(outputs: CloudRecord["outputs"]): string[] {
  const { aliases, records, weightedRoutingPolicies, rrdatas, routingPolicy, aRecords, cnameRecord } = outputs as {
    aliases?: { name: string }[];
    records?: string[];
    weightedRoutingPolicies?: { weight: number }[];
    rrdatas?: string[];
    routingPolicy?: { wrrs: { weight: number; rrdatas: string[] }[] };
    aRecords?: { ipv4Address: string }[];
    cnameRecord?: { cname: string };
  };
  const weight = weightedRoutingPolicies?.[0]?.weight;
  const plain = [
    ...(aliases ?? []).map(({ name }) => name),
    ...(records ?? []),
    ...(rrdatas ?? []),
    ...(aRecords ?? []).map(({ ipv4Address }) => ipv4Address),
    ...(cnameRecord ? [cnameRecord.cname] : []),
  ].map((value) => value.replace(/\.$/, "") + (weight === undefined ? "" : `=${weight}`));
  return [
    ...plain,
    ...(routingPolicy?.wrrs ?? []).flatMap((one) => one.rrdatas.map((value) => `${value}=${one.weight}`)),
  ];
}

let zones: Zones;
let servers: Record<string, Serving>;
/** Whose engine, backend and secrets provider the stacks of this test have. */
let engine: Stack;

beforeAll(async () => {
  const tools = await ensureTools(say);
  zones = new Zones(join(directory, "cloud.json"));
  const cloud = {
    store: zones,
    clusters: {} as ClusterHost,
    clock: new Clock(0),
    faults: new Faults([], say),
    crash: () => undefined,
  };
  servers = {
    aws: await serve(awsProvider(cloud)),
    "azure-native": await serve(azureProvider(cloud)),
    gcp: await serve(gcpProvider({ ...cloud, domains: ["example.com"] })),
  };
  engine = await openStack({
    directory: join(directory, "engine"),
    pulumi: tools.pulumi,
    project: project.name,
    projectConfig: undefined,
    stack: "engine",
    program: () => Promise.resolve(),
    providers: Object.fromEntries(Object.entries(servers).map(([provider, { port }]) => [provider, port])),
    environment: {},
  });
});

afterAll(() => {
  for (const server of Object.values(servers)) server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A stack as it is after `up`, as far as its load balancer goes. */
function side(name: string, cloud: Cloud, address: string): Side {
  const outputs = () => Promise.resolve({ loadBalancer: { value: { kind: cloud, address }, secret: false } });
  const region = { aws: "eu-west-1", gcp: "europe-west1", azure: "westeurope" }[cloud];
  return {
    name,
    stack: Object.create(engine, { outputs: { value: outputs } }) as Stack,
    configuration: {
      values: { cloud, region, domain: "example.com" },
      secrets: [],
      others: cloud === "gcp" ? { "gcp:project": "platform-rehearsal" } : {},
    },
    connect: () => Promise.reject(new Error("no cluster is needed")),
  };
}

function open(from: Cloud, to: Cloud): () => Promise<Records> {
  const addresses = { aws: balancer, gcp: "198.51.100.1", azure: "198.51.100.2" };
  const source = side(`prod-${from}-${to}`, from, addresses[from]);
  const target = side(`next-${from}-${to}`, to, addresses[to]);
  zones.watched = undefined;
  for (const record of externalDns(from, addresses[from])) zones.put(record);
  zones.seen.length = 0;
  zones.watched = from;
  return () => openRecords({ source, target, hosts, directory: join(directory, `${from}-to-${to}`) });
}

/** What the source's external-dns has written: no stack's. */
function externalDns(cloud: Cloud, address: string): CloudRecord[] {
  return hosts.map((host) => {
    const record = (id: string, inputs: CloudRecord["inputs"], more: CloudRecord["outputs"] = {}): CloudRecord => ({
      type: types[cloud],
      id,
      urn: "",
      inputs,
      outputs: { ...inputs, ...more },
    });
    const zoneId = zoneOf("example.com");
    const relative = host.replace(".example.com", "");
    switch (cloud) {
      case "aws": {
        const aliases = [{ name: address, zoneId: "Z32O12XQLNTSW2", evaluateTargetHealth: true }];
        return record(`${zoneId}_${host}_A`, { zoneId, name: host, type: "A", aliases });
      }
      case "gcp": {
        const inputs = { managedZone: "example-com", name: `${host}.`, type: "A", ttl: 300, rrdatas: [address] };
        const id = `projects/platform-rehearsal/managedZones/example-com/rrsets/${host}./A`;
        return record(id, inputs, { project: "platform-rehearsal" });
      }
      case "azure": {
        const at = {
          resourceGroupName: "dns",
          zoneName: "example.com",
          relativeRecordSetName: relative,
          recordType: "A",
        };
        const id = `/subscriptions/${subscriptionId}/resourceGroups/dns/providers/Microsoft.Network/dnsZones/example.com/A/${relative}`;
        return record(id, { ...at, ttl: 300, aRecords: [{ ipv4Address: address }] });
      }
    }
  });
}

describe("names are switched without a moment in which nothing answers", () => {
  it("from AWS to Google, by weights, and back; external-dns finds its record as it was", async () => {
    const again = open("aws", "gcp");
    await (await again()).take(60, say);
    await (await again()).pointTo({ source: 90, target: 10 }, 60, say);
    await (await again()).pointTo({ source: 0, target: 100 }, 60, say);
    await (await again()).release("source", say);
    expect(zones.seen).toEqual([
      balancer,
      `${balancer}=100`,
      `${balancer}=90`,
      `198.51.100.1=10 ${balancer}=90`,
      `198.51.100.1=10 ${balancer}=0`,
      `198.51.100.1=100 ${balancer}=0`,
      `198.51.100.1=100 ${balancer}=100`,
      `198.51.100.1=0 ${balancer}=100`,
      `${balancer}=100`,
      balancer,
    ]);
    expect(zones.list(types.aws)).toHaveLength(hosts.length);
    // Released: another switch begins anew.
    await (await again()).pointTo({ source: 0, target: 100 }, 60, say);
    await (await again()).release("target", say);
    expect(zones.seen.at(-1)).toBe("198.51.100.1");
    expect(zones.list(types.aws)).toHaveLength(hosts.length);
  });

  it("from Google to Azure by weights, and to AWS by a name", async () => {
    const azure = open("gcp", "azure");
    await (await azure()).pointTo({ source: 50, target: 50 }, 60, say);
    await (await azure()).pointTo({ source: 0, target: 100 }, 60, say);
    await (await azure()).release("target", say);
    expect(zones.seen).toEqual(["198.51.100.1", "198.51.100.1=50 198.51.100.2=50", "198.51.100.2"]);
    const aws = open("gcp", "aws");
    await expect((await aws()).pointTo({ source: 90, target: 10 }, 60, say)).rejects.toThrow("all or nothing");
    await (await aws()).pointTo({ source: 0, target: 100 }, 60, say);
    await (await aws()).release("source", say);
    expect(zones.seen).toEqual(["198.51.100.1", balancer, "198.51.100.1"]);
    expect(zones.list(types.gcp)).toMatchObject(hosts.map(() => ({ inputs: { type: "A", ttl: 300 } })));
  });

  it("from Azure to Google, and to AWS by a wildcard in between", async () => {
    const google = open("azure", "gcp");
    await (await google()).pointTo({ source: 0, target: 100 }, 60, say);
    await (await google()).release("source", say);
    expect(zones.seen).toEqual(["198.51.100.2", "198.51.100.1", "198.51.100.2"]);
    const aws = open("azure", "aws");
    await (await aws()).take(60, say);
    // The wildcard is there, and the second host's own record is not made.
    zones.left = 3;
    await expect((await aws()).pointTo({ source: 0, target: 100 }, 60, say)).rejects.toThrow("unavailable");
    await (await aws()).pointTo({ source: 0, target: 100 }, 60, say);
    await (await aws()).release("source", say);
    expect(zones.seen).toEqual(["198.51.100.2", balancer, "198.51.100.2"]);
    expect(zones.list(types.azure)).toHaveLength(hosts.length);
  });
});
