/**
 * Compute Engine's machine types that nodes run on: what they have, and what they may be.
 *
 * https://cloud.google.com/compute/docs/general-purpose-machines,
 * https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type#specifications
 */
export interface Machine {
  vcpu: number;
  memoryGiB: number;
  architecture: "amd64" | "arm64";
}

/** Memory in GiB for each vCPU. */
const memoryPerCpu: Record<string, Record<string, number>> = {
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  c3d: { standard: 4, highmem: 8, highcpu: 2 },
  t2d: { standard: 4 },
  t2a: { standard: 4 },
  c4: { standard: 3.75, highmem: 7.75, highcpu: 2 },
};

const sizes: Record<string, number[]> = {
  e2: [2, 4, 8, 16, 32],
  n1: [1, 2, 4, 8, 16, 32, 64, 96],
  n2: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
  n2d: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
  n4: [2, 4, 8, 16, 32, 48, 64, 80],
  c3: [4, 8, 22, 44, 88, 176],
  c3d: [4, 8, 16, 30, 60, 90, 180, 360],
  t2d: [1, 2, 4, 8, 16, 32, 48, 60],
  t2a: [1, 2, 4, 8, 16, 32, 48],
  c4: [2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288],
};

/** Types that share their CPUs with others; all have two, of which they may use a part. */
const shared: Record<string, number> = { "e2-micro": 1, "e2-small": 2, "e2-medium": 4 };

/** Custom types: an even number of vCPUs, and memory for each between these, in GiB. */
const custom: Record<string, { most: number; least: number; memory: [least: number, most: number] }> = {
  e2: { least: 2, most: 32, memory: [0.5, 8] },
  n1: { least: 1, most: 96, memory: [0.9, 6.5] },
  n2: { least: 2, most: 128, memory: [0.5, 8] },
  n2d: { least: 2, most: 224, memory: [0.5, 8] },
  n4: { least: 2, most: 80, memory: [2, 8] },
};

/** What `e2-standard-4` or `e2-custom-4-8192` has; undefined for a type that there is not. */
export function machine(type: string): Machine | undefined {
  const small = shared[type];
  if (small !== undefined) return { vcpu: 2, memoryGiB: small, architecture: "amd64" };
  const [family = "", kind = "", cpus = "", memory = ""] = type.split("-");
  const vcpu = Number(cpus);
  const architecture = family === "t2a" ? "arm64" : "amd64";
  if (kind === "custom") {
    const bounds = custom[family];
    const memoryGiB = Number(memory) / 1024;
    const even = vcpu === 1 || vcpu % 2 === 0;
    if (!bounds || !even || vcpu < bounds.least || vcpu > bounds.most || Number(memory) % 256 !== 0) return undefined;
    const each = memoryGiB / vcpu;
    return each >= bounds.memory[0] && each <= bounds.memory[1] ? { vcpu, memoryGiB, architecture } : undefined;
  }
  const perCpu = memoryPerCpu[family]?.[kind];
  if (perCpu === undefined || memory !== "" || !sizes[family]?.includes(vcpu)) return undefined;
  if (family === "e2" && kind === "highmem" && vcpu > 16) return undefined;
  return { vcpu, memoryGiB: vcpu * perCpu, architecture };
}
