import { describe, expect, it } from "vitest";
import { addressOf, hostsOf, type Address } from "../../../../cli/migrate/traffic/address";
import { levelsOf, relativeName } from "../../../../cli/migrate/traffic/azure";
import { sharesOf, wayTo, wayToRelease, wayToTake, type Held, type Zone } from "../../../../cli/migrate/traffic/way";

const ip = (value: string): Address => ({ kind: "ip", value });
const balancer: Address = { kind: "name", value: "prod-1.eu-west-1.elb.amazonaws.com" };
const zone = (cloud: Zone["cloud"], source: Address, target: Address): Zone => ({
  cloud,
  domain: "example.com",
  source,
  target,
});
const fromAws = zone("aws", balancer, ip("198.51.100.2"));
const googleToAzure = zone("gcp", ip("198.51.100.1"), ip("198.51.100.2"));
const googleToAws = zone("gcp", ip("198.51.100.1"), balancer);
const azureToGoogle = zone("azure", ip("198.51.100.1"), ip("198.51.100.2"));
const azureToAws = zone("azure", ip("198.51.100.1"), balancer);

/** `source 90 target 10, weighted` */
const show = (way: Held[]): string[] =>
  way.map(({ answers, weighted, wildcard, absent, adopts, kept }) =>
    [
      Object.entries(answers)
        .map(([side, weight]) => `${side} ${weight}`)
        .join(" "),
      ...(weighted ? ["weighted"] : []),
      ...(wildcard ? [`* ${wildcard}`] : []),
      ...(absent ? ["absent"] : []),
      ...(adopts ? ["adopts"] : []),
      ...(kept ? ["kept"] : []),
    ].join(", "),
  );
const last = (way: Held[]): Held => way.at(-1)!;
const taken = (of: Zone): Held => last(wayToTake(of, 30));
const to = (of: Zone, from: Held, target: number) => wayTo(of, from, { source: 100 - target, target }, 30);

describe("the way", () => {
  it("on Route 53 goes by weights, from a simple record and back to one", () => {
    expect(show(wayToTake(fromAws, 30))).toEqual(["source 100"]);
    const ten = to(fromAws, taken(fromAws), 10);
    expect(show(ten)).toEqual(["source 100, weighted", "source 90 target 10, weighted"]);
    const all = to(fromAws, last(ten), 100);
    expect(show(all)).toEqual(["source 0 target 100, weighted"]);
    expect(show(to(fromAws, last(all), 0))).toEqual(["source 100 target 0, weighted"]);
    expect(show(wayToRelease(fromAws, last(all), "source"))).toEqual([
      "source 100 target 0, weighted",
      "source 100, weighted",
      "source 100, kept",
    ]);
    expect(last(all).ttlSeconds).toBe(60);
  });

  it("on Route 53 has no moment in which nobody has a weight", () => {
    expect(show(to(fromAws, taken(fromAws), 100))).toEqual([
      "source 100, weighted",
      "source 100 target 100, weighted",
      "source 0 target 100, weighted",
    ]);
  });

  it("on Cloud DNS is one change for each step, of whatever kind", () => {
    expect(show(wayToTake(googleToAzure, 30))).toEqual(["source 100"]);
    expect(show(to(googleToAzure, taken(googleToAzure), 10))).toEqual(["source 90 target 10, weighted"]);
    expect(show(to(googleToAws, taken(googleToAws), 100))).toEqual(["target 100"]);
    expect(wayToRelease(googleToAws, taken(googleToAws), "source")).toEqual([
      { answers: { source: 100 }, weighted: false, ttlSeconds: 300, kept: true },
    ]);
  });

  it("on Azure takes what is there as it is, and then has its own time to live", () => {
    expect(show(wayToTake(azureToGoogle, 30))).toEqual(["source 100, adopts", "source 100"]);
    expect(show(to(azureToGoogle, taken(azureToGoogle), 100))).toEqual(["target 100"]);
  });

  it("on Azure has a wildcard answer while an address becomes a name", () => {
    const way = to(azureToAws, taken(azureToAws), 100);
    expect(show(way)).toEqual([
      "source 100, * target",
      "target 100, * target, absent",
      "target 100, * target",
      "target 100",
    ]);
    // From wherever it was interrupted, to either side: never without an answer.
    for (const from of [taken(azureToAws), ...way]) {
      for (const side of [0, 100]) {
        const whole = [from, ...to(azureToAws, from, side)];
        for (const [index, held] of whole.entries()) {
          const before = whole[index - 1] ?? held;
          const answers = ({ answers, absent, wildcard }: Held) => [
            ...(absent ? [] : Object.keys(answers)),
            ...(wildcard ? [`*${wildcard}`] : []),
          ];
          const kept = answers(before).filter((answer) => answers(held).includes(answer));
          expect(kept, `${show(whole).join(" → ")} at ${index}`).not.toEqual([]);
        }
        expect(Object.keys(last(whole).answers)).toEqual([side === 0 ? "source" : "target"]);
        expect(last(whole).absent ?? last(whole).wildcard).toBeUndefined();
      }
    }
  });

  it("is refused by weights where there are none, and for shares that are none", () => {
    expect(sharesOf(fromAws)).toEqual([10, 50, 100]);
    expect(sharesOf(googleToAzure)).toEqual([10, 50, 100]);
    for (const one of [googleToAws, azureToGoogle, azureToAws]) {
      expect(sharesOf(one)).toEqual([100]);
      expect(() => to(one, taken(one), 10)).toThrow("all or nothing");
    }
    expect(() => wayTo(fromAws, taken(fromAws), { source: 90, target: 90 }, 30)).toThrow("make 100 together");
  });
});

describe("an address", () => {
  it("is a number or a name, and has to be there", () => {
    expect(addressOf("prod", { kind: "alb", address: balancer.value })).toEqual(balancer);
    expect(addressOf("prod", { kind: "gce", address: "198.51.100.1" })).toEqual(ip("198.51.100.1"));
    expect(() => addressOf("prod", { kind: "alb", address: "" })).toThrow("The stack prod has no load balancer yet");
    expect(() => addressOf("prod", undefined)).toThrow("has no load balancer yet");
  });
});

it("hosts are those of the domain, each once", () => {
  const ingress = (...hosts: string[]) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web" },
    spec: { rules: [...hosts.map((host) => ({ host })), {}] },
  });
  const found = hostsOf(
    [ingress("www.example.com", "notexample.com"), ingress("www.example.com", "example.com", "a.eu.example.com")],
    "example.com",
  );
  expect(found).toEqual(["a.eu.example.com", "example.com", "www.example.com"]);
  expect(found.map((host) => relativeName(host, "example.com"))).toEqual(["a.eu", "@", "www"]);
  expect(levelsOf(["a.eu.example.com", "www.example.com", "api.example.com"], "example.com")).toEqual(["*", "*.eu"]);
});
