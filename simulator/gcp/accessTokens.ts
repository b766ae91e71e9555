/**
 * Google's access tokens, which say nothing to anybody but Google: whose one is, is in it, signed with a secret of the
 * simulator's own.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** An hour, as Google's live: https://cloud.google.com/docs/authentication/token-types#access */
export const tokenSeconds = 3600;

interface Claims {
  member: string;
  /** Milliseconds since 1970. */
  expires: number;
}

export class AccessTokens {
  constructor(private readonly secret: string) {}

  /**
   * @param member as policies name it: `serviceAccount:…` or `principal://…`.
   * @param seconds how long it lives.
   */
  issue(member: string, seconds = tokenSeconds): string {
    const claims: Claims = { member, expires: Date.now() + seconds * 1000 };
    const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `ya29.${text}.${this.sign(text)}`;
  }

  /**
   * Whose the token of a request is; undefined where it has none, or one that is forged or too old.
   *
   * @param authorization the header, `Bearer ya29.…`.
   */
  bearer(authorization: string | undefined): string | undefined {
    const [, text = "", signature = ""] = /^Bearer ya29\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? "") ?? [];
    const expected = Buffer.from(this.sign(text));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const { member, expires } = JSON.parse(Buffer.from(text, "base64url").toString()) as Claims;
    return expires > Date.now() ? member : undefined;
  }

  private sign(text: string): string {
    return createHmac("sha256", this.secret).update(text).digest("base64url");
  }
}
