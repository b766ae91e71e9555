/** Arithmetic on IPv4 ranges in CIDR notation, without any cloud. */

export interface Cidr {
  /** First address as an unsigned 32-bit number. */
  base: number;
  /** Length of the prefix, 0 to 32. */
  prefix: number;
}

/** Subnets of a cluster's network: the n-th of each list belongs to the n-th zone. */
export interface SubnetPlan {
  public: string[];
  private: string[];
}

/** Reads `10.0.0.0/16`. Throws where the text is no CIDR range, or where bits are set behind the prefix. */
export function parseCidr(text: string): Cidr {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const numbers = (match ?? []).slice(1).map(Number);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) {
    throw new Error(`"${text}" is no IPv4 range: write it as an address and a prefix, such as 10.0.0.0/16`);
  }
  const base = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  if (base % size({ base, prefix }) !== 0) {
    const network = formatCidr({ base: base - (base % size({ base, prefix })), prefix });
    throw new Error(`"${text}" has bits set behind its prefix: the range is written ${network}`);
  }
  return { base, prefix };
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join(".")}/${prefix}`;
}

/** Number of addresses in the range. */
export function size({ prefix }: Pick<Cidr, "prefix"> & Partial<Cidr>): number {
  return 2 ** (32 - prefix);
}

/** The `index`-th range of length `prefix` inside `network`, counted from 0. Throws where it would lie outside. */
export function subnet(network: Cidr, prefix: number, index: number): Cidr {
  const count = 2 ** (prefix - network.prefix);
  if (prefix < network.prefix || prefix > 32 || index < 0 || index >= count) {
    throw new Error(`${formatCidr(network)} has no range number ${index} of length /${prefix}`);
  }
  return { base: network.base + index * size({ prefix }), prefix };
}

/** Whether the two ranges share an address. */
export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.base < other.base + size(other) && other.base < one.base + size(one);
}

/**
 * Divides a network for up to three zones: each zone's private subnet is a quarter (pods take their addresses there),
 * its public subnet a sixteenth (load balancers and NAT only); the last sixteenth stays free. The plan does not depend
 * on the number of zones in use, so that a zone added later renumbers nothing.
 *
 * `10.0.0.0/16` → private 10.0.0.0/18, 10.0.64.0/18, 10.0.128.0/18; public 10.0.192.0/20, 10.0.208.0/20, 10.0.224.0/20
 */
export function planSubnets(text: string): SubnetPlan {
  const network = parseCidr(text);
  const zones = [0, 1, 2];
  return {
    private: zones.map((zone) => formatCidr(subnet(network, network.prefix + 2, zone))),
    public: zones.map((zone) => formatCidr(subnet(network, network.prefix + 4, 12 + zone))),
  };
}
