import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureCertificates, type Certificates } from "../../../simulator/controlplane/certificates";
import { Kubelets } from "../../../simulator/controlplane/kubelet";

const directory = mkdtempSync(join(tmpdir(), "kubelet-"));
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  const items = ["a", "b"].map((name) => ({
    metadata: { name },
    status: { addresses: [{ type: "InternalIP", address: `10.0.0.${name}` }] },
  }));
  response.end(JSON.stringify({ items }));
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

it("lets nobody run a command who has no certificate of the cluster's authority", async () => {
  const config = new KubeConfig();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: "test", server: url, skipTLSVerify: true }, { name: "test" });
  const certificates = await ensureCertificates(directory, ["localhost"]);
  const strangers = await ensureCertificates(join(directory, "strangers"), ["localhost"]);
  const kubelets = new Kubelets({ config, certificates, power: { isOff: () => false }, execPort: 0 });
  const node = createTcpServer((socket) => void kubelets.at("10.0.0.a").then((take) => take?.(socket)));
  await new Promise<void>((resolve) => void node.listen(0, "127.0.0.1", resolve));
  const statusOf = (identity: { cert: Buffer; key: Buffer } | undefined) =>
    new Promise((resolve, reject) =>
      request({
        ...{ host: "127.0.0.1", port: (node.address() as AddressInfo).port, rejectUnauthorized: false, ...identity },
        ...{ method: "POST", path: "/exec/default/database-0/main?command=true", agent: false },
        headers: { connection: "Upgrade", upgrade: "SPDY/3.1" },
      })
        .once("response", (response) => resolve(response.resume().statusCode))
        .once("error", reject)
        .end(),
    );
  const identity = ({ adminCertificate, adminKey }: Certificates) => ({
    cert: readFileSync(adminCertificate),
    key: readFileSync(adminKey),
  });
  expect(await statusOf(undefined)).toBe(401);
  expect(await statusOf(identity(strangers))).toBe(401);
  // The API server of this test says nothing of rights.
  expect(await statusOf(identity(certificates))).toBe(403);
  node.close();
});

it("answers at every node's address but one without power", async () => {
  const config = new KubeConfig();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: "test", server: url, skipTLSVerify: true }, { name: "test" });
  const off = new Set(["b"]);
  const certificates = await ensureCertificates(directory, ["localhost"]);
  const kubelets = new Kubelets({ config, certificates, power: { isOff: (node) => off.has(node ?? "") }, execPort: 0 });
  expect(await kubelets.at("10.0.0.a")).toBeInstanceOf(Function);
  expect(await kubelets.at("10.0.0.b")).toBeUndefined();
  off.clear();
  expect(await kubelets.at("10.0.0.b")).toBeInstanceOf(Function);
  expect(await kubelets.at("10.0.0.c")).toBeUndefined();
});
