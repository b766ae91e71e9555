/** What fits together on a cluster, and what does not. */
import { base, database, deployment, ofContainer, prod, type Broken } from "./broken";

const limits = "infrastructure/limits.yaml";
const web = "clusters/one/web.yaml";
const sealed = "apps/web/prod/sealedsecret.yaml";

export const cluster: Broken[] = [
  {
    what: "a quota below what an autoscaler may ask for",
    change: (folder) => folder.replace(limits, 'requests.cpu: "1"', "requests.cpu: 550m"),
    rule: "quota",
    at: [limits, "requests.cpu"],
    field: 'spec.hard["requests.cpu"]',
    // Four pods of 100m, one more while they roll, and the database.
    problem: "web needs 0.6 with all replicas and a roll",
  },
  {
    what: "more than a LimitRange allows",
    change: (folder) => folder.replace(limits, "memory: 1Gi", "memory: 200Mi"),
    rule: "quota",
    at: [database, "memory: 256Mi"],
    field: ofContainer("resources.limits.memory"),
    problem: "at most 200Mi",
  },
  {
    what: "a selector that its own pods do not fit",
    change: (folder) =>
      folder.replace(database, "matchLabels:\n      app: database", "matchLabels:\n      app: postgres"),
    rule: "selector",
    at: [database, "selector"],
    field: "spec.selector",
    problem: "Kubernetes refuses it",
  },
  {
    what: "a Service without pods",
    change: (folder) => folder.replace(base("service"), "selector:\n    app: web", "selector:\n    app: site"),
    rule: "selector",
    at: [base("service"), "selector"],
    field: "spec.selector",
    problem: "app=site",
  },
  {
    what: "a NetworkPolicy without pods",
    change: (folder) => folder.replace(base("networkpolicy"), "app: web", "app: site"),
    rule: "selector",
    at: [base("networkpolicy"), "podSelector"],
    field: "spec.podSelector",
    problem: "the policy does nothing",
  },
  {
    what: "a ServiceMonitor without Services",
    change: (folder) => folder.replace(base("servicemonitor"), "app: web", "app: site"),
    rule: "selector",
    at: [base("servicemonitor"), "selector"],
    field: "spec.selector",
    problem: "nothing is scraped",
  },
  {
    what: "a Service to a port that is not there",
    change: (folder) => folder.replace(base("service"), "targetPort: http", "targetPort: 9090"),
    rule: "port",
    at: [base("service"), "targetPort"],
    field: "spec.ports[0].targetPort",
    problem: "has no port 9090",
  },
  {
    what: "an Ingress to a port that is not there",
    change: (folder) => folder.replace(base("ingress"), "name: http", "name: https"),
    rule: "port",
    at: [base("ingress"), "port"],
    field: "spec.rules[0].http.paths[0].backend.service.port",
    problem: "has no port https",
  },
  {
    what: "an Ingress to no Service",
    change: (folder) =>
      folder.replace(base("ingress"), "service:\n                name: web", "service:\n                name: site"),
    rule: "reference",
    at: [base("ingress"), "name: site"],
    field: "spec.rules[0].http.paths[0].backend.service.name",
    problem: "no Service site in web",
  },
  {
    what: "a ConfigMap that is not there",
    change: (folder) =>
      folder.replace(
        deployment,
        "configMapRef:\n                name: web",
        "configMapRef:\n                name: site",
      ),
    rule: "reference",
    at: [deployment, "name: site"],
    field: ofContainer("envFrom[0].configMapRef.name"),
    problem: "no ConfigMap site in web",
  },
  {
    what: "a key that its ConfigMap has not",
    change: (folder) => folder.replace(deployment, "key: LOG_LEVEL", "key: LEVEL"),
    rule: "reference",
    at: [deployment, "key: LEVEL"],
    field: ofContainer("env[0].valueFrom.configMapKeyRef.key"),
    problem: "has no key LEVEL",
  },
  {
    what: "a key that its SealedSecret has not",
    change: (folder) => folder.replace(sealed, "DB_PASSWORD:", "PASSWORD:"),
    rule: "reference",
    at: [database, "key: DB_PASSWORD"],
    field: ofContainer("env[0].valueFrom.secretKeyRef.key"),
    problem: "has no key DB_PASSWORD",
  },
  {
    what: "a Secret that nobody seals",
    change: (folder) => {
      folder.replace(prod, "  - sealedsecret.yaml\n", "");
      folder.delete(sealed);
    },
    rule: "reference",
    at: [database, "name: web"],
    field: ofContainer("env[0].valueFrom.secretKeyRef.name"),
    problem: "no Secret web in web",
  },
  {
    what: "a ServiceAccount that is not there",
    change: (folder) => {
      folder.replace(
        deployment,
        "serviceAccountName: web",
        "automountServiceAccountToken: false\n      serviceAccountName: site",
      );
    },
    rule: "reference",
    at: [deployment, "serviceAccountName"],
    field: "spec.template.spec.serviceAccountName",
    problem: "no ServiceAccount site",
  },
  {
    what: "a role that is not there",
    change: (folder) => folder.replace(base("access"), "kind: Role\n  name: web", "kind: Role\n  name: site"),
    rule: "reference",
    at: [base("access"), "name: site"],
    field: "roleRef.name",
    problem: "no Role site",
  },
  {
    what: "an autoscaler of nothing",
    change: (folder) => {
      folder.replace(base("hpa"), "kind: Deployment\n    name: web", "kind: Deployment\n    name: site");
      folder.replace(deployment, "spec:\n  selector", "spec:\n  replicas: 2\n  selector");
    },
    rule: "reference",
    at: [base("hpa"), "name: site"],
    field: "spec.scaleTargetRef.name",
    problem: "no Deployment site",
  },
  {
    what: "a cloud's own storage class",
    change: (folder) => folder.replace(database, "storageClassName: premium", "storageClassName: gp3"),
    rule: "class",
    at: [database, "storageClassName"],
    field: "spec.volumeClaimTemplates[0].spec.storageClassName",
    problem: "storage class gp3",
  },
  {
    what: "an ingress class that no cluster has",
    change: (folder) => folder.replace(base("ingress"), "ingressClassName: nginx", "ingressClassName: alb"),
    rule: "class",
    at: [base("ingress"), "ingressClassName"],
    field: "spec.ingressClassName",
    problem: "ingress class alb",
  },
  {
    what: "an annotation of one cloud",
    change: (folder) =>
      folder.replace(
        base("service"),
        "  labels:",
        "  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: nlb\n  labels:",
      ),
    rule: "class",
    at: [base("service"), "aws-load-balancer-type"],
    field: 'metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-type"]',
    problem: "only one cloud",
  },
  {
    what: "a Secret in plain text",
    change: (folder) =>
      folder.append(database, "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: plain\nstringData:\n  A: b\n"),
    rule: "secret",
    at: [database, "stringData"],
    field: "stringData",
    problem: "values of A",
  },
  {
    what: "a Secret that kustomize makes",
    change: (folder) =>
      folder.append(prod, "secretGenerator:\n  - name: made\n    files:\n      - kustomization.yaml\n"),
    rule: "secret",
    at: [prod, "name: made"],
    field: "data",
    problem: "values of kustomization.yaml",
  },
  {
    what: "a password in a ConfigMap, by an overlay's patch",
    change: (folder) => folder.replace(prod, "LOG_LEVEL: warn", "DB_PASSWORD: hunter2"),
    rule: "secret",
    at: [prod, "DB_PASSWORD"],
    field: "data.DB_PASSWORD",
    problem: "looks like a password",
  },
  {
    what: "a key of AWS in a note",
    change: (folder) => folder.write("README.md", `# Notes\n\nuse ${"AKIA"}ABCDEFGHIJKLMNOP\n`),
    rule: "secret",
    at: ["README.md", "use"],
    field: "",
    problem: "an AWS access key",
  },
  {
    what: "an object of the platform's program",
    change: (folder) => folder.append("infrastructure/namespace.yaml", monitoring),
    rule: "ownership",
    at: ["infrastructure/namespace.yaml", "name: monitoring"],
    field: "metadata.name",
    problem: "program owns",
  },
  {
    what: "an object that two Applications deploy",
    change: (folder) => {
      folder.write("infrastructure/more.yaml", account);
      folder.append("infrastructure/kustomization.yaml", "  - more.yaml\n");
    },
    rule: "duplicate",
    at: [base("access"), "name: web"],
    field: "metadata.name",
    problem: "Application infrastructure deploys the same object, from infrastructure/more.yaml:4",
  },
  {
    what: "an Application to no folder",
    change: (folder) =>
      folder.append("clusters/one/infrastructure.yaml", elsewhere("path: apps/site", "default", "default")),
    rule: "application",
    at: ["clusters/one/infrastructure.yaml", "path: apps/site"],
    field: "spec.source.path",
    problem: "no folder apps/site",
  },
  {
    what: "an Application to a namespace that nothing makes",
    change: (folder) => folder.append("clusters/one/infrastructure.yaml", elsewhere("chart: site", "default", "site")),
    rule: "application",
    at: ["clusters/one/infrastructure.yaml", "namespace: site"],
    field: "spec.destination.namespace",
    problem: "nothing makes the namespace site",
  },
  {
    what: "an Application of no project",
    change: (folder) => folder.replace(web, "project: default", "project: web"),
    rule: "application",
    at: [web, "project"],
    field: "spec.project",
    problem: "no project web",
  },
  {
    what: "an Application of a project that may not",
    change: (folder) => {
      folder.replace("clusters/one/infrastructure.yaml", "project: platform", "project: production");
      folder.append("infrastructure/namespace.yaml", role);
    },
    rule: "application",
    at: ["clusters/one/infrastructure.yaml", "project"],
    field: "spec.project",
    problem: "project production may not have ClusterRole lookout",
  },
  {
    what: "an Application whose unknown fields nothing refuses",
    change: (folder) =>
      folder.append(web, "  syncPolicy:\n    syncOptions: [Validate=false, PruneLast=true, ApplyOutOfSyncOnly=true]\n"),
    rule: "application",
    at: [web, "syncOptions"],
    field: "spec.syncPolicy.syncOptions",
    problem: "unknown fields are dropped",
  },
];

const monitoring = `---
apiVersion: v1
kind: Namespace
metadata:
  name: monitoring
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

const account = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: web
`;

function elsewhere(source: string, project: string, namespace: string): string {
  return `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: site
  namespace: argocd
spec:
  project: ${project}
  source:
    repoURL: https://github.com/example/gitops
    targetRevision: main
    ${source}
  destination:
    server: https://kubernetes.default.svc
    namespace: ${namespace}
`;
}

const role = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: lookout
rules: []
`;
