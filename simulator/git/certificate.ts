/** A certificate for the Git host's name, which only the rehearsal's own Argo CD is told to trust. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { join } from "node:path";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;

/** Both in PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** Makes a self-signed certificate valid for a year, or takes the one that an earlier run has made for this host. */
export async function ensureCertificate(directory: string, host: string): Promise<Certificate> {
  const certificateFile = join(directory, `${host}.crt`);
  const keyFile = join(directory, `${host}.key`);
  if (existsSync(certificateFile) && existsSync(keyFile)) {
    return { certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${host}`,
      keys,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + 365 * day),
      extensions: [
        // Its own authority: Git's TLS libraries trust what is listed only where it may sign.
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
      ],
    },
    webcrypto as Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[1],
  );
  const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const made = { certificate: certificate.toString("pem"), key: x509.PemConverter.encode(der, "PRIVATE KEY") };
  writeFileSync(keyFile, made.key, { mode: 0o600 });
  writeFileSync(certificateFile, made.certificate);
  return made;
}
