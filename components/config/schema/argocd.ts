import { z } from "zod";
import { httpsUrl } from "../formats";
import { filled, key, text, whole } from "./key";

const sso = z.strictObject({
  issuer: key(text(httpsUrl, "is no https address; write it like https://login.example.com"), {
    description: "Issuer of OpenID Connect.",
    example: "https://login.example.com",
  }),
  clientId: key(filled(), { description: "Argo CD's client at the issuer.", example: "argocd" }),
  clientSecret: key(filled(), { description: "That client's secret.", secret: true, example: "example-client-secret" }),
});

export const argocd = z.strictObject({
  ha: key(z.boolean().optional(), {
    description: "Several replicas of everything, Redis with Sentinel.",
    allowed: "true needs three nodes; on local false unless set",
    example: true,
  }),
  sso: key(sso.optional(), {
    description: "Log-in through Dex; needs a domain.",
    default: "none: Argo CD's own admin account",
    example: { issuer: "https://login.example.com", clientId: "argocd" },
  }),
  shards: key(whole(1, 32).optional(), {
    description: "Replicas of the application controller that share the clusters.",
    example: 2,
  }),
});
