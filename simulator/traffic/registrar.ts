/** Whose name servers the registrar of the stack's domain names: those of one cloud, until somebody changes it there. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { DnsCloud } from "./records";

const clouds: { cloud: DnsCloud; cluster: string }[] = [
  { cloud: "aws", cluster: "aws:eks/cluster:Cluster" },
  { cloud: "azure", cluster: "azure-native:containerservice:ManagedCluster" },
  { cloud: "gcp", cluster: "gcp:container/cluster:Cluster" },
];

export class Registrar {
  /** @param file keeps what was said. */
  constructor(
    private readonly file: string,
    private readonly inventory: { all(): { type: string }[] },
  ) {}

  /** The cloud that answers for the domain: the first that had a cluster. Undefined while none had. */
  cloud(): DnsCloud | undefined {
    if (existsSync(this.file)) return known(readFileSync(this.file, "utf8").trim());
    const first = this.inventory
      .all()
      .map(({ type }) => clouds.find(({ cluster }) => cluster === type))
      .find((found) => found !== undefined)?.cloud;
    // It stays the domain's when its cluster goes.
    if (first !== undefined) this.delegate(first);
    return first;
  }

  delegate(cloud: DnsCloud): void {
    writeFileSync(this.file, `${cloud}\n`);
  }
}

/** The cloud of this name; undefined where there is none. */
export function known(name: string): DnsCloud | undefined {
  return clouds.find(({ cloud }) => cloud === name)?.cloud;
}
