import { ApiException } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import type { Clients } from "../../../cli/kubernetes";
import { deleteRestores } from "../../../cli/teardown/restores";

const absent = () => Promise.reject(new ApiException(404, "not found", {}, {}));

function cluster(list: () => Promise<unknown>, patch: () => Promise<unknown> = () => Promise.resolve({})) {
  const asked: string[] = [];
  const custom = {
    listNamespacedCustomObject: list,
    deleteNamespacedCustomObject: ({ name }: { name: string }) => Promise.resolve(asked.push(`delete ${name}`)),
    patchNamespacedCustomObject: ({ name, body }: { name: string; body: unknown }) => {
      asked.push(`patch ${name} ${JSON.stringify(body)}`);
      return patch();
    },
  };
  return { clients: { custom } as unknown as Clients, asked };
}

const two = () => Promise.resolve({ items: [{ metadata: { name: "one" } }, { metadata: { name: "two" } }] });

it("deletes each Restore, and then what would make it wait for Velero", async () => {
  const { clients, asked } = cluster(two);
  await deleteRestores(clients);
  expect(asked).toEqual([
    "delete one",
    'patch one {"metadata":{"finalizers":null}}',
    "delete two",
    'patch two {"metadata":{"finalizers":null}}',
  ]);
});

it("goes on where Velero was faster", async () => {
  const { clients, asked } = cluster(two, absent);
  await deleteRestores(clients);
  expect(asked.filter((one) => one.startsWith("delete"))).toEqual(["delete one", "delete two"]);
});

it("asks for nothing where there is no Velero", async () => {
  const { clients, asked } = cluster(absent);
  await deleteRestores(clients);
  expect(asked).toEqual([]);
});
