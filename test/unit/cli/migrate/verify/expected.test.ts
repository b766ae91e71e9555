import { expect, it } from "vitest";
import { expectedOf } from "../../../../../cli/migrate/verify/expected";
import { titleOf, type Manifest } from "../../../../../cli/validate/model";
import { deployment, inventory, object } from "../plan/fixture";
import { planned } from "./fixture";

const names = (objects: Manifest[], maps = {}, git = false) =>
  expectedOf(inventory("aws", objects), planned(maps), { git })
    .map((one) => titleOf(one))
    .sort();

const rbac = "rbac.authorization.k8s.io/v1";

it("expects what people brought to the moved namespaces, and the namespaces", () => {
  const found = names([
    object("v1", "Namespace", "shop"),
    object("v1", "Namespace", "another"),
    deployment("shop/web"),
    deployment("another/web"),
    object("v1", "ConfigMap", "shop/settings"),
    object("v1", "ConfigMap", "shop/kube-root-ca.crt"),
    object("velero.io/v1", "Backup", "velero/daily"),
  ]);
  expect(found).toEqual(["ConfigMap shop/settings", "Deployment shop/web", "Namespace shop"]);
});

it("expects nothing that the plan or the restore leaves out", () => {
  const objects = [
    deployment("shop/web"),
    deployment("shop/old"),
    object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "shop/web"),
    object("argoproj.io/v1alpha1", "Application", "shop/root"),
  ];
  const maps = { leftOut: ["Deployment shop/old"], leftOutKinds: ["targetgroupbindings.elbv2.k8s.aws"] };
  expect(names(objects, maps)).toEqual(["Deployment shop/web"]);
});

it("expects nothing that is over, or that the cluster makes anew", () => {
  const spec = { template: { spec: { containers: [] } } };
  const complete = { spec, status: { conditions: [{ type: "Complete", status: "True" }] } };
  const annotations = { "kubernetes.io/service-account.name": "default" };
  const objects = [
    object("batch/v1", "Job", "shop/done", complete),
    object("batch/v1", "Job", "shop/runs", { spec }),
    object("v1", "Pod", "shop/debug", { spec: { containers: [] }, status: { phase: "Succeeded" } }),
    object("v1", "Pod", "shop/alone", { spec: { containers: [] }, status: { phase: "Running" } }),
    object("v1", "Secret", "shop/token", { metadata: { annotations } }),
    object("v1", "PersistentVolume", "pv-1"),
  ];
  expect(names(objects)).toEqual(["Job shop/runs", "Pod shop/alone"]);
});

it("expects of what is in no namespace what moved objects need", () => {
  const subjects = (namespace: string) => [{ kind: "ServiceAccount", name: "web", namespace }];
  const role = (name: string) => object(rbac, "ClusterRole", name);
  const binding = (name: string, to: string, namespace: string) =>
    object(rbac, "ClusterRoleBinding", name, {
      subjects: subjects(namespace),
      roleRef: { kind: "ClusterRole", name: to },
    });
  const definition = (kind: string) =>
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${kind.toLowerCase()}s.example.com`, {
      spec: { group: "example.com", names: { kind } },
    });
  const found = names([
    ...[role("web"), role("of-binding"), role("cloud")],
    binding("web", "web", "shop"),
    binding("agent", "cloud", "kube-system"),
    object(rbac, "RoleBinding", "shop/web", { roleRef: { kind: "ClusterRole", name: "of-binding" } }),
    deployment("shop/web", { priorityClassName: "high" }),
    object("scheduling.k8s.io/v1", "PriorityClass", "high"),
    object("scheduling.k8s.io/v1", "PriorityClass", "low"),
    object("example.com/v1", "Widget", "shop/one"),
    ...[definition("Widget"), definition("Gadget")],
  ]);
  expect(found.filter((title) => !title.includes("/"))).toEqual([
    "ClusterRole of-binding",
    "ClusterRole web",
    "ClusterRoleBinding web",
    "CustomResourceDefinition widgets.example.com",
    "PriorityClass high",
  ]);
});

it("expects what only Git can bring once Argo CD is at work", () => {
  const metadata = { annotations: { "argocd.argoproj.io/tracking-id": "apps:a/B:x" } };
  // Argo CD puts no mark on definitions; its Applications list them.
  const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "sealeds.example.com", {
    spec: { group: "example.com", names: { kind: "Sealed" } },
  });
  const objects = [
    object(rbac, "ClusterRole", "of-git", { metadata }),
    object("argoproj.io/v1alpha1", "Application", "argocd/sealed", {
      status: { resources: [{ kind: "CustomResourceDefinition", name: "sealeds.example.com" }, { kind: "Service" }] },
    }),
    definition,
    object("example.com/v1", "Sealed", "shop/of-git", { metadata }),
    object("example.com/v1", "Sealed", "shop/mine"),
    object("v1", "ConfigMap", "shop/of-git", { metadata }),
  ];
  expect(names(objects, {}, false)).toEqual(["ConfigMap shop/of-git", "Sealed shop/mine"]);
  expect(names(objects, {}, true)).toEqual([
    "ClusterRole of-git",
    "ConfigMap shop/of-git",
    "CustomResourceDefinition sealeds.example.com",
    "Sealed shop/mine",
    "Sealed shop/of-git",
  ]);
});
