/** Tags and labels within each cloud's limits. */
import { ownTags } from "../effective";
import { type Check, isManaged } from "./check";

interface Limits {
  /** Tags of the user's own: the cloud's limit, less what the platform and the cloud's controllers set. */
  count: number;
  name: { pattern: RegExp; text: string };
  value: { pattern: RegExp; text: string };
  reserved: RegExp;
}

const limits: Record<"aws" | "azure" | "gcp", Limits> = {
  // 50 a resource: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
  aws: {
    count: 40,
    name: { pattern: /^[\p{L}\p{N} _.:/=+@-]{1,128}$/u, text: "1 to 128 letters, digits, spaces and _.:/=+-@" },
    value: { pattern: /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u, text: "up to 256 letters, digits, spaces and _.:/=+-@" },
    reserved: /^(aws:|Name$|([a-z0-9.-]+\.)?k8s\.(aws|io)\/|([a-z0-9.-]+\.)?kubernetes\.io\/)/i,
  },
  // 50 a resource: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
  // (128 characters: storage accounts)
  azure: {
    count: 40,
    name: { pattern: /^[^<>%&\\?/]{1,128}$/, text: "1 to 128 characters without <>%&\\?/" },
    value: { pattern: /^.{0,256}$/s, text: "up to 256 characters" },
    reserved: /^(microsoft|azure|windows|aks-managed)/i,
  },
  // 64 a resource: https://cloud.google.com/resource-manager/docs/labels-overview#requirements
  gcp: {
    count: 50,
    name: {
      pattern: /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u,
      text: "1 to 63 lower-case letters, digits, _ and -, a letter first",
    },
    value: { pattern: /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u, text: "up to 63 lower-case letters, digits, _ and -" },
    reserved: /^goog/,
  },
};

const tags: Check = {
  reads: ["cloud", "tags"],
  find: ({ given: { cloud, tags = {} }, show }) => {
    const names = Object.keys(tags);
    const own = names
      .filter((name) => ownTags.includes(name))
      .map((name) => ({ key: `tags.${name}`, message: "is set by the platform itself; take another name" }));
    if (!isManaged(cloud)) return own;
    const { count, name: nameRule, value: valueRule, reserved } = limits[cloud];
    const tooMany =
      names.length > count
        ? [{ key: "tags", message: `${names.length} are too many; ${count} are allowed on ${cloud}` }]
        : [];
    const each = Object.entries(tags).flatMap(([name, value]) => {
      const key = `tags.${name}`;
      if (reserved.test(name)) return [{ key, message: `is a name that ${cloud} keeps for itself; take another` }];
      return [
        ...(nameRule.pattern.test(name)
          ? []
          : [{ key, message: `is no name of a tag on ${cloud}; allowed are ${nameRule.text}` }]),
        ...(valueRule.pattern.test(value)
          ? []
          : [
              {
                key,
                message: `${show(["tags", name], value)} is no value of a tag on ${cloud}; allowed are ${valueRule.text}`,
              },
            ]),
      ];
    });
    return [...own, ...tooMany, ...each];
  },
};

export const tagChecks: Check[] = [tags];
