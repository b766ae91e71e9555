/** What EC2's names of instances tell: processor, and which other types a pod cannot tell apart. */

/**
 * Families of the same processor architecture and the same memory for each virtual CPU (2, 4, 8 GiB), several
 * generations and makers: the more a spot group may take, the rarer it runs dry.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html
 */
const alike = [
  ["c5", "c5a", "c6i", "c6a", "c7i"],
  ["m5", "m5a", "m6i", "m6a", "m7i"],
  ["r5", "r5a", "r6i", "r6a", "r7i"],
  ["c6g", "c7g"],
  ["m6g", "m7g"],
  ["r6g", "r7g"],
];

/** Types that a spot group may take where `instanceType` would do: itself alone where nothing is known of its family. */
export function spotTypes(instanceType: string): string[] {
  const [family = "", size = ""] = instanceType.split(".");
  // Burstable t3 has m5's proportions from `large` on, and small spot instances are seldom cheaper than the next size.
  const known = alike.find((families) => families.includes(family === "t3" || family === "t3a" ? "m5" : family));
  return known ? [...new Set([instanceType, ...known.map((other) => `${other}.${size}`)])] : [instanceType];
}

/** EKS' image for the types' processor: Graviton families carry a `g` behind their generation. */
export function amiType(instanceTypes: string[]): "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_STANDARD" {
  return instanceTypes.some((type) => /^[a-z]+\d+g/.test(type)) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
