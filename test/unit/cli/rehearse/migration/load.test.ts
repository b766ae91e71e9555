import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, expect, it } from "vitest";
import { startLoad, type Load } from "../../../../../cli/rehearse/migration/load";
import { lookUp } from "../../../../../cli/rehearse/migration/lookup";
import { closeServer, listenOnLoopback } from "../../../../../simulator/loopback";

type Handle = (request: {
  method: string;
  host: string;
  id: string | null;
  address: string;
}) => [number, object] | "drop";

/** A host's answers, and how often its name was looked up. */
async function internet(handle: Handle, { keepSeconds = 60, address = (): string => "one" } = {}) {
  const looked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://x");
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (url.pathname === "/resolve") {
      looked.push(url.searchParams.get("host") ?? "");
      if (address() === "") return send(404, { why: "no such name" });
      return send(200, { addresses: [address()], ttl: 60, keepSeconds });
    }
    const answer = handle({
      method: request.method ?? "",
      host: request.headers.host ?? "",
      id: url.searchParams.get("id"),
      address: String(request.headers["x-simulator-address"]),
    });
    if (answer === "drop") return request.socket.destroy();
    return send(...answer);
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  ends.push(() => closeServer(server));
  return { url, looked };
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

function start(url: string, hosts: string[]): Load {
  const load = startLoad({ url, hosts, everyMs: 10 });
  ends.push(() => load.stop());
  return load;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("counts what each host keeps and gives back, and who served it", async () => {
  const kept = new Set<string>();
  const { url, looked } = await internet(({ method, host, id, address }) => {
    if (host === "static.example.com") return [method === "POST" ? 405 : 200, { cluster: address }];
    if (method === "POST") kept.add(id ?? "");
    return [id === null || kept.has(id) ? 200 : 404, { cluster: address }];
  });
  const load = start(url, ["www.example.com", "static.example.com"]);
  await expect.poll(() => load.acknowledged().length).toBeGreaterThan(5);
  const { hosts } = await load.stop();
  const acknowledged = load.acknowledged();
  expect(new Set(acknowledged.map(({ id }) => id))).toEqual(kept);
  expect(acknowledged.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
    acknowledged.map((_, index) => index + 1),
  );
  const [www, plain] = hosts;
  expect(www).toMatchObject({ host: "www.example.com", keeps: true, lost: [] });
  expect(www?.writes).toMatchObject({ served: acknowledged.length, refused: [], longestGapSeconds: 0 });
  expect(www?.writes.latency.p50).toBeLessThanOrEqual(www?.writes.latency.p99 ?? -1);
  expect(www?.servedBy).toEqual({ one: acknowledged.length + (www?.reads.served ?? 0) });
  expect(plain).toMatchObject({ keeps: false, writes: { sent: 0, refused: [] } });
  expect(plain?.reads.served).toBeGreaterThan(0);
  // An answer is kept for its time.
  expect(looked.sort()).toEqual(["static.example.com", "www.example.com"]);
});

it("says for how long, and why, writes and reads were refused", async () => {
  let way: "serve" | "refuse" | "drop" = "serve";
  const { url } = await internet(() => {
    if (way === "drop") return "drop";
    return way === "serve" ? [200, { cluster: "one" }] : [503, { cluster: "one", why: "no ready endpoint" }];
  });
  const load = start(url, ["www.example.com"]);
  const [host] = load.result().hosts;
  expect(host?.writes.sent).toBe(0);
  const sent = () => load.result().hosts[0]?.writes.sent ?? 0;
  const more = async () => {
    const before = sent();
    await expect.poll(sent).toBeGreaterThan(before + 5);
  };
  await more();
  way = "refuse";
  const since = Date.now();
  await more();
  way = "drop";
  await more();
  const gap = Date.now() - since;
  way = "serve";
  await more();
  const [{ writes, reads } = expect.fail()] = (await load.stop()).hosts;
  expect(writes.refused.map(({ why }) => why)).toEqual(["503 no ready endpoint", "ECONNRESET"]);
  expect(reads.refused).toHaveLength(2);
  const [first, second] = writes.refused;
  expect(first?.count).toBeGreaterThan(4);
  expect((first?.to ?? "") < (second?.from ?? "")).toBe(true);
  expect(writes.sent).toBe(writes.served + writes.refused.reduce((sum, { count }) => sum + count, 0));
  // Until the next one that was served; a busy machine is late.
  expect(writes.longestGapSeconds * 1000).toBeLessThan(gap + 500);
  expect(writes.longestGapSeconds).toBeGreaterThan(0);
});

it("tells what was acknowledged and is not there any more", async () => {
  let forgets = false;
  const { url } = await internet(({ method, id }) => {
    if (method === "POST" || id === null || !forgets) return [200, { cluster: "one" }];
    return [404, { cluster: "one", why: "no such writing", missingOn: ["web-1/data"] }];
  });
  const load = start(url, ["www.example.com"]);
  await expect.poll(() => load.acknowledged().length).toBeGreaterThan(2);
  expect(load.result().hosts[0]?.lost).toEqual([]);
  forgets = true;
  await expect.poll(() => load.result().hosts[0]?.lost.length).toBeGreaterThan(0);
  await load.stop();
  const ids = load.acknowledged().map(({ id }) => id);
  for (const id of load.result().hosts[0]?.lost ?? []) expect(ids).toContain(id);
});

it("follows a name that leads elsewhere as soon as the old answer is too old, and not before", async () => {
  let address = "one";
  const { url } = await internet(({ address: to }) => [200, { cluster: to }], {
    keepSeconds: 0.3,
    address: () => address,
  });
  const load = start(url, ["www.example.com"]);
  const servedBy = () => load.result().hosts[0]?.servedBy ?? {};
  await expect.poll(() => servedBy()["one"] ?? 0).toBeGreaterThan(2);
  address = "two";
  const changed = Date.now();
  await expect.poll(() => servedBy()["two"] ?? 0, { interval: 5 }).toBeGreaterThan(0);
  expect(Date.now() - changed).toBeLessThan(5000);
  address = "";
  await expect.poll(() => load.result().hosts[0]?.writes.refused[0]?.why).toBe("the name has no address");
});

it("looks every acknowledged write up, at one cluster", async () => {
  const asked: string[] = [];
  const { url } = await internet(({ host, id, address }) => {
    asked.push(`${host} ${id} ${address}`);
    if (host === "down.example.com") return [503, { cluster: "two", why: "nobody" }];
    if (host === "none.example.com") return [404, { cluster: "two", why: "no Ingress" }];
    return id === "gone" ? [404, { cluster: "two", missingOn: ["x/y"] }] : [200, { cluster: "two" }];
  });
  const write = (host: string, id: string) => ({ host: `${host}.example.com`, id, sequence: 1, at: "" });
  const acknowledged = [write("www", "kept"), write("www", "gone"), write("down", "a"), write("none", "b")];
  const { found, missing, unanswered } = await lookUp({ url, acknowledged, address: "target" });
  expect(found).toBe(1);
  expect(missing.map(({ id }) => id)).toEqual(["gone"]);
  expect(unanswered.map(({ id, why }) => [id, why])).toEqual([
    ["a", "nobody"],
    ["b", "no Ingress"],
  ]);
  expect(asked.sort()[0]).toBe("down.example.com a target");
});

it("sends nothing more when it was stopped", async () => {
  let count = 0;
  const { url } = await internet(() => [200, { n: count++ }]);
  const load = start(url, ["www.example.com"]);
  await expect.poll(() => count).toBeGreaterThan(3);
  const { to, hosts } = await load.stop();
  const then = count;
  await pause(60);
  expect(count).toBe(then);
  expect(await load.stop()).toEqual({ from: expect.any(String) as string, to, hosts });
});
