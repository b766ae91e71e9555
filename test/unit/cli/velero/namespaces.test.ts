import type { CoreV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { keptNamespaces } from "../../../../cli/velero/namespaces";

it("a cluster's own namespaces are Kubernetes' and the stack's, whatever else runs in it", async () => {
  const labels = { "app.kubernetes.io/managed-by": "pulumi" };
  const items = [
    { metadata: { name: "production", labels: { "app.kubernetes.io/managed-by": "argocd" } } },
    { metadata: { name: "monitoring", labels } },
    { metadata: { name: "default" } },
    { metadata: { name: "kube-system" } },
    { metadata: { name: "argocd", labels } },
  ];
  const listNamespace = ({ labelSelector }: { labelSelector?: string } = {}) => {
    const has = (one: (typeof items)[number]) =>
      Object.entries(one.metadata.labels ?? {}).some(([key, value]) => `${key}=${value}` === labelSelector);
    return Promise.resolve({ items: labelSelector === undefined ? items : items.filter(has) });
  };
  const core = { listNamespace } as unknown as CoreV1Api;
  expect(await keptNamespaces({ core })).toEqual(["argocd", "kube-system", "monitoring"]);
});
