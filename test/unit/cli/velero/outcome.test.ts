import { describe, expect, it } from "vitest";
import type { Backup, Phase, PodVolumeBackup } from "../../../../cli/velero/objects";
import { formatBytes, hasEnded, outcomeOf, progressLine } from "../../../../cli/velero/outcome";

describe("how a backup ended", () => {
  it("is what was kept, where all of it was", () => {
    const volumes = [volume("data", "Completed", 2048), volume("logs", "Completed", 1024)];
    expect(outcomeOf(backup("Completed"), volumes)).toEqual({
      name: "daily",
      items: 12,
      warnings: 1,
      started: "2026-11-21T02:00:00Z",
      ended: "2026-11-21T02:01:00Z",
      volumes: [
        { namespace: "production", pod: "database-0", volume: "data", bytes: 2048 },
        { namespace: "production", pod: "database-0", volume: "logs", bytes: 1024 },
      ],
    });
  });

  it.each<Phase>(["PartiallyFailed", "Failed", "FailedValidation"])("is an error where it is %s", (phase) => {
    const failed = backup(phase, { validationErrors: ["no such location"], failureReason: "disk full", errors: 3 });
    expect(() => outcomeOf(failed, [])).toThrow(
      [`The backup daily is ${phase}.`, "no such location", "disk full", "3 errors: velero backup logs daily"].join(
        "\n",
      ),
    );
  });

  it("is an error where Velero says Completed, and a volume was not kept", () => {
    const volumes = [volume("data", "Completed", 1), volume("logs", "Failed", 0, "no space left on device")];
    expect(() => outcomeOf(backup("Completed"), volumes)).toThrow(
      "Volume logs of pod production/database-0: no space left on device",
    );
  });

  it.each<[Phase | undefined, boolean]>([
    [undefined, false],
    ["New", false],
    ["InProgress", false],
    ["Finalizing", false],
    ["Completed", true],
    ["PartiallyFailed", true],
    ["Failed", true],
    ["FailedValidation", true],
  ])("%s has ended: %s", (phase, ended) => {
    expect(hasEnded(backup(phase))).toBe(ended);
  });

  it("shows how far it has come", () => {
    const going = backup("InProgress", { progress: { totalItems: 600, itemsBackedUp: 212 } });
    expect(progressLine(going, [])).toBe("212 of 600 objects");
    const volumes = [volume("data", "Completed", 3 * 2 ** 20), volume("logs", "InProgress", 2 ** 20)];
    expect(progressLine(going, volumes)).toBe("212 of 600 objects, volumes 1 of 2 (4.0 MiB)");
  });

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1.5 * 2 ** 30, "1.5 GiB"],
    [2 ** 50, "1024.0 TiB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

function backup(phase: Phase | undefined, status: Partial<NonNullable<Backup["status"]>> = {}): Backup {
  return {
    metadata: { name: "daily" },
    spec: { storageLocation: "default", ttl: "1h", defaultVolumesToFsBackup: true, snapshotVolumes: false },
    status: {
      ...(phase ? { phase } : {}),
      warnings: 1,
      progress: { totalItems: 12, itemsBackedUp: 12 },
      startTimestamp: "2026-11-21T02:00:00Z",
      completionTimestamp: "2026-11-21T02:01:00Z",
      ...status,
    },
  };
}

function volume(name: string, phase: string, bytes: number, message?: string): PodVolumeBackup {
  return {
    metadata: { name: `daily-${name}` },
    spec: { pod: { namespace: "production", name: "database-0" }, volume: name },
    status: { phase, progress: { totalBytes: bytes, bytesDone: bytes }, ...(message ? { message } : {}) },
  };
}
