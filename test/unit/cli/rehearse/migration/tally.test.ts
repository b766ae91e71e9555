import { expect, it } from "vitest";
import { Tally } from "../../../../../cli/rehearse/migration/tally";

const iso = (sentAt: number) => new Date(sentAt).toISOString();

it("puts what was refused for one reason together, and takes the longest time without an answer", () => {
  const tally = new Tally("www.example.com");
  const statuses = [200, 503, 503, 503, 200, 502, 503, 200, 503];
  // Answers come in another order than requests went.
  for (const index of [3, 0, 1, 2, 8, 4, 5, 7, 6]) {
    const status = statuses[index] ?? 0;
    const outcome = { sentAt: index * 1000, took: index, status, ...(status === 200 ? {} : { why: "nobody" }) };
    tally.wrote(outcome);
  }
  expect(tally.result().writes).toEqual({
    sent: 9,
    served: 3,
    refused: [
      { why: "503 nobody", from: iso(1000), to: iso(3000), count: 3 },
      { why: "502 nobody", from: iso(5000), to: iso(5000), count: 1 },
      { why: "503 nobody", from: iso(6000), to: iso(6000), count: 1 },
      { why: "503 nobody", from: iso(8000), to: iso(8000), count: 1 },
    ],
    longestGapSeconds: 3,
    latency: { p50: 4, p99: 7 },
  });
});

it("counts a gap that has not ended until the last request", () => {
  const tally = new Tally("www.example.com");
  for (const sentAt of [0, 500, 1700]) tally.wrote({ sentAt, took: 1, why: "ECONNRESET" });
  expect(tally.result().writes).toMatchObject({ served: 0, longestGapSeconds: 1.7, latency: {} });
});

it("counts neither writes of what keeps nothing, nor a read of nothing as lost", () => {
  const tally = new Tally("static.example.com");
  tally.wrote({ sentAt: 0, took: 1, status: 405 });
  tally.read({ sentAt: 0, took: 1, status: 404, why: "no Ingress" }, "a");
  tally.read({ sentAt: 1, took: 1, status: 404, missingOn: ["web-1/data"] }, undefined);
  expect(tally.result()).toMatchObject({ keeps: false, lost: [], writes: { sent: 0 }, reads: { sent: 2, served: 0 } });
  tally.read({ sentAt: 2, took: 1, status: 404, missingOn: ["web-1/data"] }, "b");
  expect(tally.result().lost).toEqual(["b"]);
  // For a while it may not answer at all; once it has kept something, all of them count.
  tally.wrote({ sentAt: 3, took: 1, status: 503 });
  expect(tally.result()).toMatchObject({ keeps: false, writes: { sent: 0 } });
  tally.wrote({ sentAt: 4, took: 1, status: 200 });
  expect(tally.result()).toMatchObject({ keeps: true, writes: { sent: 3 } });
});
