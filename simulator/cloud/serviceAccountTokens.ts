/** Whose a token of a cluster's service account is, as other clouds find out by the keys at the issuer's address. */
import { AuthenticationV1Api } from "@kubernetes/client-node";
import type { Inventory } from "./behaviour";
import { issuerOf } from "./issuer";
import type { PodPlace } from "./services";

/** Who a token is of. */
export interface Subject {
  /** URL of whoever has signed it. */
  issuer: string;
  /** `system:serviceaccount:velero:velero` */
  name: string;
}

/** Whom a token is for, as it says itself: nobody where it is no token. */
export function audiencesOf(token: string): string[] {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { aud?: unknown };
    return [claims.aud].flat().filter((audience): audience is string => typeof audience === "string");
  } catch {
    return [];
  }
}

export class ServiceAccountTokens {
  /** Clusters whose pods may come, by id. */
  private readonly clusters = new Map<string, Pick<PodPlace, "cluster" | "config">>();

  constructor(private readonly inventory: Pick<Inventory, "list">) {}

  /** Takes note of a cluster. */
  know({ cluster, config }: Pick<PodPlace, "cluster" | "config">): void {
    this.clusters.set(cluster.id, { cluster, config });
  }

  /**
   * The cluster that has signed a token says so itself; undefined for a token of none, or for somebody else.
   *
   * @param audiences one of them has to be the token's.
   */
  async subjectOf(token: string, audiences: string[]): Promise<Subject | undefined> {
    for (const { cluster, config } of this.clusters.values()) {
      const review = await config
        .makeApiClient(AuthenticationV1Api)
        .createTokenReview({ body: { spec: { token, audiences } } })
        // A cluster that is gone signs no tokens.
        .catch(() => undefined);
      const issuer = issuerOf(this.inventory, cluster);
      const name = review?.status?.user?.username;
      if (review?.status?.authenticated === true && name !== undefined && issuer !== undefined) return { issuer, name };
    }
    return undefined;
  }
}
