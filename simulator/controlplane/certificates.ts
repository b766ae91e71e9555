/** The certificates and keys of one simulated cluster: its own authority, the server's certificate, the admin's. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { generateKeyPairSync, randomBytes, webcrypto } from "node:crypto";
import { join } from "node:path";

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const lifetimeMilliseconds = 365 * 24 * 3600 * 1000;

/** Whom servers of aggregated APIs take the API server for. */
export const frontProxyName = "front-proxy-client";

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
  /** Of `authority`: kubelets get certificates when they join. */
  authorityKey: string;
  /** Vouches for the API server where it passes a user's request on to the server of an aggregated API. */
  frontProxyAuthority: string;
  frontProxyCertificate: string;
  frontProxyKey: string;
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
    authorityKey: join(directory, "ca.key"),
    frontProxyAuthority: join(directory, "front-proxy-ca.crt"),
    frontProxyCertificate: join(directory, "front-proxy.crt"),
    frontProxyKey: join(directory, "front-proxy.key"),
  };
  if (Object.values(files).every(existsSync)) return files;

  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  const write = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 });

  const authority = await newAuthority("CN=kubernetes");
  write(files.authority, authority.certificate.toString("pem"));
  write(files.authorityKey, await privateKeyPem(authority.key));
  const server = await issue(authority, "CN=kube-apiserver", x509.ExtendedKeyUsage.serverAuth, hosts);
  write(files.serverCertificate, server.certificate);
  write(files.serverKey, server.key);
  const admin = await issue(authority, "O=system:masters, CN=kubernetes-admin", x509.ExtendedKeyUsage.clientAuth, []);
  write(files.adminCertificate, admin.certificate);
  write(files.adminKey, admin.key);

  const frontProxyAuthority = await newAuthority("CN=front-proxy-ca");
  write(files.frontProxyAuthority, frontProxyAuthority.certificate.toString("pem"));
  const frontProxy = await issue(frontProxyAuthority, `CN=${frontProxyName}`, x509.ExtendedKeyUsage.clientAuth, []);
  write(files.frontProxyCertificate, frontProxy.certificate);
  write(files.frontProxyKey, frontProxy.key);

  const serviceAccounts = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  write(files.serviceAccountKey, serviceAccounts.privateKey);
  write(files.serviceAccountPublicKey, serviceAccounts.publicKey);
  return files;
}

/** PEM of a certificate and its key. */
export interface Issued {
  certificate: string;
  key: string;
}

/** Paths of an authority's files. */
export type AuthorityFiles = Pick<Certificates, "authority" | "authorityKey">;

/** Writes the files of an authority of its own, or takes those that an earlier run has written. */
export async function ensureAuthority(directory: string, name: string): Promise<AuthorityFiles> {
  const files = { authority: join(directory, "ca.crt"), authorityKey: join(directory, "ca.key") };
  if (Object.values(files).every(existsSync)) return files;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { certificate, key } = await newAuthority(`CN=${name}`);
  writeFileSync(files.authorityKey, await privateKeyPem(key), { mode: 0o600 });
  writeFileSync(files.authority, certificate.toString("pem"));
  return files;
}

/** @param hosts DNS names, `*.` in front of one for all below it, and IP addresses. */
export async function issueServerCertificate(files: AuthorityFiles, name: string, hosts: string[]): Promise<Issued> {
  return issue(await readAuthority(files), `CN=${name}`, x509.ExtendedKeyUsage.serverAuth, hosts);
}

/** A serving certificate of a kubelet, from the cluster's authority. */
export async function issueKubeletCertificate(files: Certificates, node: string, addresses: string[]): Promise<Issued> {
  const subject = `O=system:nodes, CN=system:node:${node}`;
  return issue(await readAuthority(files), subject, x509.ExtendedKeyUsage.serverAuth, [node, ...addresses]);
}

async function readAuthority(files: AuthorityFiles): Promise<Authority> {
  const pem = x509.PemConverter.decodeFirst(readFileSync(files.authorityKey, "utf8"));
  const key = await webcrypto.subtle.importKey("pkcs8", pem, algorithm, false, ["sign"]);
  return { certificate: new x509.X509Certificate(readFileSync(files.authority, "utf8")), key };
}

interface Authority {
  certificate: x509.X509Certificate;
  key: webcrypto.CryptoKey;
}

async function newAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function issue(
  authority: Authority,
  subject: string,
  usage: x509.ExtendedKeyUsage,
  names: string[],
): Promise<Issued> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names.map(alternativeName))] : []),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await privateKeyPem(keys.privateKey) };
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

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return x509.PemConverter.encode(der, "PRIVATE KEY");
}

function alternativeName(host: string): { type: "ip" | "dns"; value: string } {
  return { type: /^[\d.]+$/.test(host) ? "ip" : "dns", value: host };
}
