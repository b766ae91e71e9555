/** The programs that rehearsals and tests run, each at one version, and how it is built where it is not installed. */
import { serviceAccountBelowPodRoot, veleroPatches, type Patch } from "./patches";

export interface Program {
  /** `3.220.0`, without the `v`. */
  version: string;
  /** Folder under `tools/` whose go.mod, or package.json and its lock, pins the program and everything in it. */
  folder: string;
  /** Go package of its main function, `.` for the folder's own; or what the npm package calls its program. */
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

/**
 * Velero's way to a cloud's objects, a program that its server starts and talks to. It tells no version: a program of that
 * name on PATH is whichever it is, and is passed over.
 */
function veleroPlugin(cloud: string, version: string, path?: string): Program {
  const name = `velero-plugin-for-${cloud}`;
  return {
    version,
    folder: "velero",
    package: path ?? `github.com/vmware-tanzu/${name}/${name}`,
    linker: [],
    installed: { name, arguments: ["--version"], pattern: /^$/ },
    tellsVersion: false,
    patches: veleroPatches,
  };
}

/** Version 3.15.0 of Prometheus is v0.315.0 of its Go module. */
function prometheus(name: string): Program {
  const version = "3.15.0";
  return {
    version,
    folder: "prometheus",
    package: `github.com/prometheus/prometheus/cmd/${name}`,
    linker: [`-X github.com/prometheus/common/version.Version=${version}`],
    installed: { name, arguments: ["--version"], pattern: /version (\d+\.\d+\.\d+)/ },
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
  // What a kubelet says when a command is run in a pod: a few lines around k8s.io/cri-streaming, of that version.
  "kubelet-exec": {
    version: "0.36.3",
    folder: "kubelet-exec",
    package: ".",
    linker: [],
    installed: { name: "kubelet-exec", arguments: ["--version"], pattern: /^$/ },
    tellsVersion: false,
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
  velero: {
    version: "1.18.3",
    folder: "velero",
    package: "github.com/vmware-tanzu/velero/cmd/velero",
    linker: ["-X github.com/vmware-tanzu/velero/pkg/buildinfo.Version=v1.18.3"],
    installed: { name: "velero", arguments: ["version", "--client-only"], pattern: /Version: v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
    patches: veleroPatches,
  },
  "velero-plugin-for-aws": veleroPlugin("aws", "1.14.3"),
  "velero-plugin-for-gcp": veleroPlugin("gcp", "1.14.2"),
  // A stand-in of ours, of Velero's own version.
  "velero-plugin-for-microsoft-azure": veleroPlugin("microsoft-azure", "1.18.3", "./velero-plugin-for-microsoft-azure"),
  prometheus: prometheus("prometheus"),
  promtool: prometheus("promtool"),
  versitygw: {
    version: "1.8.0",
    folder: "versitygw",
    package: "github.com/versity/versitygw/cmd/versitygw",
    linker: ["-X main.Version=v1.8.0"],
    installed: { name: "versitygw", arguments: ["--version"], pattern: /v(\d+\.\d+\.\d+)/ },
    tellsVersion: true,
  },
  "fake-gcs-server": {
    version: "1.56.1",
    folder: "fake-gcs-server",
    package: "github.com/fsouza/fake-gcs-server",
    linker: [],
    installed: { name: "fake-gcs-server", arguments: ["-version"], pattern: /(\d+\.\d+\.\d+)/ },
    tellsVersion: false,
  },
  azurite: {
    version: "3.35.0",
    folder: "azurite",
    package: "azurite-blob",
    linker: [],
    installed: { name: "azurite-blob", arguments: ["--version"], pattern: /(\d+\.\d+\.\d+)/ },
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

/** What a rehearsal of a migration runs beside `rehearsalPrograms`. */
export const migrationPrograms = [
  "velero",
  "velero-plugin-for-aws",
  "velero-plugin-for-gcp",
  "velero-plugin-for-microsoft-azure",
  "versitygw",
  "fake-gcs-server",
  "azurite",
  "prometheus",
  "promtool",
] as const satisfies ProgramName[];

/** What looks at workflows and network policies. */
const checkers: ProgramName[] = ["actionlint", "cyclonus"];

/** What a rehearsal of one stack runs: everything else is built when it is asked for. */
export const rehearsalPrograms = programNames.filter((name) => ![...checkers, ...migrationPrograms].includes(name));
