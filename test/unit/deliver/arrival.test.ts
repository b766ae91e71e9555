/** What Argo CD says of an Application, and what is made of it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { awaitArrival } from "../../../cli/deliver/arrival";
import { digest } from "./repository";

const image = { name: "web", newName: "ghcr.io/acme/web", newTag: "v2", digest: digest("b") };
const arrived = {
  sync: { status: "Synced" },
  health: { status: "Healthy" },
  operationState: { phase: "Succeeded" },
  summary: { images: ["docker.io/library/redis:8.2.1", `ghcr.io/acme/web:v2@${digest("b")}`] },
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Answers one after the other, the last for ever: a status code, or an Application's status. */
async function argocd(...answers: (number | object)[]) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(JSON.stringify({ status: answer }));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const wait = (overrides: object = {}) =>
    awaitArrival(
      {
        server: `http://127.0.0.1:${port}`,
        token: "secret",
        application: "shop-dev",
        images: [image],
        timeout: 5,
        stable: 0,
        interval: 0.01,
        ...overrides,
      },
      (line) => lines.push(line),
    );
  return { wait, asked, lines };
}

describe("an environment has a version", () => {
  it("when Argo CD says so, asked with the token and told to look at Git", async () => {
    const { wait, asked } = await argocd(arrived);
    await wait();
    expect(asked).toEqual(["/api/v1/applications/shop-dev?refresh=normal Bearer secret"]);
  });

  it("not before it is synced, healthy, and runs that very digest", async () => {
    const old = { images: [`ghcr.io/acme/web:v2@${digest("a")}`] };
    const { wait, lines } = await argocd(
      503,
      { ...arrived, sync: { status: "OutOfSync" } },
      { ...arrived, operationState: { phase: "Running" } },
      { ...arrived, summary: old },
      { ...arrived, health: { status: "Progressing", message: "1 of 2" } },
      arrived,
    );
    await wait();
    expect(lines.map((line) => line.replace(/127.0.0.1:\d+/, "argocd"))).toEqual([
      "http://argocd answers 503",
      "shop-dev is OutOfSync",
      "shop-dev is being synced",
      `shop-dev does not run ghcr.io/acme/web:v2@${digest("b")}`,
      "shop-dev is Progressing 1 of 2",
      `shop-dev runs ghcr.io/acme/web:v2@${digest("b")}`,
    ]);
  });

  it("not where it does not stay so", async () => {
    const degraded = { ...arrived, health: { status: "Degraded" } };
    const { wait, asked } = await argocd(arrived, degraded, arrived);
    await wait({ stable: 0.2 });
    expect(asked.length).toBeGreaterThan(4);
  });

  it("by its tag, where it has no digest", async () => {
    const { wait } = await argocd({ ...arrived, summary: { images: ["docker.io/acme/web:v2"] } });
    await wait({ images: [{ name: "acme/web", newTag: "v2" }] });
    await expect(wait({ images: [{ name: "acme/web", newTag: "v3" }], timeout: 0.05 })).rejects.toThrow("acme/web:v3");
  });
});

describe("waiting ends", () => {
  it("when time is up, with what was last seen", async () => {
    const failed = { ...arrived, operationState: { phase: "Failed", message: "exceeded quota" } };
    const { wait } = await argocd(failed);
    await expect(wait({ timeout: 0.1 })).rejects.toThrow(
      "not there after 0.1 s: shop-dev: the sync failed: exceeded quota",
    );
  });

  it.each([401, 403, 404])("at once where Argo CD answers %i", async (status) => {
    const { wait, asked } = await argocd(status);
    await expect(wait()).rejects.toThrow(`answers ${status} for shop-dev`);
    expect(asked).toHaveLength(1);
  });

  it("not where nobody answers: that may be over soon", async () => {
    const { wait } = await argocd(arrived);
    server?.close();
    await expect(wait({ timeout: 0.1 })).rejects.toThrow(/does not answer/);
  });
});
