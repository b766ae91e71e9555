/**
 * EC2 instance types that nodes run on: what they have, and how many pods they hold.
 *
 * vCPU and memory: https://aws.amazon.com/ec2/instance-types/ (kubernetes/autoscaler
 * cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go lists the same, type by type). Pods: aws/amazon-vpc-cni-k8s
 * v1.20.4 misc/eni-max-pods.txt, and no more than 110 in a managed node group below 30 vCPU, 250 above:
 * https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
export interface Instance {
  vcpu: number;
  memoryGiB: number;
  maxPods: number;
  architecture: "amd64" | "arm64";
}

/** Memory in GiB for each vCPU, by the letter of the family. */
const memoryPerCpu: Record<string, number> = { c: 2, m: 4, r: 8 };

/** vCPU and pods by size; the same in every family below. */
const sizes: Record<string, { vcpu: number; maxPods: number }> = {
  large: { vcpu: 2, maxPods: 29 },
  xlarge: { vcpu: 4, maxPods: 58 },
  "2xlarge": { vcpu: 8, maxPods: 58 },
  "4xlarge": { vcpu: 16, maxPods: 234 },
  "8xlarge": { vcpu: 32, maxPods: 234 },
  "12xlarge": { vcpu: 48, maxPods: 234 },
  "16xlarge": { vcpu: 64, maxPods: 737 },
};

const families = [
  ...["m5", "m5a", "m6i", "m6a", "m6g", "m7i", "m7a", "m7g"],
  ...["c5", "c6i", "c6a", "c6g", "c7i", "c7a", "c7g"],
  ...["r5", "r5a", "r6i", "r6a", "r6g", "r7i", "r7a", "r7g"],
];

/** Sizes that one family lacks: it has 9xlarge and 18xlarge in their place. */
const missing = ["c5.8xlarge", "c5.16xlarge"];

/** Burstable types have sizes of their own. */
const burstable: Record<string, Omit<Instance, "architecture">> = {
  medium: { vcpu: 2, memoryGiB: 4, maxPods: 17 },
  large: { vcpu: 2, memoryGiB: 8, maxPods: 35 },
  xlarge: { vcpu: 4, memoryGiB: 16, maxPods: 58 },
  "2xlarge": { vcpu: 8, memoryGiB: 32, maxPods: 58 },
};

/** What `m6i.xlarge` has; undefined for a type that is not known here. */
export function instance(type: string): Instance | undefined {
  const [family = "", name = ""] = type.split(".");
  const architecture = /^[a-z]\d+g/.test(family) ? "arm64" : "amd64";
  const small = burstable[name];
  if (["t3", "t3a", "t4g"].includes(family) && small) return { ...small, architecture };
  const size = sizes[name];
  const perCpu = memoryPerCpu[family.charAt(0)];
  if (!families.includes(family) || missing.includes(type) || !size || perCpu === undefined) return undefined;
  const maxPods = Math.min(size.maxPods, size.vcpu < 30 ? 110 : 250);
  return { ...size, maxPods, memoryGiB: size.vcpu * perCpu, architecture };
}
