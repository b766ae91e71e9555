import { z } from "zod";
import { filled, ipv4Range, key } from "./key";

function principals(who: string) {
  return key(z.array(filled()).optional(), {
    description: `${who}: the cloud's own principals.`,
    allowed: "IAM role or user ARNs on aws, Entra group object ids on azure, Google group addresses on gcp",
    default: "none",
    example: ["arn:aws:iam::111122223333:role/platform-admins"],
  });
}

export const access = z.strictObject({
  private: key(z.boolean().optional(), {
    description: "The API server answers inside the network only.",
    example: true,
  }),
  authorizedNetworks: key(z.array(ipv4Range()).optional(), {
    description: "IPv4 ranges that may reach a public API server.",
    default: "everywhere",
    example: ["203.0.113.0/24"],
  }),
  adminGroups: principals("Administrators of the cluster and of Argo CD"),
  developerGroups: principals("Developers: sync Argo CD's project `default`, read `production`"),
  operationsGroups: principals("Operations: sync Argo CD's project `production`"),
});
