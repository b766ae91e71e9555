/** Certificates of sealing keys, by which `kubeseal` knows a key. */
import { createHash, createPrivateKey, createPublicKey, webcrypto } from "node:crypto";

export interface SealingPair {
  /** PEM */
  certificate: string;
  /** PEM, PKCS #8 */
  privateKey: string;
}

/** Why the text is no key that Sealed Secrets can use; undefined for one that it can. */
export function sealingKeyProblem(pem: string): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
      ? undefined
      : "is no RSA key of 2048 bits or more, the only ones that Sealed Secrets knows";
  } catch {
    return "is no private key in PEM format without a passphrase";
  }
}

/**
 * The key with a certificate of its own making. The same key always gets the same certificate, to the byte: a stack's
 * preview stays empty, and another stack with the key opens what this one has sealed.
 *
 * @param place the key's place in the list. A later one is valid from a later day, which is how the controller finds the
 *   one to seal with: https://github.com/bitnami-labs/sealed-secrets/blob/v0.36.6/pkg/controller/main.go (`CertNotBefore`)
 */
export async function sealingPair(privateKey: string, place: number): Promise<SealingPair> {
  const key = createPrivateKey(privateKey);
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const hash = createHash("sha256").update(spki).digest("hex");
  // Loaded by the stacks that have a key only: no other needs it to start.
  await import("reflect-metadata");
  const { X509CertificateGenerator, cryptoProvider } = await import("@peculiar/x509");
  cryptoProvider.set(webcrypto);
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const { subtle } = webcrypto;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=sealed-secrets",
    serialNumber: `01${hash.slice(0, 30)}`,
    notBefore: new Date(Date.UTC(2026, 0, 1 + place)),
    // kubeseal refuses a certificate that has ended. A key is replaced by adding another one, not by a date.
    notAfter: new Date(Date.UTC(2126, 0, 1)),
    signingAlgorithm: algorithm,
    keys: {
      privateKey: await subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]),
      publicKey: await subtle.importKey("spki", spki, algorithm, true, ["verify"]),
    },
  });
  return {
    certificate: `${certificate.toString("pem").trim()}\n`,
    privateKey: String(key.export({ type: "pkcs8", format: "pem" })),
  };
}
