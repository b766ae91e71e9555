import { describe, expect, it } from "vitest";
import { veleroArguments, veleroPod } from "../../../simulator/kubernetes/release/veleroServer";

describe("Velero's server, as the chart writes it", () => {
  it("has the flags that the values ask for, the user's own last", () => {
    const configuration = {
      backupSyncPeriod: "5s",
      defaultVolumesToFsBackup: true,
      restoreOnlyMode: false,
      logFormat: "json",
      extraArgs: ["--fs-backup-timeout=1h"],
    };
    expect(veleroArguments({ configuration })).toEqual([
      "server",
      "--uploader-type=kopia",
      "--backup-sync-period=5s",
      "--log-format=json",
      "--default-volumes-to-fs-backup",
      "--fs-backup-timeout=1h",
    ]);
  });

  it("mounts what its variables name, and has the init containers that bring plugins", () => {
    const plugin = { name: "aws", image: "velero/velero-plugin-for-aws:v1.14.3" };
    const { container, volumes, initContainers } = veleroPod({ initContainers: [plugin] });
    expect(container).toMatchObject({
      env: expect.arrayContaining([{ name: "VELERO_SCRATCH_DIR", value: "/scratch" }]),
      volumeMounts: expect.arrayContaining([{ name: "scratch", mountPath: "/scratch" }]),
    });
    expect(volumes).toContainEqual({ name: "scratch", emptyDir: {} });
    expect(initContainers).toEqual([plugin]);
  });
});
