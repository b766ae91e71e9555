import { describe, expect, it } from "vitest";

import { formatCidr, overlaps, parseCidr, planSubnets, size, subnet } from "../../../components/cidr";

describe("parseCidr", () => {
  it.each(["0.0.0.0/0", "10.0.0.0/16", "192.168.255.0/24", "255.255.255.255/32"])(
    "reads %s and writes it again",
    (text) => {
      expect(formatCidr(parseCidr(text))).toBe(text);
    },
  );

  it.each(["10.0.0.0", "10.0.0/16", "10.0.0.256/24", "10.0.0.0/33", "a.b.c.d/8", "10.0.0.0/16 ", "", "::/0"])(
    "refuses %j",
    (text) => {
      expect(() => parseCidr(text)).toThrow(`"${text}" is no IPv4 range`);
    },
  );

  it("names the range that was meant where bits are set behind the prefix", () => {
    expect(() => parseCidr("10.0.1.0/16")).toThrow("the range is written 10.0.0.0/16");
    expect(() => parseCidr("192.168.1.130/25")).toThrow("the range is written 192.168.1.128/25");
  });
});

describe("subnet", () => {
  it("counts ranges from 0, beyond the sign bit of 32-bit numbers too", () => {
    expect(formatCidr(subnet(parseCidr("200.0.0.0/8"), 10, 3))).toBe("200.192.0.0/10");
    expect(formatCidr(subnet(parseCidr("10.0.0.0/16"), 16, 0))).toBe("10.0.0.0/16");
  });

  it("refuses what lies outside", () => {
    expect(() => subnet(parseCidr("10.0.0.0/16"), 18, 4)).toThrow("10.0.0.0/16 has no range number 4 of length /18");
    expect(() => subnet(parseCidr("10.0.0.0/16"), 15, 0)).toThrow("has no range number 0 of length /15");
    expect(() => subnet(parseCidr("10.0.0.0/16"), 18, -1)).toThrow("has no range number -1");
  });
});

describe("overlaps", () => {
  it.each([
    ["10.0.0.0/16", "10.0.128.0/17", true],
    ["10.0.128.0/17", "10.0.0.0/16", true],
    ["10.0.0.0/16", "10.1.0.0/16", false],
    ["10.0.0.0/17", "10.0.128.0/17", false],
    ["0.0.0.0/0", "255.255.255.255/32", true],
  ])("%s and %s: %s", (one, other, expected) => {
    expect(overlaps(parseCidr(one), parseCidr(other))).toBe(expected);
  });
});

describe("planSubnets", () => {
  it("gives each zone a quarter for pods and a sixteenth for load balancers", () => {
    expect(planSubnets("10.0.0.0/16")).toEqual({
      private: ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"],
      public: ["10.0.192.0/20", "10.0.208.0/20", "10.0.224.0/20"],
    });
  });

  it.each(["10.0.0.0/16", "172.31.240.0/20", "192.168.0.0/17"])(
    "divides %s into ranges that lie inside and apart",
    (text) => {
      const network = parseCidr(text);
      const plan = planSubnets(text);
      const ranges = [...plan.private, ...plan.public].map(parseCidr);
      for (const [index, range] of ranges.entries()) {
        expect(range.base).toBeGreaterThanOrEqual(network.base);
        expect(range.base + size(range)).toBeLessThanOrEqual(network.base + size(network));
        expect(ranges.slice(index + 1).some((other) => overlaps(range, other))).toBe(false);
      }
    },
  );
});
