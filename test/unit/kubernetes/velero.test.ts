import { describe, expect, it } from "vitest";
import { nodeAgentPod, veleroArguments, veleroPod } from "../../../simulator/kubernetes/release/velero";

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
    expect(container.env).toContainEqual({ name: "VELERO_SCRATCH_DIR", value: "/scratch" });
    expect(container.volumeMounts).toContainEqual({ name: "scratch", mountPath: "/scratch" });
    expect(volumes).toContainEqual({ name: "scratch", emptyDir: {} });
    expect(initContainers).toEqual([plugin]);
  });
});

it("Velero's node agent has the variables and volumes that are given to it", () => {
  const token = { name: "source-token", mountPath: "/var/run/secrets/platform/source" };
  const { container, volumes } = nodeAgentPod({
    configuration: { extraEnvVars: [{ name: "OF_BOTH", value: "1" }] },
    extraVolumeMounts: [{ name: "of-the-server", mountPath: "/server" }],
    nodeAgent: { extraVolumeMounts: [token], extraVolumes: [{ name: "source-token", projected: {} }] },
  });
  expect(container.env).toContainEqual({ name: "OF_BOTH", value: "1" });
  expect(container.env).toContainEqual({ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } });
  expect(container.volumeMounts).toEqual([{ name: "scratch", mountPath: "/scratch" }, token]);
  expect(volumes).toContainEqual({ name: "source-token", projected: {} });
});
