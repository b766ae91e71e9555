import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  awaitedRestore,
  awaitsRestore,
  clearRestore,
  waitingStatuses,
} from "../../../simulator/controlplane/standins/restores";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "restores-"));
  for (const volume of ["data", "logs"]) mkdirSync(join(folder, volume));
});
afterEach(() => rmSync(folder, { recursive: true }));

const disks = { ofPod: (_: V1Pod, volume: string) => Promise.resolve(join(folder, volume)) };

function restoring(...volumes: string[]): V1Pod {
  const volumeMounts = volumes.map((name) => ({ name, mountPath: `/restores/${name}` }));
  volumeMounts.push({ name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" });
  const wait = { name: "restore-wait", args: ["uid-2"], volumeMounts };
  return { spec: { containers: [{ name: "main" }], initContainers: [wait] } };
}

function mark(volume: string, restore: string): void {
  mkdirSync(join(folder, volume, ".velero"), { recursive: true });
  writeFileSync(join(folder, volume, ".velero", restore), "");
}

describe("a pod that is restored", () => {
  it("waits until each of its volumes has come back", async () => {
    const pod = restoring("data", "logs");
    expect((await awaitedRestore(pod, disks))?.message).toContain("volume data");
    mark("data", "uid-2");
    expect((await awaitedRestore(pod, disks))?.message).toContain("volume logs");
    mark("logs", "uid-2");
    expect(await awaitedRestore(pod, disks)).toBeUndefined();
  });

  it("is not content with the file of an earlier restore", async () => {
    mark("data", "uid-1");
    expect(await awaitedRestore(restoring("data"), disks)).toMatchObject({ reason: "PodInitializing" });
  });

  it("waits where a claim has no disk yet", async () => {
    const none = { ofPod: () => Promise.resolve(undefined) };
    expect(await awaitedRestore(restoring("data"), none)).toMatchObject({ reason: "PodInitializing" });
  });

  it("finds its volumes as they were", async () => {
    mark("data", "uid-2");
    writeFileSync(join(folder, "data", "rows"), "1");
    await clearRestore(restoring("data"), disks);
    expect(readdirSync(join(folder, "data"))).toEqual(["rows"]);
  });
});

it("the agent serves a pod whose helper runs, and no other one", () => {
  const pod = restoring("data");
  expect(awaitsRestore(pod)).toBe(false);
  expect(awaitsRestore({ ...pod, status: { initContainerStatuses: waitingStatuses(pod) } })).toBe(true);
  const other = { spec: { containers: [], initContainers: [{ name: "migrate" }] } };
  expect(awaitsRestore({ ...other, status: { initContainerStatuses: waitingStatuses(other) } })).toBe(false);
});

it("a pod that is not restored waits for nothing, and keeps what it has", async () => {
  const pod = { spec: { containers: [{ name: "main" }], initContainers: [{ name: "migrate" }] } };
  mark("data", "uid-1");
  expect(await awaitedRestore(pod, disks)).toBeUndefined();
  await clearRestore(pod, disks);
  expect(existsSync(join(folder, "data", ".velero", "uid-1"))).toBe(true);
});
