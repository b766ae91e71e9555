import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { afterAll, expect, it } from "vitest";
import type { PodTools } from "../../../simulator/programs";
import { shellCommand } from "../../../simulator/programs/shell";
import type { ClusterAccess } from "../../../simulator/programs/surroundings";

const directory = mkdtempSync(join(tmpdir(), "shell-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const pod = (...command: string[]): V1Pod => ({
  metadata: { name: "reads", namespace: "shop" },
  spec: {
    containers: [
      {
        name: "main",
        image: "busybox",
        command,
        env: [
          { name: "VOLUME", value: "/volume/below" },
          { name: "OTHER", value: "/volumes" },
        ],
        volumeMounts: [
          { name: "data", mountPath: "/volume" },
          { name: "scratch", mountPath: "/scratch" },
        ],
      },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: "data" } },
      { name: "scratch", emptyDir: {} },
    ],
  },
});

const disks = (folder: string | undefined) => ({ ofPod: () => Promise.resolve(folder) });
const commandOf = shellCommand(["ls /volume"], disks(directory));

it("runs what it knows, with the disk in the place of the claim", async () => {
  const command = await commandOf(pod("sh", "-c", "ls /volume"));
  expect(command).toMatchObject({ file: "/bin/sh", arguments: ["-c", "ls /volume"] });
  const folder = mkdtempSync(join(tmpdir(), "pod-"));
  const tools = { promtool: process.execPath } as PodTools;
  const { PATH = "", ...variables } = command?.prepare(folder, tools, {} as ClusterAccess) ?? {};
  expect(variables).toEqual({ VOLUME: join(folder, "volume/below") });
  expect(realpathSync(join(PATH.split(":")[0] ?? "", "promtool"))).toBe(realpathSync(process.execPath));
  writeFileSync(join(directory, "file"), "here");
  expect(readFileSync(join(folder, "volume", "file"), "utf8")).toBe("here");
  // The disk outlives the pod's folder.
  rmSync(folder, { recursive: true });
  expect(readFileSync(join(directory, "file"), "utf8")).toBe("here");
});

it("runs nothing else", async () => {
  const others = [["sh", "-c", "rm -rf /volume"], ["sh", "-c", "ls /volume "], ["sh", "ls /volume"], ["ls"], []];
  for (const command of others) expect(await commandOf(pod(...command))).toBeUndefined();
  expect(await shellCommand([], disks(directory))(pod("sh", "-c", ""))).toBeUndefined();
});

it("waits for the claim's disk", async () => {
  const waits = shellCommand(["ls /volume"], disks(undefined))(pod("sh", "-c", "ls /volume"));
  await expect(waits).rejects.toThrow("claim data has no disk yet");
});
