/** EFS: an access point for each volume, reached from every zone. */
import { createHash } from "node:crypto";
import type { Driver } from "../drivers";

/** Words: github.com/kubernetes-sigs/aws-efs-csi-driver, pkg/driver/controller.go (`CreateVolume`). */
export const efs: Driver = {
  name: "efs.csi.aws.com",
  attachLimit: () => undefined,
  refuse({ parameters }) {
    const missing = ["provisioningMode", "fileSystemId"].find((name) => !parameters[name]);
    if (missing) return `rpc error: code = InvalidArgument desc = Missing ${missing} parameter`;
    const mode = parameters["provisioningMode"] ?? "";
    return mode === "efs-ap"
      ? undefined
      : `rpc error: code = InvalidArgument desc = Provisioning mode ${mode} is not supported. Only Access point provisioning: 'efs-ap' is supported`;
  },
  // The driver writes the file system's id in front, which is not known here.
  volumeId: (claimUid) => `::fsap-0${createHash("sha256").update(claimUid).digest("hex").slice(0, 16)}`,
};
