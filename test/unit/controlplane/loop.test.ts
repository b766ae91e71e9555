import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiException, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Loop, startLoop } from "../../../simulator/controlplane/standins/loop";

/** A server with Services of these names, which never change. */
function serve(names: string[]): Server {
  const items = names.map((name) => ({ metadata: { name, namespace: "default", resourceVersion: "1" } }));
  return createServer((request, response) => {
    if (request.url?.includes("watch=true")) return;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items }));
  });
}

describe("startLoop", () => {
  const server = serve(["broken", "gone"]);
  let loop: Loop | undefined;
  beforeEach(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
  afterEach(async () => {
    await loop?.stop();
    server.closeAllConnections();
    server.close();
  });

  it("looks again after an error, which it tells, and not at what has been deleted meanwhile", async () => {
    const config = new KubeConfig();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser({ name: "test", server: url, skipTLSVerify: true }, { name: "test" });
    const core = config.makeApiClient(CoreV1Api);
    const lines: string[] = [];
    const looks: string[] = [];
    loop = startLoop(
      { config, cluster: { name: "test" }, log: (line: string) => lines.push(line) },
      "/api/v1/services",
      () => core.listServiceForAllNamespaces(),
      async ({ metadata }) => {
        const name = metadata?.name ?? "";
        const isFirst = !looks.includes(name);
        looks.push(name);
        if (isFirst) throw new ApiException(name === "gone" ? 404 : 500, "it went wrong", {}, {});
      },
    );
    await expect.poll(() => looks.filter((name) => name === "broken").length, { timeout: 5000 }).toBe(2);
    expect(looks).toEqual(["broken", "gone", "broken"]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^test: \/api\/v1\/services default\/broken: HTTP-Code: 500\nMessage: it went wrong/);
  });
});
