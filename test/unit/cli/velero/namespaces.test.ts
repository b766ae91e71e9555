import type { CoreV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { ownNamespaces } from "../../../../cli/velero/namespaces";

it("a cluster's own namespaces are Kubernetes' and the stack's, whatever else runs in it", async () => {
  const labels = { "app.kubernetes.io/managed-by": "pulumi" };
  const items = [
    { metadata: { name: "production", labels: { "app.kubernetes.io/managed-by": "argocd" } } },
    { metadata: { name: "monitoring", labels } },
    { metadata: { name: "default" } },
    { metadata: { name: "kube-system" } },
    { metadata: { name: "argocd", labels } },
  ];
  const core = { listNamespace: () => Promise.resolve({ items }) } as unknown as CoreV1Api;
  expect(await ownNamespaces({ core })).toEqual(["argocd", "kube-system", "monitoring"]);
});
