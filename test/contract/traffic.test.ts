/** What cyclonus says of network policies, asked the way the scenario `isolation` asks it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1NetworkPolicy } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { outside } from "../../cli/scenarios/neighbours";
import { evaluate, type Peer, type Port } from "../../cli/scenarios/traffic";
import { ensureTools } from "../../cli/tools";

const folder = mkdtempSync(join(tmpdir(), "traffic-"));
let cyclonus: string;
beforeAll(async () => {
  ({ cyclonus } = await ensureTools(() => undefined, ["cyclonus"]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pods = (namespace: string, app: string): Peer => ({
  name: `${namespace}/${app}`,
  address: "100.64.0.9",
  namespace,
  namespaceLabels: { "kubernetes.io/metadata.name": namespace },
  labels: { app },
});
const policy = (name: string, spec: NonNullable<V1NetworkPolicy["spec"]>): V1NetworkPolicy => ({
  // As an API server gives it, with more than cyclonus knows.
  metadata: { name, namespace: "production", managedFields: [{ manager: "argocd-controller", operation: "Apply" }] },
  spec,
});
const deny = policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const postgres: Port = { number: 5432, name: "postgres", protocol: "TCP" };
const dns: Port = { number: 53, name: "dns", protocol: "UDP" };
const [backend, database, stranger] = [
  pods("production", "backend"),
  pods("production", "database"),
  pods("staging", "backend"),
];

it("asks both sides of a way, the sender's policies and the receiver's", async () => {
  const opened = policy("database", {
    podSelector: { matchLabels: { app: "database" } },
    policyTypes: ["Ingress"],
    ingress: [{ _from: [{ podSelector: { matchLabels: { app: "backend" } } }], ports: [{ port: "postgres" }] }],
  });
  const sent = policy("backend", {
    podSelector: { matchLabels: { app: "backend" } },
    policyTypes: ["Egress"],
    egress: [{ to: [{ podSelector: { matchLabels: { app: "database" } } }], ports: [{ port: 5432 }] }],
  });
  const question = { from: backend, to: database, port: postgres };
  expect(await evaluate(cyclonus, folder, [], [question])).toEqual([true]);
  expect(await evaluate(cyclonus, folder, [deny], [question])).toEqual([false]);
  expect(await evaluate(cyclonus, folder, [deny, opened], [question])).toEqual([false]);
  expect(await evaluate(cyclonus, folder, [deny, opened, sent], [question])).toEqual([true]);
});

it("tells namespaces, ports and what lies outside apart, and answers in the order of the questions", async () => {
  const opened = policy("database", {
    podSelector: { matchLabels: { app: "database" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ _from: [{ podSelector: { matchLabels: { app: "backend" } } }], ports: [{ port: "postgres" }] }],
    egress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
  });
  const answers = await evaluate(
    cyclonus,
    folder,
    [opened],
    [
      { from: stranger, to: database, port: postgres },
      { from: backend, to: database, port: postgres },
      { from: backend, to: database, port: { ...postgres, number: 9187, name: "metrics" } },
      { from: outside, to: database, port: postgres },
      { from: database, to: pods("kube-system", "kube-dns"), port: dns },
      { from: database, to: pods("kube-system", "kube-dns"), port: { ...dns, protocol: "TCP" } },
      { from: outside, to: backend, port: postgres },
    ],
  );
  expect(answers).toEqual([false, true, false, false, true, false, true]);
});
