/** What a teardown asks of Argo CD, by a cluster that holds what the test wants. */
import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { release } from "../../../cli/teardown/release";
import type { Clients } from "../../../cli/kubernetes";

interface Application {
  metadata: { name: string; deletionTimestamp?: string };
  status?: { operationState?: { phase?: string } };
}

/** Deleting marks an Application; one whose sync goes on stays, as Argo CD keeps it, until the sync is ended. */
function cluster(items: Application[]): { clients: Clients; asked: string[] } {
  const asked: string[] = [];
  const named = (name: string) => items.find(({ metadata }) => metadata.name === name);
  const go = () => {
    for (const one of [...items]) {
      const phase = one.status?.operationState?.phase;
      if (one.metadata.deletionTimestamp && phase !== "Running") items.splice(items.indexOf(one), 1);
    }
  };
  const custom = {
    listNamespacedCustomObject: () => {
      const seen = structuredClone(items);
      go();
      return Promise.resolve({ items: seen });
    },
    deleteNamespacedCustomObject: ({ name }: { name: string }) => {
      asked.push(`delete ${name}`);
      const found = named(name);
      if (found) found.metadata.deletionTimestamp = "2026-03-01T10:00:00Z";
      return Promise.resolve({});
    },
    patchNamespacedCustomObject: ({ name, body }: { name: string; body: Application }) => {
      asked.push(`patch ${name} ${JSON.stringify(body)}`);
      Object.assign(named(name) ?? {}, body);
      return Promise.resolve({});
    },
  };
  const core = { listNamespace: () => Promise.resolve({ items: [] }) };
  return { clients: { custom, core } as unknown as Clients, asked };
}

// Each waits for seconds, on a cluster of its own.
describe.concurrent("a release", () => {
  it("ends a sync that goes on, which would wait for what is being deleted", async () => {
    const running = { operationState: { phase: "Running" } };
    const { clients, asked } = cluster([
      { metadata: { name: "child" } },
      { metadata: { name: "root" }, status: running },
      { metadata: { name: "other" }, status: { operationState: { phase: "Succeeded" } } },
    ]);
    await release(clients, { isShared: true, say: () => undefined, timeoutSeconds: 20 });
    expect(asked[0]).toBe("delete root");
    expect(asked.filter((one) => one.startsWith("delete")).sort()).toEqual([
      "delete child",
      "delete other",
      "delete root",
    ]);
    expect(asked.filter((one) => one.startsWith("patch"))).toEqual([
      'patch root {"status":{"operationState":{"phase":"Terminating"}}}',
    ]);
  });

  it("goes on where an Application has gone since it was seen", async () => {
    const { clients } = cluster([{ metadata: { name: "gone" } }, { metadata: { name: "other" } }]);
    const remove = clients.custom.deleteNamespacedCustomObject.bind(clients.custom);
    clients.custom.deleteNamespacedCustomObject = async (request) => {
      await remove(request);
      if (request.name === "gone") throw new ApiException(404, "not found", undefined, {});
      return {};
    };
    await release(clients, { isShared: true, say: () => undefined, timeoutSeconds: 20 });
  });

  it("says what is still there when the time is over", async () => {
    const stuck = { metadata: { name: "root" }, status: { operationState: { phase: "Running" } } };
    const { clients } = cluster([stuck]);
    clients.custom.patchNamespacedCustomObject = () => Promise.resolve({});
    await expect(release(clients, { isShared: true, say: () => undefined, timeoutSeconds: 1 })).rejects.toThrow(
      "after 1 s the cluster still holds Application root",
    );
  });
});
