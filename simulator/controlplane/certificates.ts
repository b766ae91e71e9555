/** The certificates and keys of one simulated cluster: its own authority, the server's certificate, the admin's. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { generateKeyPairSync, randomBytes, webcrypto } from "node:crypto";
import { join } from "node:path";

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const lifetimeMilliseconds = 365 * 24 * 3600 * 1000;

/** Paths of PEM files. */
export interface Certificates {
  authority: string;
  serverCertificate: string;
  serverKey: string;
  /** Client certificate in group `system:masters`, as the cloud's own control plane uses. */
  adminCertificate: string;
  adminKey: string;
  serviceAccountKey: string;
  serviceAccountPublicKey: string;
}

/**
 * Writes a cluster's certificates, or takes those that an earlier run has written.
 *
 * @param directory made when missing, readable by its owner only.
 * @param hosts DNS names and IP addresses that the API server is reached by.
 */
export async function ensureCertificates(directory: string, hosts: string[]): Promise<Certificates> {
  const files: Certificates = {
    authority: join(directory, "ca.crt"),
    serverCertificate: join(directory, "server.crt"),
    serverKey: join(directory, "server.key"),
    adminCertificate: join(directory, "admin.crt"),
    adminKey: join(directory, "admin.key"),
    serviceAccountKey: join(directory, "service-accounts.key"),
    serviceAccountPublicKey: join(directory, "service-accounts.pub"),
  };
  if (Object.values(files).every(existsSync)) return files;

  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  const write = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 });

  const authorityKeys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: "CN=kubernetes",
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  write(files.authority, authority.toString("pem"));

  const issue = async (
    subject: string,
    certificateFile: string,
    keyFile: string,
    usage: x509.ExtendedKeyUsage,
    names: string[],
  ): Promise<void> => {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      subject,
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names.map(alternativeName))] : []),
      ],
    });
    write(certificateFile, certificate.toString("pem"));
    write(keyFile, await privateKeyPem(keys));
  };
  await issue("CN=kube-apiserver", files.serverCertificate, files.serverKey, x509.ExtendedKeyUsage.serverAuth, hosts);
  await issue(
    "O=system:masters, CN=kubernetes-admin",
    files.adminCertificate,
    files.adminKey,
    x509.ExtendedKeyUsage.clientAuth,
    [],
  );

  const serviceAccounts = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  write(files.serviceAccountKey, serviceAccounts.privateKey);
  write(files.serviceAccountPublicKey, serviceAccounts.publicKey);
  return files;
}

/** Base64 of the authority's PEM: the form of every cloud's API and of a kubeconfig's `certificate-authority-data`. */
export function authorityData(certificates: Certificates): string {
  return readFileSync(certificates.authority).toString("base64");
}

function validity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return {
    // A leading 01 keeps the number positive.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore: new Date(now - 3600 * 1000),
    notAfter: new Date(now + lifetimeMilliseconds),
  };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return x509.PemConverter.encode(der, "PRIVATE KEY");
}

function alternativeName(host: string): { type: "ip" | "dns"; value: string } {
  return { type: /^[\d.]+$/.test(host) ? "ip" : "dns", value: host };
}
