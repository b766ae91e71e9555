/** Files, builds, and forms of objects. */
import { base, database, deployment, ofContainer, prod, type Broken } from "./broken";

const limits = "infrastructure/limits.yaml";

export const schema: Broken[] = [
  {
    what: "a file that is no YAML",
    change: (folder) => folder.replace(base("service"), "metadata:\n  name: web", "metadata:\n  name: [web"),
    rule: "yaml",
    at: [base("service"), "labels"],
    field: "",
    problem: "Flow sequence",
  },
  {
    what: "a resource that is not there",
    change: (folder) => folder.replace(prod, "sealedsecret.yaml", "sealed.yaml\n  - sealedsecret.yaml"),
    rule: "build",
    at: [prod, "apiVersion"],
    field: "",
    problem: "sealed.yaml",
  },
  {
    what: "a field that kustomize has deprecated",
    change: (folder) => folder.append(prod, "commonLabels:\n  environment: prod\n"),
    rule: "kustomize",
    at: [prod, "commonLabels"],
    field: "commonLabels",
    problem: "deprecated",
  },
  {
    what: "patchesStrategicMerge",
    change: (folder) => {
      folder.write(
        "apps/web/prod/level.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  A: b\n",
      );
      folder.append(prod, "patchesStrategicMerge:\n  - level.yaml\n");
    },
    rule: "kustomize",
    at: [prod, "patchesStrategicMerge"],
    field: "patchesStrategicMerge",
    problem: "deprecated",
  },
  {
    what: "a manifest that nobody lists",
    change: (folder) => folder.replace(base("kustomization"), "  - servicemonitor.yaml\n", ""),
    rule: "unlisted",
    at: [base("servicemonitor"), "apiVersion"],
    field: "",
    problem: "nothing in it is deployed",
  },
  {
    what: "a misspelt field",
    change: (folder) => folder.replace(deployment, "imagePullPolicy:", "imagePullPolcy:"),
    rule: "schema",
    at: [deployment, "imagePullPolcy"],
    field: ofContainer("imagePullPolcy"),
    problem: "no such field",
  },
  {
    what: "a number where a text has to be",
    change: (folder) => folder.replace(base("configmap"), "LOG_LEVEL: info", "LOG_LEVEL: info\n  PORT: 8080"),
    rule: "schema",
    at: [base("configmap"), "PORT"],
    field: "data.PORT",
    problem: "is 8080, not a text",
  },
  {
    what: "a value that is none of the allowed",
    change: (folder) => folder.replace(deployment, "imagePullPolicy: IfNotPresent", "imagePullPolicy: Sometimes"),
    rule: "schema",
    at: [deployment, "Sometimes"],
    field: ofContainer("imagePullPolicy"),
    problem: '"Sometimes" is not allowed',
  },
  {
    what: "a quantity with a blank",
    change: (folder) => folder.replace(limits, "memory: 2Gi", 'memory: "2 Gi"'),
    rule: "schema",
    at: [limits, "2 Gi"],
    field: 'spec.hard["requests.memory"]',
    problem: "not a quantity",
  },
  {
    what: "a required field that is not there",
    change: (folder) => folder.replace(base("hpa"), "  maxReplicas: 4\n", ""),
    rule: "schema",
    at: [base("hpa"), "spec:"],
    field: "spec.maxReplicas",
    problem: "is required",
  },
  {
    what: "an unknown field of a custom object",
    change: (folder) => folder.replace(base("servicemonitor"), "port: http", "port: http\n      intervall: 30s"),
    rule: "schema",
    at: [base("servicemonitor"), "intervall"],
    field: "spec.endpoints[0].intervall",
    problem: "no such field",
  },
  {
    what: "a custom object without what its definition requires",
    change: (folder) => folder.drop("clusters/one/web.yaml", "project: default"),
    rule: "schema",
    at: ["clusters/one/web.yaml", "spec:"],
    field: "spec.project",
    problem: "is required",
  },
  {
    what: "an API that is gone",
    change: (folder) => folder.replace(base("poddisruptionbudget"), "policy/v1", "policy/v1beta1"),
    rule: "api-version",
    at: [base("poddisruptionbudget"), "policy/v1beta1"],
    field: "apiVersion",
    problem: "no more since 1.25",
  },
  {
    what: "an API that some supported versions do not serve",
    change: (folder) => {
      folder.append(limits, cidr);
    },
    rule: "api-version",
    at: [limits, "networking.k8s.io/v1"],
    field: "apiVersion",
    problem: "from 1.33 on",
  },
  {
    what: "a deprecated API",
    change: (folder) => folder.append(limits, cidr.replace("networking.k8s.io/v1", "networking.k8s.io/v1beta1")),
    rule: "api-version",
    at: [limits, "networking.k8s.io/v1beta1"],
    field: "apiVersion",
    problem: "deprecated",
  },
  {
    what: "a field that some supported versions do not know",
    change: (folder) =>
      folder.replace(
        deployment,
        "volumeMounts:",
        "lifecycle: { preStop: { sleep: { seconds: 5 } } }\n          volumeMounts:",
      ),
    rule: "api-version",
    at: [deployment, "sleep"],
    field: ofContainer("lifecycle.preStop.sleep"),
    problem: "from 1.29 on",
  },
  {
    what: "a kind in the wrong group",
    change: (folder) => folder.replace(base("hpa"), "autoscaling/v2", "autoscaling/v3"),
    rule: "api-version",
    at: [base("hpa"), "autoscaling/v3"],
    field: "apiVersion",
    problem: "no kind HorizontalPodAutoscaler in autoscaling/v3",
  },
  {
    what: "a kind that nothing defines",
    change: (folder) =>
      folder.append(database, "---\napiVersion: example.com/v1\nkind: Backup\nmetadata:\n  name: nightly\n"),
    rule: "api-version",
    at: [database, "example.com/v1"],
    field: "apiVersion",
    problem: "no kind Backup",
  },
];

const cidr = `---
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata:
  name: more
spec:
  cidrs: ["10.90.0.0/16"]
`;
