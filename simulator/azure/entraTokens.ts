/**
 * Entra's access tokens for Azure's services: JSON Web Tokens as Entra's first version writes them, signed with a secret of
 * the simulator's own. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { tenantId } from "./account";

/** The least of what Entra gives: https://learn.microsoft.com/entra/identity-platform/access-tokens#token-lifetime */
export const tokenSeconds = 3600;

/** An identity of the tenant's, by its application and by its object in the directory. */
export interface Principal {
  clientId: string;
  objectId: string;
}

interface Claims {
  aud: string;
  appid: string;
  oid: string;
  /** Seconds since 1970. */
  exp: number;
}

const header = encoded({ typ: "JWT", alg: "HS256" });

export class EntraTokens {
  constructor(private readonly secret: string) {}

  /**
   * @param resource whom it is for: `https://storage.azure.com`.
   * @param seconds how long it lives.
   */
  issue({ clientId, objectId }: Principal, resource: string, seconds = tokenSeconds): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: resource,
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: now,
      nbf: now,
      exp: now + seconds,
      appid: clientId,
      oid: objectId,
      sub: objectId,
      tid: tenantId,
      ver: "1.0",
    };
    const content = `${header}.${encoded(claims)}`;
    return `${content}.${this.sign(content)}`;
  }

  /**
   * Whose the token of a request is; undefined where it has none, or one that is forged, too old or for somebody else.
   *
   * @param authorization the header, `Bearer eyJ…`.
   */
  bearer(authorization: string | undefined, resource: string): Principal | undefined {
    const [, content = "", claims = "", signature = ""] =
      /^Bearer ([\w-]+\.([\w-]+))\.([\w-]+)$/i.exec(authorization ?? "") ?? [];
    const expected = Buffer.from(this.sign(content));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const { aud, appid, oid, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as Claims;
    return aud === resource && exp * 1000 > Date.now() ? { clientId: appid, objectId: oid } : undefined;
  }

  private sign(content: string): string {
    return createHmac("sha256", this.secret).update(content).digest("base64url");
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
