/**
 * Virtual machine sizes that nodes run on. vCPU, memory, data disks: https://learn.microsoft.com/azure/virtual-machines/sizes
 * (dsv5-, dlsv5-, esv5-series and their neighbours); families as quotas name them.
 */
export interface Machine {
  vcpu: number;
  memoryGiB: number;
  /** Data disks that can be attached: as many volumes a node holds. */
  disks: number;
  architecture: "amd64" | "arm64";
  /** What its vCPUs count against: `standardDSv5Family`. */
  family: string;
}

/** Memory in GiB for each vCPU. */
const perCpu: Record<string, number> = { D: 4, Dl: 2, E: 8, F: 2 };

/** Data disks by vCPU: the same in every series here. */
const disks: Record<number, number> = { 2: 4, 4: 8, 8: 16, 16: 32, 32: 32, 48: 32, 64: 32 };

/** What `Standard_D4s_v5` has; undefined for a size that is not known here. */
export function machine(size: string): Machine | undefined {
  const burstable = /^Standard_B(\d+)(l?)(a?)s_v2$/i.exec(size);
  const match = burstable ?? /^Standard_([DEF])(\d+)([alpdt]*)s_v([56])$/i.exec(size);
  if (!match) return undefined;
  const [series, cpus, features, version] = burstable
    ? ["B", match[1], `${match[2] ?? ""}${match[3] ?? ""}`, "2"]
    : [match[1]?.toUpperCase(), match[2], match[3]?.toLowerCase(), match[4]];
  const vcpu = Number(cpus);
  const low = features?.includes("l") === true;
  const memory = burstable ? (low ? 2 : 4) : perCpu[`${series ?? ""}${low ? "l" : ""}`];
  const held = disks[vcpu];
  if (memory === undefined || held === undefined) return undefined;
  const arm = features?.includes("p") === true;
  return {
    vcpu,
    memoryGiB: vcpu * memory,
    disks: held,
    architecture: arm ? "arm64" : "amd64",
    family: `standard${series ?? ""}${(features ?? "").toUpperCase()}Sv${version ?? ""}Family`,
  };
}
