import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureCertificates } from "../../../simulator/controlplane/certificates";
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

it("answers at every node's address but one without power", async () => {
  const config = new KubeConfig();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: "test", server: url, skipTLSVerify: true }, { name: "test" });
  const off = new Set(["b"]);
  const certificates = await ensureCertificates(directory, ["localhost"]);
  const kubelets = new Kubelets(config, certificates, { isOff: (node) => off.has(node ?? "") });
  expect(await kubelets.at("10.0.0.a")).toBeInstanceOf(Function);
  expect(await kubelets.at("10.0.0.b")).toBeUndefined();
  off.clear();
  expect(await kubelets.at("10.0.0.b")).toBeInstanceOf(Function);
  expect(await kubelets.at("10.0.0.c")).toBeUndefined();
});
