import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { afterAll, expect, it } from "vitest";
import type { Command, Ended } from "../../../simulator/programs";
import { runOnce } from "../../../simulator/programs/once";

const directory = mkdtempSync(join(tmpdir(), "once-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const log = join(directory, "log");
writeFileSync(log, "the last line");

const pod = (terminationMessagePolicy?: string): V1Pod => ({
  metadata: { name: "a", namespace: "b", uid: "1" },
  spec: {
    containers: [{ name: "main", image: "a", ...(terminationMessagePolicy ? { terminationMessagePolicy } : {}) }],
  },
});

interface Told {
  phase: string;
  containerStatuses: { state: { terminated: { exitCode: number; reason: string; message?: string } } }[];
}

/** What Kubernetes is told of a pod whose program has ended so, each time that it is looked at. */
async function told(ended: Ended, one: V1Pod, looks = 1): Promise<{ status: Told[]; runs: number }> {
  const status: Told[] = [];
  let runs = 0;
  const core = {
    patchNamespacedPodStatus: async ({ body }: { body: { status: Told } }) => void status.push(body.status),
  };
  const config = { makeApiClient: (api: unknown) => (api === CoreV1Api ? core : undefined) } as unknown as KubeConfig;
  const programs = {
    start: () => Promise.resolve(undefined),
    once: async () => {
      runs += 1;
      return ended;
    },
  };
  const run = runOnce({ config, programs }, ({ spec }) => (spec ? ({ name: "a" } as Command) : undefined));
  for (let look = 0; look < looks; look += 1) await run(one);
  return { status, runs };
}

const terminated = ({ containerStatuses }: Told) => containerStatuses[0]?.state.terminated;

it("ends a pod as its program has ended, and runs it once", async () => {
  const { status, runs } = await told({ code: 0, log, words: "42" }, pod(), 2);
  expect(runs).toBe(1);
  expect(status.map(({ phase }) => phase)).toEqual(["Succeeded", "Succeeded"]);
  expect(status.map(terminated)[0]).toMatchObject({ exitCode: 0, reason: "Completed", message: "42" });
});

it("takes the log's end for the last words only where the container asks for that, and it failed", async () => {
  const message = async (ended: Ended, policy?: string) => (await told(ended, pod(policy))).status.map(terminated)[0];
  expect(await message({ code: 3, log }, "FallbackToLogsOnError")).toMatchObject({
    ...{ exitCode: 3, reason: "Error", message: "the last line" },
  });
  expect((await message({ code: 3, log }))?.message).toBeUndefined();
  expect((await message({ code: 0, log }, "FallbackToLogsOnError"))?.message).toBeUndefined();
  expect((await message({ code: 3, log, words: "x".repeat(5000) }))?.message).toHaveLength(4096);
});

it("leaves pods alone that run nothing", async () => {
  expect(await told({ code: 0, log }, { metadata: { uid: "1" } })).toEqual({ status: [], runs: 0 });
});
