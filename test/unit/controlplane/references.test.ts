import { expect, it } from "vitest";
import { referencesOf } from "../../../simulator/controlplane/standins/references";

it("finds every Secret and ConfigMap that a pod cannot start without", () => {
  const found = referencesOf({
    initContainers: [{ name: "init", image: "busybox", envFrom: [{ configMapRef: { name: "init-settings" } }] }],
    containers: [
      {
        name: "app",
        image: "app",
        env: [
          { name: "A", valueFrom: { secretKeyRef: { name: "password", key: "value" } } },
          { name: "B", valueFrom: { configMapKeyRef: { name: "settings", key: "level" } } },
          { name: "C", valueFrom: { secretKeyRef: { name: "maybe", key: "value", optional: true } } },
          { name: "D", value: "plain" },
        ],
        envFrom: [{ secretRef: { name: "all", optional: true } }],
      },
    ],
    volumes: [
      { name: "certificate", secret: { secretName: "tls", items: [{ key: "tls.crt", path: "crt" }] } },
      { name: "optional", configMap: { name: "extra", optional: true } },
      {
        name: "token",
        projected: { sources: [{ configMap: { name: "root-ca" } }, { serviceAccountToken: { path: "t" } }] },
      },
      { name: "data", persistentVolumeClaim: { claimName: "data" } },
    ],
  });
  expect(found).toEqual([
    { kind: "configmap", by: "environment", name: "init-settings", keys: [] },
    { kind: "secret", by: "environment", name: "password", keys: ["value"] },
    { kind: "configmap", by: "environment", name: "settings", keys: ["level"] },
    { kind: "secret", by: "volume", name: "tls", keys: ["tls.crt"] },
    { kind: "configmap", by: "volume", name: "root-ca", keys: [] },
  ]);
});
