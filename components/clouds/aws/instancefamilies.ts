/** What EC2's names of instances tell: processor, and which other types a pod cannot tell apart. */

/**
 * Families of the same processor architecture and the same memory for each virtual CPU (2, 4, 8 GiB), oldest first. The
 * more a spot group may take, the rarer it runs dry; but EKS refuses the whole group for one type that a zone lacks,
 * so these are the families that are offered nearly everywhere.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-regions.html
 */
export const alike = [
  ["c5", "c6i", "c7i"],
  ["m5", "m6i", "m7i"],
  ["r5", "r6i", "r7i"],
  ["c6g", "c7g"],
  ["m6g", "m7g"],
  ["r6g", "r7g"],
];

/**
 * Types that a spot group may take where `instanceType` would do: its own family and the older ones alike, the given one
 * first. A newer one may be missing where the older was chosen. The type alone where nothing is known of its family.
 */
export function spotTypes(instanceType: string): string[] {
  const [family = "", size = ""] = instanceType.split(".");
  const families = alike.find((group) => group.includes(family)) ?? [family];
  return families
    .slice(0, families.indexOf(family) + 1)
    .reverse()
    .map((name) => `${name}.${size}`);
}

/** EKS' image for the types' processor: Graviton families carry a `g` behind their generation. */
export function amiType(instanceTypes: string[]): "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_STANDARD" {
  return instanceTypes.some((type) => /^[a-z]+\d+g/.test(type)) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
