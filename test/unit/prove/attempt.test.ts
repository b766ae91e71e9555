import type { Stack } from "@pulumi/pulumi/automation";
import { afterEach, expect, it } from "vitest";
import { attempt } from "../../prove/attempt";

const events = ["uncaughtException", "unhandledRejection"] as const;
const left: (() => void)[] = [];

/** What the Automation API does: the listener of a program that does not end stays. */
function stack(up: () => void): Stack {
  const run = () => {
    const listener = () => undefined;
    left.push(listener);
    for (const event of events) process.on(event, listener);
    up();
  };
  return { up: async () => run() } as unknown as Stack;
}

afterEach(() => {
  for (const listener of left.splice(0)) for (const event of events) process.off(event, listener);
});

it("leaves one listener of all the programs whose engine was killed", async () => {
  const counts = () => events.map((event) => process.listenerCount(event));
  const [exceptions = 0, rejections = 0] = counts();
  const killed = stack(() => {
    throw new Error("killed");
  });
  for (let index = 0; index < 5; index++) expect((await attempt(killed)).error?.message).toBe("killed");
  // That of the last attempt, and of the one before it until it is the last no more.
  expect(counts()).toEqual([exceptions + 2, rejections + 2]);
  expect(process.listeners("unhandledRejection").slice(-2)).toEqual(left.slice(-2));
});
