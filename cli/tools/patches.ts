/** Lines of libraries that are built otherwise, where a path or a port is no setting. */

/** Texts of one source file and what stands in their place. */
export interface Patch {
  /** Go module of the file, at the version that go.mod pins. */
  module: string;
  file: string;
  /** Each must be there. */
  replace: [text: string, by: string][];
}

/**
 * A pod's program finds its service account where the kubelet mounts it, at a path of the root folder that is no
 * setting. Here that path begins with what `POD_ROOT` says: nothing else of the programs is changed.
 */
export const serviceAccountBelowPodRoot: Patch = {
  module: "k8s.io/client-go",
  file: "rest/config.go",
  replace: [
    ["const (\n\t\ttokenFile ", "var (\n\t\ttokenFile "],
    ['tokenFile  = "/var/run', 'tokenFile  = os.Getenv("POD_ROOT") + "/var/run'],
    ['rootCAFile = "/var/run', 'rootCAFile = os.Getenv("POD_ROOT") + "/var/run'],
  ],
};

/**
 * Velero's server listens on port 8080 too, for metrics that nobody asks for, and no setting of it says otherwise: of two
 * servers on one machine the second would not start.
 */
const noSecondMetrics: Patch = {
  module: "sigs.k8s.io/controller-runtime",
  file: "pkg/metrics/server/server.go",
  replace: [['var DefaultBindAddress = ":8080"', 'var DefaultBindAddress = "0"']],
};

/** The path of a pod's token for AWS may stand in a file, which is no setting of this machine either. */
const awsTokenBelowPodRoot: Patch = {
  module: "github.com/aws/aws-sdk-go-v2/credentials",
  file: "stscreds/web_identity_provider.go",
  replace: [["os.ReadFile(string(j))", 'os.ReadFile(os.Getenv("POD_ROOT") + string(j))']],
};

/** And so may the one for Google. */
const googleTokenBelowPodRoot: Patch = {
  module: "cloud.google.com/go/auth",
  file: "credentials/internal/externalaccount/file_provider.go",
  replace: [["os.Open(sp.File)", 'os.Open(os.Getenv("POD_ROOT") + sp.File)']],
};

/** A container's last words go to a path of the root folder, which is this machine's here. */
const lastWordsBelowPodRoot: Patch = {
  module: "github.com/vmware-tanzu/velero",
  file: "pkg/util/kube/pod.go",
  replace: [
    ['funcCreateFile("/dev/termination-log")', 'funcCreateFile(os.Getenv("POD_ROOT") + "/dev/termination-log")'],
  ],
};

export const veleroPatches = [noSecondMetrics, awsTokenBelowPodRoot, googleTokenBelowPodRoot, lastWordsBelowPodRoot];
