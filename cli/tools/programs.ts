/** The programs that rehearsals and tests run, each at one version, and how it is built where it is not installed. */

export interface Program {
  /** `3.220.0`, without the `v`. */
  version: string;
  /** Folder under `tools/` whose go.mod pins the program and everything in it. */
  folder: string;
  /** Go package of its main function, `.` for the folder's own. */
  package: string;
  /** Flags for Go's linker: the versions that the projects' own builds set so. */
  linker: string[];
  /** What it is called on PATH, and how it tells its version. */
  installed: { name: string; arguments: string[]; pattern: RegExp };
  /** Whether an installed program of this version does; unless told, exactly ours. */
  accepts?: (version: string) => boolean;
  /** Whether what is built answers to `arguments` too. */
  tellsVersion: boolean;
  /** Lines of libraries that are built otherwise: an installed program has them not, and is passed over. */
  patches?: Patch[];
}

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
const serviceAccountBelowPodRoot: Patch = {
  module: "k8s.io/client-go",
  file: "rest/config.go",
  replace: [
    ["const (\n\t\ttokenFile ", "var (\n\t\ttokenFile "],
    ['tokenFile  = "/var/run', 'tokenFile  = os.Getenv("POD_ROOT") + "/var/run'],
    ['rootCAFile = "/var/run', 'rootCAFile = os.Getenv("POD_ROOT") + "/var/run'],
  ],
};

/** Variables of k8s.io/component-base/version, as kubernetes/hack/lib/version.sh sets them. */
const kubernetesVersion = "1.36.3";
const kubernetesLinker = [
  `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
  "-X k8s.io/component-base/version.gitMajor=1",
  "-X k8s.io/component-base/version.gitMinor=36",
  "-X k8s.io/component-base/version.gitCommit=unknown",
  "-X k8s.io/component-base/version.gitTreeState=clean",
];

function kubernetes(name: string, versionArguments: string[]): Program {
  return {
    version: kubernetesVersion,
    folder: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    linker: kubernetesLinker,
    installed: { name, arguments: versionArguments, pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  };
}

/** The one that takes longest to build comes first: the whole is done soonest so. */
export const programs = {
  "kube-apiserver": kubernetes("kube-apiserver", ["--version"]),
  "kube-controller-manager": kubernetes("kube-controller-manager", ["--version"]),
  "kube-scheduler": kubernetes("kube-scheduler", ["--version"]),
  kubectl: kubernetes("kubectl", ["version", "--client"]),
  argocd: {
    version: "3.2.6",
    folder: "argocd",
    package: "github.com/argoproj/argo-cd/v3/cmd",
    linker: ["-X github.com/argoproj/argo-cd/v3/common.version=3.2.6"],
    installed: { name: "argocd", arguments: ["version", "--client", "--short"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  pulumi: {
    version: "3.220.0",
    folder: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    linker: ["-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.220.0"],
    installed: { name: "pulumi", arguments: ["version"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  helm: {
    version: "3.22.0",
    folder: "helm",
    package: "helm.sh/helm/v3/cmd/helm",
    linker: ["-X helm.sh/helm/v3/internal/version.version=v3.22.0"],
    installed: { name: "helm", arguments: ["version", "--short"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  kwok: {
    version: "0.8.0",
    folder: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    linker: [],
    installed: { name: "kwok", arguments: ["--version"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  etcd: {
    version: "3.7.3",
    folder: "etcd",
    package: "go.etcd.io/etcd/server/v3",
    linker: [],
    installed: { name: "etcd", arguments: ["--version"], pattern: /etcd Version: (\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  kustomize: {
    version: "5.7.1",
    folder: "kustomize",
    package: "sigs.k8s.io/kustomize/kustomize/v5",
    linker: [],
    installed: { name: "kustomize", arguments: ["version"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  "metrics-server": {
    version: "0.9.0",
    folder: "metrics-server",
    package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
    linker: ["-X k8s.io/client-go/pkg/version.gitVersion=v0.9.0"],
    installed: { name: "metrics-server", arguments: ["--version"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
    patches: [serviceAccountBelowPodRoot],
  },
  "sealed-secrets-controller": {
    version: "0.27.3",
    folder: "sealed-secrets",
    package: "github.com/bitnami-labs/sealed-secrets/cmd/controller",
    linker: ["-X main.VERSION=0.27.3"],
    installed: { name: "controller", arguments: ["--version"], pattern: /controller version: (\d+\.\d+\.\d+)/ },
    tellsVersion: true,
    patches: [serviceAccountBelowPodRoot],
  },
  kubeseal: {
    version: "0.27.3",
    folder: "sealed-secrets",
    package: "github.com/bitnami-labs/sealed-secrets/cmd/kubeseal",
    linker: ["-X main.VERSION=0.27.3"],
    installed: { name: "kubeseal", arguments: ["--version"], pattern: /kubeseal version: v?(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  cyclonus: {
    version: "0.5.6",
    folder: "cyclonus",
    package: "github.com/mattfenwick/cyclonus/cmd/cyclonus",
    linker: ["-X github.com/mattfenwick/cyclonus/pkg/cli.version=0.5.6"],
    installed: { name: "cyclonus", arguments: ["version"], pattern: /"Version": "v?(\d+\.\d+\.\d+)"/ },
    tellsVersion: true,
  },
  actionlint: {
    version: "1.7.12",
    folder: "actionlint",
    package: "github.com/rhysd/actionlint/cmd/actionlint",
    linker: ["-X github.com/rhysd/actionlint.version=1.7.12"],
    installed: { name: "actionlint", arguments: ["-version"], pattern: /(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  redis: {
    version: "2.40.0",
    folder: "redis",
    package: ".",
    linker: [],
    // What is built is a stand-in (miniredis); an installed Redis is the real thing, whichever it is.
    installed: { name: "redis-server", arguments: ["--version"], pattern: /v=(\d+\.\d+\.\d+)/ },
    accepts: (version: string) => Number(version.split(".")[0]) >= 6,
    tellsVersion: false,
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

export const programNames = Object.keys(programs) as ProgramName[];

/** What a rehearsal runs: all but what looks at workflows and network policies, built when that is asked for. */
export const rehearsalPrograms = programNames.filter((name) => name !== "actionlint" && name !== "cyclonus");
