/** For each finding about objects: what has it, and the nearest thing that has not. From AWS to Google. */
import type { FindingCode } from "../../../../../cli/migrate/plan/codes";
import type { Severity } from "../../../../../cli/migrate/plan/plan";
import type { Manifest } from "../../../../../cli/validate/model";
import { claim, deployment, mounting, object, workload } from "./fixture";

export interface Case {
  code: FindingCode;
  severity: Severity;
  /** The object that the finding is about. */
  title: string;
  has: Manifest[];
  hasNot: Manifest[];
  /** What the finding says that it becomes, or what to do. */
  then?: RegExp;
  /** The stack's configuration, where it matters. */
  more?: Record<string, unknown>;
  secrets?: string[][];
  version?: string;
}

const affinity = (key: string, values: string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values }] }],
      },
    },
  },
});

const balancer = (name: string, annotations: Record<string, string>, spec: object = {}) =>
  object("v1", "Service", name, { metadata: { annotations }, spec: { type: "LoadBalancer", ...spec } });

const ingress = (name: string, spec: object, annotations: Record<string, string> = {}) =>
  object("networking.k8s.io/v1", "Ingress", name, { metadata: { annotations }, spec });

const container = (more: object) => ({ containers: [{ name: "main", image: "ghcr.io/example/web:1.2.3", ...more }] });

const webhook = (name: string, more: object) =>
  object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", name, {
    webhooks: [
      {
        name: "judge.example.com",
        clientConfig: { service: { namespace: "shop", name: "judge" } },
        rules: [{ apiGroups: [""], resources: ["pods"] }],
        ...more,
      },
    ],
  });

const application = (
  name: string,
  spec: object,
  annotations: Record<string, string> = { "argocd.argoproj.io/tracking-id": "root:x" },
) => object("argoproj.io/v1alpha1", "Application", `argocd/${name}`, { metadata: { annotations }, spec });

const here = { destination: { server: "https://kubernetes.default.svc" } };

const volume = (name: string, spec: object) =>
  object("v1", "PersistentVolume", name, { spec: { claimRef: {}, ...spec } });

/** Containers of 30 pods, each with a disk of its own. */
const many = (kind: string, count: number): Manifest[] =>
  Array.from({ length: count }, (_, index) => [
    claim(`${kind}/data-${index}`, { storageClassName: "gp3" }),
    mounting(`${kind}/data-${index}`),
  ]).flat();

export const cases: Case[] = [
  {
    code: "access-mode",
    severity: "blocking",
    title: "PersistentVolumeClaim shop/both",
    has: [claim("shop/both", { storageClassName: "gp3", accessModes: ["ReadWriteMany"] }), mounting("shop/both")],
    hasNot: [claim("shop/both", { storageClassName: "shared", accessModes: ["ReadWriteMany"] }), mounting("shop/both")],
  },
  {
    code: "claim-source",
    severity: "adapted",
    title: "PersistentVolumeClaim shop/copy",
    has: [
      claim("shop/copy", { storageClassName: "gp3", dataSource: { kind: "VolumeSnapshot", name: "old" } }),
      mounting("shop/copy"),
    ],
    hasNot: [claim("shop/copy", { storageClassName: "gp3" }), mounting("shop/copy")],
  },
  {
    code: "claim-pending",
    severity: "note",
    title: "PersistentVolumeClaim shop/waits",
    has: [{ ...claim("shop/waits", { storageClassName: "gp3" }), status: { phase: "Pending" } }],
    hasNot: [claim("shop/waits", { storageClassName: "gp3" }), mounting("shop/waits")],
  },
  {
    code: "empty-dir",
    severity: "note",
    title: "Deployment shop/cache",
    has: [deployment("shop/cache", { ...container({}), volumes: [{ name: "tmp", emptyDir: {} }] })],
    hasNot: [deployment("shop/cache", { ...container({}), volumes: [{ name: "tmp", configMap: { name: "a" } }] })],
  },
  {
    code: "host-path",
    severity: "blocking",
    title: "Deployment shop/files",
    has: [deployment("shop/files", { ...container({}), volumes: [{ name: "data", hostPath: { path: "/data" } }] })],
    hasNot: [deployment("shop/files", { ...container({}), volumes: [{ name: "data", emptyDir: {} }] })],
  },
  {
    code: "inline-volume",
    severity: "blocking",
    title: "Deployment shop/disk",
    has: [
      deployment("shop/disk", {
        ...container({}),
        volumes: [{ name: "data", awsElasticBlockStore: { volumeID: "vol-1" } }],
      }),
    ],
    hasNot: [
      deployment("shop/disk", {
        ...container({}),
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "x" } }],
      }),
    ],
  },
  {
    code: "local-volume",
    severity: "blocking",
    title: "PersistentVolumeClaim shop/near",
    has: [
      claim("shop/near", { storageClassName: "gp3", volumeName: "near" }),
      volume("near", { local: { path: "/mnt/ssd" } }),
      mounting("shop/near"),
    ],
    hasNot: [
      claim("shop/near", { storageClassName: "gp3", volumeName: "near" }),
      volume("near", { csi: { driver: "ebs.csi.aws.com" } }),
      mounting("shop/near"),
    ],
  },
  {
    code: "monitoring-history",
    severity: "note",
    title: "PersistentVolumeClaim monitoring/prometheus-db-prometheus-0",
    has: [claim("monitoring/prometheus-db-prometheus-0", { storageClassName: "standard" })],
    hasNot: [claim("monitoring/grafana", { storageClassName: "standard" })],
  },
  {
    code: "storage-class",
    severity: "blocking",
    title: "PersistentVolumeClaim shop/nfs",
    has: [
      claim("shop/nfs", { storageClassName: "nfs" }),
      { ...object("storage.k8s.io/v1", "StorageClass", "nfs"), provisioner: "nfs.csi.k8s.io" },
    ],
    hasNot: [claim("shop/nfs", { storageClassName: "gp3" })],
  },
  {
    code: "storage-class",
    severity: "adapted",
    title: "StorageClass gp3",
    has: [claim("shop/gp3", { storageClassName: "gp3" }), mounting("shop/gp3")],
    hasNot: [claim("shop/gp3", { storageClassName: "premium" }), mounting("shop/gp3")],
    then: /^gp3 → standard-rwo$/,
  },
  {
    code: "storage-class-object",
    severity: "adapted",
    title: "StorageClass fast",
    has: [
      {
        ...object("storage.k8s.io/v1", "StorageClass", "fast"),
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "io2" },
      },
    ],
    hasNot: [],
  },
  {
    code: "volume-excluded",
    severity: "blocking",
    title: "Deployment shop/forgets",
    has: [
      deployment(
        "shop/forgets",
        {},
        {
          spec: {
            template: {
              metadata: { annotations: { "backup.velero.io/backup-volumes-excludes": "data" } },
              spec: { ...container({}), volumes: [{ name: "data", persistentVolumeClaim: { claimName: "x" } }] },
            },
          },
        },
      ),
    ],
    hasNot: [
      deployment(
        "shop/forgets",
        {},
        {
          spec: {
            template: {
              metadata: { annotations: { "backup.velero.io/backup-volumes-excludes": "tmp" } },
              spec: { ...container({}), volumes: [{ name: "tmp", emptyDir: {} }] },
            },
          },
        },
      ),
    ],
  },
  {
    code: "volume-mode",
    severity: "blocking",
    title: "PersistentVolumeClaim shop/raw",
    has: [claim("shop/raw", { storageClassName: "gp3", volumeMode: "Block" }), mounting("shop/raw")],
    hasNot: [claim("shop/raw", { storageClassName: "gp3", volumeMode: "Filesystem" }), mounting("shop/raw")],
  },
  {
    code: "volume-size",
    severity: "adapted",
    title: "PersistentVolumeClaim shop/small",
    has: [claim("shop/small", { storageClassName: "shared", accessModes: ["ReadWriteMany"] }), mounting("shop/small")],
    hasNot: [claim("shop/small", { storageClassName: "gp3" }), mounting("shop/small")],
    then: /^10Gi → 1024Gi/,
  },
  {
    code: "volume-size",
    severity: "blocking",
    title: "PersistentVolumeClaim shop/huge",
    has: [claim("shop/huge", { storageClassName: "gp3" }, "80Ti"), mounting("shop/huge")],
    hasNot: [claim("shop/huge", { storageClassName: "gp3" }, "60Ti"), mounting("shop/huge")],
  },
  {
    code: "volume-snapshot",
    severity: "adapted",
    title: "VolumeSnapshot shop/old",
    has: [object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "shop/old")],
    hasNot: [object("example.com/v1", "VolumeSnapshot", "shop/old")],
  },
  {
    code: "volume-unmounted",
    severity: "blocking",
    title: "PersistentVolumeClaim shop/alone",
    has: [claim("shop/alone", { storageClassName: "gp3" })],
    hasNot: [claim("shop/alone", { storageClassName: "gp3" }), mounting("shop/alone")],
  },
  {
    code: "cloud-endpoint",
    severity: "note",
    title: "ConfigMap shop/settings",
    has: [
      { ...object("v1", "ConfigMap", "shop/settings"), data: { DB: "shop.abc123.eu-central-1.rds.amazonaws.com" } },
    ],
    hasNot: [{ ...object("v1", "ConfigMap", "shop/settings"), data: { DB: "database.shop.svc" } }],
  },
  {
    code: "external-name",
    severity: "note",
    title: "Service shop/db",
    has: [
      object("v1", "Service", "shop/db", {
        spec: { type: "ExternalName", externalName: "shop.abc.eu-central-1.rds.amazonaws.com" },
      }),
    ],
    hasNot: [object("v1", "Service", "shop/db", { spec: { type: "ClusterIP" } })],
    then: /reach/,
  },
  {
    code: "gateway-class",
    severity: "blocking",
    title: "Gateway shop/front",
    has: [
      object("gateway.networking.k8s.io/v1", "Gateway", "shop/front", {
        spec: { gatewayClassName: "amazon-vpc-lattice" },
      }),
    ],
    hasNot: [object("networking.istio.io/v1", "Gateway", "shop/front", { spec: {} })],
  },
  {
    code: "ingress-annotation",
    severity: "adapted",
    title: "Ingress shop/scheme",
    has: [ingress("shop/scheme", { ingressClassName: "nginx" }, { "alb.ingress.kubernetes.io/scheme": "internal" })],
    hasNot: [
      ingress("shop/scheme", { ingressClassName: "nginx" }, { "nginx.ingress.kubernetes.io/rewrite-target": "/" }),
    ],
  },
  {
    code: "ingress-authentication",
    severity: "blocking",
    title: "Ingress shop/login",
    has: [ingress("shop/login", { ingressClassName: "nginx" }, { "alb.ingress.kubernetes.io/auth-type": "oidc" })],
    hasNot: [ingress("shop/login", { ingressClassName: "nginx" }, { "alb.ingress.kubernetes.io/target-type": "ip" })],
  },
  {
    code: "ingress-class",
    severity: "adapted",
    title: "Ingress shop/alb",
    has: [ingress("shop/alb", { ingressClassName: "alb" })],
    hasNot: [ingress("shop/alb", { ingressClassName: "nginx" })],
    then: /^alb → traefik$/,
  },
  {
    code: "load-balancer",
    severity: "note",
    title: "Service shop/open",
    has: [balancer("shop/open", {})],
    hasNot: [object("v1", "Service", "shop/open", { spec: { type: "ClusterIP" } })],
  },
  {
    code: "load-balancer-address",
    severity: "adapted",
    title: "Service shop/fixed",
    has: [balancer("shop/fixed", {}, { loadBalancerIP: "203.0.113.7" })],
    hasNot: [balancer("shop/fixed", {})],
  },
  {
    code: "load-balancer-annotation",
    severity: "adapted",
    title: "Service shop/inner",
    has: [balancer("shop/inner", { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" })],
    hasNot: [balancer("shop/inner", { "networking.gke.io/load-balancer-type": "Internal" })],
    then: /→ networking\.gke\.io\/load-balancer-type: Internal$/,
  },
  {
    code: "load-balancer-class",
    severity: "adapted",
    title: "Service shop/nlb",
    has: [balancer("shop/nlb", {}, { loadBalancerClass: "service.k8s.aws/nlb" })],
    hasNot: [balancer("shop/nlb", {})],
  },
  {
    code: "host-outside-domain",
    severity: "note",
    title: "shop.example.org (Ingress shop/host)",
    has: [ingress("shop/host", { ingressClassName: "nginx", rules: [{ host: "shop.example.org" }] })],
    hasNot: [ingress("shop/host", { ingressClassName: "nginx", rules: [{ host: "shop.example.com" }] })],
    more: { domain: "example.com" },
  },
  {
    code: "issuer-solver",
    severity: "blocking",
    title: "Issuer shop/acme",
    has: [
      object("cert-manager.io/v1", "Issuer", "shop/acme", {
        spec: { acme: { solvers: [{ dns01: { route53: {} } }] } },
      }),
    ],
    hasNot: [object("cert-manager.io/v1", "Issuer", "shop/acme", { spec: { acme: { solvers: [{ http01: {} }] } } })],
  },
  {
    code: "network-policy-range",
    severity: "adapted",
    title: "NetworkPolicy shop/inside",
    has: [
      object("networking.k8s.io/v1", "NetworkPolicy", "shop/inside", {
        spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.20.0.0/16" } }] }] },
      }),
    ],
    hasNot: [
      object("networking.k8s.io/v1", "NetworkPolicy", "shop/inside", {
        spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.99.0.0/16" } }] }] },
      }),
    ],
    then: /^10\.20\.0\.0\/16 → 10\.21\.0\.0\/16$/,
  },
  {
    code: "node-port",
    severity: "note",
    title: "Service shop/port",
    has: [object("v1", "Service", "shop/port", { spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] } })],
    hasNot: [object("v1", "Service", "shop/port", { spec: { type: "ClusterIP", ports: [{ port: 80 }] } })],
  },
  {
    code: "accelerator",
    severity: "blocking",
    title: "Deployment shop/learns",
    has: [deployment("shop/learns", container({ resources: { limits: { "nvidia.com/gpu": "1" } } }))],
    hasNot: [deployment("shop/learns", container({ resources: { limits: { memory: "1Gi" } } }))],
  },
  {
    code: "architecture",
    severity: "blocking",
    title: "Deployment shop/arm",
    has: [deployment("shop/arm", { ...container({}), nodeSelector: { "kubernetes.io/arch": "arm64" } })],
    hasNot: [deployment("shop/arm", { ...container({}), nodeSelector: { "kubernetes.io/arch": "amd64" } })],
  },
  {
    code: "host-network",
    severity: "note",
    title: "DaemonSet shop/proxy",
    has: [workload("DaemonSet", "shop/proxy", { ...container({}), hostNetwork: true })],
    hasNot: [workload("DaemonSet", "shop/proxy", container({}))],
  },
  {
    code: "node-label",
    severity: "adapted",
    title: "Deployment shop/group",
    has: [deployment("shop/group", { ...container({}), nodeSelector: { "eks.amazonaws.com/nodegroup": "general" } })],
    hasNot: [deployment("shop/group", { ...container({}), nodeSelector: { "platform/pool": "general" } })],
  },
  {
    code: "node-label",
    severity: "blocking",
    title: "Deployment shop/fastdisk",
    has: [deployment("shop/fastdisk", { ...container({}), ...affinity("example.com/disk", ["ssd"]) })],
    hasNot: [deployment("shop/fastdisk", { ...container({}), ...affinity("kubernetes.io/os", ["linux"]) })],
  },
  {
    code: "node-name",
    severity: "blocking",
    title: "Deployment shop/bound",
    has: [deployment("shop/bound", { ...container({}), nodeSelector: { "kubernetes.io/hostname": "ip-10-20-0-7" } })],
    hasNot: [deployment("shop/bound", container({}))],
  },
  {
    code: "operating-system",
    severity: "blocking",
    title: "Deployment shop/windows",
    has: [deployment("shop/windows", { ...container({}), nodeSelector: { "kubernetes.io/os": "windows" } })],
    hasNot: [deployment("shop/windows", { ...container({}), nodeSelector: { "kubernetes.io/os": "linux" } })],
  },
  {
    code: "runtime-class",
    severity: "blocking",
    title: "Deployment shop/boxed",
    has: [deployment("shop/boxed", { ...container({}), runtimeClassName: "kata" })],
    hasNot: [deployment("shop/boxed", container({}))],
  },
  {
    code: "spot-capacity",
    severity: "blocking",
    title: "Deployment shop/cheap",
    has: [deployment("shop/cheap", { ...container({}), nodeSelector: { "platform/pool": "spot" } })],
    hasNot: [deployment("shop/cheap", { ...container({}), nodeSelector: { "platform/pool": "general" } })],
  },
  {
    code: "topology-key",
    severity: "adapted",
    title: "Deployment shop/spread",
    has: [
      deployment("shop/spread", {
        ...container({}),
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: "topology.ebs.csi.aws.com/zone", whenUnsatisfiable: "ScheduleAnyway" },
        ],
      }),
    ],
    hasNot: [
      deployment("shop/spread", {
        ...container({}),
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
        ],
      }),
    ],
    then: /→ topology\.kubernetes\.io\/zone$/,
  },
  {
    code: "toleration",
    severity: "note",
    title: "Deployment shop/tolerant",
    has: [
      deployment("shop/tolerant", {
        ...container({}),
        tolerations: [{ key: "eks.amazonaws.com/compute-type", operator: "Exists" }],
      }),
    ],
    hasNot: [
      deployment("shop/tolerant", {
        ...container({}),
        tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists" }],
      }),
    ],
  },
  {
    code: "zone-affinity",
    severity: "adapted",
    title: "Deployment shop/zoned",
    has: [
      deployment("shop/zoned", { ...container({}), ...affinity("topology.kubernetes.io/zone", ["eu-central-1b"]) }),
    ],
    hasNot: [deployment("shop/zoned", { ...container({}), ...affinity("kubernetes.io/os", ["linux"]) })],
    then: /^eu-central-1b → europe-west3-b$/,
  },
  {
    code: "zone-spread",
    severity: "blocking",
    title: "Deployment shop/five",
    has: [
      deployment("shop/five", {
        ...container({}),
        topologySpreadConstraints: [
          { maxSkew: 1, minDomains: 5, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
        ],
      }),
    ],
    hasNot: [
      deployment("shop/five", {
        ...container({}),
        topologySpreadConstraints: [
          { maxSkew: 1, minDomains: 3, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
        ],
      }),
    ],
  },
  {
    code: "image-registry",
    severity: "blocking",
    title: "Deployment shop/private",
    has: [
      deployment("shop/private", container({ image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1.0.0" })),
    ],
    hasNot: [deployment("shop/private", container({ image: "public.ecr.aws/docker/library/nginx:1.29.5" }))],
  },
  {
    code: "identity",
    severity: "blocking",
    title: "ServiceAccount shop/uploader",
    has: [
      object("v1", "ServiceAccount", "shop/uploader", {
        metadata: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/uploader" } },
      }),
    ],
    hasNot: [
      object("v1", "ServiceAccount", "shop/uploader", { metadata: { annotations: { "example.com/owner": "shop" } } }),
    ],
  },
  {
    code: "cloud-annotation",
    severity: "adapted",
    title: "ConfigMap shop/marked",
    has: [
      object("v1", "ConfigMap", "shop/marked", { metadata: { annotations: { "vpc.amazonaws.com/pod-ips": "x" } } }),
    ],
    hasNot: [object("v1", "ConfigMap", "shop/marked", { metadata: { annotations: { "example.com/owner": "shop" } } })],
  },
  {
    code: "cloud-object",
    severity: "adapted",
    title: "TargetGroupBinding shop/web",
    has: [object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "shop/web")],
    hasNot: [object("example.com/v1", "TargetGroupBinding", "shop/web")],
  },
  {
    code: "cloud-object",
    severity: "blocking",
    title: "SecurityGroupPolicy shop/pods",
    has: [object("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", "shop/pods")],
    hasNot: [object("networking.k8s.io/v1", "NetworkPolicy", "shop/pods")],
  },
  {
    code: "cloud-object",
    severity: "blocking",
    title: "SecretStore shop/vault",
    has: [object("external-secrets.io/v1", "SecretStore", "shop/vault", { spec: { provider: { aws: {} } } })],
    hasNot: [object("external-secrets.io/v1", "SecretStore", "shop/vault", { spec: { provider: { vault: {} } } })],
  },
  {
    code: "custom-resource",
    severity: "note",
    title: "CustomResourceDefinition widgets.example.com",
    has: [
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
        spec: { group: "example.com", names: { kind: "Widget" } },
      }),
    ],
    hasNot: [
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "prometheuses.monitoring.coreos.com", {
        spec: { group: "monitoring.coreos.com", names: { kind: "Prometheus" } },
      }),
    ],
  },
  {
    code: "finalizer",
    severity: "adapted",
    title: "Service shop/held",
    has: [object("v1", "Service", "shop/held", { metadata: { finalizers: ["service.k8s.aws/resources"] }, spec: {} })],
    hasNot: [
      object("v1", "Service", "shop/held", {
        metadata: { finalizers: ["service.kubernetes.io/load-balancer-cleanup"] },
        spec: {},
      }),
    ],
  },
  {
    code: "object-deleting",
    severity: "note",
    title: "ConfigMap shop/going",
    has: [object("v1", "ConfigMap", "shop/going", { metadata: { deletionTimestamp: "2026-11-21T10:00:00Z" } })],
    hasNot: [object("v1", "ConfigMap", "shop/going")],
  },
  {
    code: "webhook",
    severity: "blocking",
    title: "ValidatingWebhookConfiguration judge",
    has: [webhook("judge", { failurePolicy: "Fail" })],
    hasNot: [webhook("judge", { failurePolicy: "Ignore" })],
  },
  {
    code: "webhook",
    severity: "adapted",
    title: "ValidatingWebhookConfiguration vpc-resource-validating-webhook",
    has: [webhook("vpc-resource-validating-webhook", {})],
    hasNot: [],
  },
  {
    code: "api-version",
    severity: "blocking",
    title: "CronJob shop/nightly",
    has: [
      object("batch/v1", "CronJob", "shop/nightly", {
        metadata: { managedFields: [{ manager: "helm", apiVersion: "batch/v1beta1" }] },
        spec: { jobTemplate: { spec: { template: { spec: container({}) } } } },
      }),
    ],
    hasNot: [
      object("batch/v1", "CronJob", "shop/nightly", {
        metadata: { managedFields: [{ manager: "helm", apiVersion: "batch/v1" }] },
        spec: { jobTemplate: { spec: { template: { spec: container({}) } } } },
      }),
    ],
    then: /batch\/v1 CronJob/,
  },
  {
    code: "disruption-budget",
    severity: "note",
    title: "PodDisruptionBudget shop/web",
    has: [
      {
        ...object("policy/v1", "PodDisruptionBudget", "shop/web", { spec: { minAvailable: 1 } }),
        status: { expectedPods: 1, disruptionsAllowed: 0 },
      },
    ],
    hasNot: [
      {
        ...object("policy/v1", "PodDisruptionBudget", "shop/web", { spec: { minAvailable: 1 } }),
        status: { expectedPods: 2, disruptionsAllowed: 1 },
      },
    ],
  },
  {
    code: "capacity",
    severity: "blocking",
    title: "nodes.max",
    has: [deployment("shop/large", container({ resources: { requests: { cpu: "60" } } }))],
    hasNot: [deployment("shop/large", container({ resources: { requests: { cpu: "4" } } }))],
    then: /larger nodes/,
  },
  {
    code: "limit-range",
    severity: "blocking",
    title: "Deployment shop/greedy",
    has: [
      deployment("shop/greedy", container({ resources: { limits: { memory: "4Gi" } } })),
      object("v1", "LimitRange", "shop/limits", { spec: { limits: [{ type: "Container", max: { memory: "1Gi" } }] } }),
    ],
    hasNot: [
      deployment("shop/greedy", container({ resources: { limits: { memory: "1Gi" } } })),
      object("v1", "LimitRange", "shop/limits", { spec: { limits: [{ type: "Container", max: { memory: "1Gi" } }] } }),
    ],
  },
  {
    code: "quota",
    severity: "blocking",
    title: "ResourceQuota shop/full",
    has: [
      {
        ...object("v1", "ResourceQuota", "shop/full", { spec: { hard: { pods: "3" } } }),
        status: { used: { pods: "4" } },
      },
    ],
    hasNot: [
      {
        ...object("v1", "ResourceQuota", "shop/full", { spec: { hard: { pods: "3" } } }),
        status: { used: { pods: "3" } },
      },
    ],
  },
  {
    code: "quota",
    severity: "adapted",
    title: "ResourceQuota shop/disks",
    has: [
      object("v1", "ResourceQuota", "shop/disks", {
        spec: { hard: { "gp3.storageclass.storage.k8s.io/requests.storage": "1Ti" } },
      }),
    ],
    hasNot: [object("v1", "ResourceQuota", "shop/disks", { spec: { hard: { "requests.storage": "1Ti" } } })],
    then: /^standard-rwo\.storageclass\.storage\.k8s\.io\/requests\.storage: 1Ti$/,
  },
  {
    code: "application-unmanaged",
    severity: "blocking",
    title: "Application argocd/by-hand",
    has: [application("by-hand", here, {})],
    hasNot: [application("by-hand", here)],
  },
  {
    code: "application-remote",
    severity: "note",
    title: "Application argocd/remote",
    has: [application("remote", { destination: { server: "https://10.0.0.1" } })],
    hasNot: [application("remote", here)],
  },
  {
    code: "argocd-credentials",
    severity: "note",
    title: "Secret argocd/repo",
    has: [
      object("v1", "Secret", "argocd/repo", {
        metadata: {
          labels: { "argocd.argoproj.io/secret-type": "repository" },
          managedFields: [{ manager: "kubectl" }],
        },
      }),
    ],
    hasNot: [
      object("v1", "Secret", "argocd/repo", {
        metadata: {
          labels: { "argocd.argoproj.io/secret-type": "repository" },
          managedFields: [{ manager: "pulumi-kubernetes" }],
        },
      }),
    ],
  },
  {
    code: "automatic-sync",
    severity: "adapted",
    title: "Application argocd/web",
    has: [application("web", { ...here, syncPolicy: { automated: { prune: true } } })],
    hasNot: [application("web", { ...here, syncPolicy: {} })],
  },
  {
    code: "sealed-secret",
    severity: "adapted",
    title: "Secret shop/password",
    has: [
      object("v1", "Secret", "shop/password", {
        metadata: { ownerReferences: [{ kind: "SealedSecret", name: "password", controller: true }] },
      }),
    ],
    hasNot: [object("v1", "Secret", "shop/password")],
  },
  {
    code: "sealing-key",
    severity: "blocking",
    title: "gitops.sealingKeys",
    has: [object("bitnami.com/v1alpha1", "SealedSecret", "shop/password")],
    hasNot: [],
    more: { gitops: { repository: "https://github.com/example/kubernetes-platform" } },
    secrets: [],
  },
  {
    code: "database",
    severity: "adapted",
    title: "StatefulSet shop/postgres",
    has: [
      workload("StatefulSet", "shop/postgres", container({ image: "docker.io/library/postgres:17.2" }), {
        spec: {
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } } },
            },
          ],
        },
      }),
    ],
    hasNot: [workload("StatefulSet", "shop/postgres", container({ image: "docker.io/prom/postgres-exporter:1.0.0" }))],
    then: /streaming replication/,
  },
];

/** Alone in its inventory: more disks than the smallest number of nodes holds. */
export const attachments = { has: many("disks", 60), hasNot: many("disks", 10) };
