/** The kubeconfig of the simulated cloud's own insiders: node stand-ins, controllers, Argo CD. Users never get it. */
import { readFileSync, writeFileSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { authorityData, type Certificates } from "./certificates";

/** Writes a kubeconfig with the admin's client certificate, for the API server on this machine's own address. */
export function writeAdminKubeconfig(file: string, name: string, port: number, certificates: Certificates): void {
  const data = (path: string): string => readFileSync(path).toString("base64");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": authorityData(certificates) },
      },
    ],
    users: [
      {
        name: "admin",
        user: {
          "client-certificate-data": data(certificates.adminCertificate),
          "client-key-data": data(certificates.adminKey),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: "admin" } }],
    "current-context": name,
  };
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 });
}

/** Writes what an API server reads to find its webhook. */
export function writeWebhookKubeconfig(file: string, url: string): void {
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "webhook", cluster: { server: url } }],
    users: [{ name: "api-server", user: {} }],
    contexts: [{ name: "webhook", context: { cluster: "webhook", user: "api-server" } }],
    "current-context": "webhook",
  };
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 });
}

export function loadKubeconfig(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}
