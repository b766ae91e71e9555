import { expect, it } from "vitest";
import { lookBefore, watch, worse, type Before } from "../../../../../cli/migrate/watch";
import { routesIn } from "../../../../../cli/migrate/watch/routes";

const before: Before = { host: "shop.example.com", path: "/", asked: 10, failed: 0, statuses: [200] };
const route = { host: "shop.example.com", path: "/", address: "192.0.2.1" };
const answers = (...parts: [number, number | undefined][]) =>
  parts.flatMap(([count, status]) => Array.from({ length: count }, () => status));
const pace = { seconds: 0.2, everyMs: 1 };
const say = (): void => undefined;

it("sees that half of the newest requests fail, with what they were answered", () => {
  expect(worse(before, answers([5, 200], [3, 503], [2, undefined]))).toBe(
    "shop.example.com/: 5 of the last 10 requests failed (503, no answer), and 0 of 10 before",
  );
});

it("lets single failures be, and those of the first moments", () => {
  expect(worse(before, answers([4, 503], [6, 200]))).toBeUndefined();
  expect(worse(before, answers([9, 503]))).toBeUndefined();
});

it("holds nothing against the target that was so before", () => {
  expect(worse({ ...before, failed: 4 }, answers([6, 503], [4, 200]))).toBeUndefined();
  expect(worse({ ...before, failed: 1 }, answers([6, 503], [4, 200]))).toContain("1 of 10 before");
  expect(worse({ ...before, statuses: [401] }, answers([10, 401]))).toBeUndefined();
  expect(worse(before, answers([10, 404]))).toContain("404");
});

it("ends at once where requests fail, and after its time where they do not", async () => {
  const asked: string[] = [];
  const found = await watch(
    { before: [before], routes: [route], ask: ({ address }) => Promise.resolve(asked.push(address) > 3 ? 502 : 200) },
    { seconds: 60, everyMs: 1 },
    say,
  );
  expect(found).toContain("7 of the last 10 requests failed (502)");
  expect(new Set(asked)).toEqual(new Set(["192.0.2.1"]));
  expect(
    await watch({ before: [before], routes: [route], ask: () => Promise.resolve(200) }, pace, say),
  ).toBeUndefined();
});

it("does not judge what never answered from here, and says so", async () => {
  const told: string[] = [];
  const silent = { ...before, asked: 3, failed: 3, statuses: [] };
  const given = { before: [silent], routes: [route], ask: () => Promise.resolve(undefined) };
  expect(await watch(given, pace, (line) => told.push(line))).toBeUndefined();
  expect(told.join()).toContain("did not answer from here");
});

it("says where the target has no address for a host", async () => {
  const given = { before: [before], routes: [], ask: () => Promise.resolve(200) };
  expect(await watch(given, pace, say)).toBe("shop.example.com/ has no address on the target");
});

it("asks each route some times beforehand, and soon stops where nobody answers", async () => {
  const statuses = [200, 500, undefined, 302];
  let asked = 0;
  const [found] = await lookBefore([route], () => Promise.resolve(statuses[asked++ % 4]));
  expect(found).toEqual({ host: "shop.example.com", path: "/", asked: 10, failed: 5, statuses: [200, 500, 302] });
  const [silent] = await lookBefore([route], () => Promise.resolve(undefined));
  expect(silent).toMatchObject({ asked: 3, failed: 3 });
});

it("finds hosts and paths with their addresses; patterns and wildcards are nobody's to ask for", () => {
  const rule = (host: string, path: string, pathType: string) => ({
    host,
    http: { paths: [{ path, pathType, backend: {} }] },
  });
  const ingress = (rules: object[], address?: object) => ({
    spec: { rules },
    ...(address ? { status: { loadBalancer: { ingress: [address] } } } : {}),
  });
  const found = routesIn([
    ingress(
      [
        rule("a.example.com", "/api", "Prefix"),
        rule("*.example.com", "/", "Prefix"),
        rule("b.example.com", "/.*", "ImplementationSpecific"),
      ],
      { hostname: "lb.example.net" },
    ),
    ingress([rule("c.example.com", "/", "Exact")], { ip: "192.0.2.7" }),
    ingress([rule("d.example.com", "/", "Exact")]),
  ]);
  expect(found).toEqual([
    { host: "a.example.com", path: "/api", address: "lb.example.net" },
    { host: "b.example.com", path: "/", address: "lb.example.net" },
    { host: "c.example.com", path: "/", address: "192.0.2.7" },
  ]);
});
