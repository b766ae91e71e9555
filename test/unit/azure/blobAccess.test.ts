/** Rights to a container's blobs: by roles on it or around it, and by their conditions. */
import { beforeEach, describe, expect, it } from "vitest";
import { blobRequest, containerId, mayAsk } from "../../../simulator/azure/blobAccess";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";

const account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/backups";
const container = `${account}/blobServices/default/containers/velero`;
const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const reader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
/** As components/clouds/azure/source.ts writes it. */
const onlyRestores =
  `((!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/add/action'}) AND !(ActionMatches{'${blobs}/delete'}))` +
  ` OR (@Resource[${blobs}:path] StringLike 'restores/*'))`;

let records: CloudRecord[];
const inventory = { list: (type: string) => records.filter((one) => one.type === type) };
beforeEach(
  () =>
    (records = [
      { type: "azure-native:storage:BlobContainer", id: container, urn: "", inputs: {}, outputs: {} },
      assigned(reader, "reader"),
      assigned(contributor, "writer", account),
      assigned(contributor, "restorer", container, onlyRestores),
    ]),
);

function assigned(role: string, principalId: string, scope = container, condition?: string): CloudRecord {
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const outputs = { principalId, scope, roleDefinitionId, ...(condition === undefined ? {} : { condition }) };
  return { type: "azure-native:authorization:RoleAssignment", id: principalId, urn: "", inputs: {}, outputs };
}

function may(principal: string, method: string, url: string): boolean {
  const asked = blobRequest(method, url);
  if (!asked) throw new Error(`${method} ${url} is unknown`);
  return mayAsk(inventory, containerId(inventory, "backups", asked.container) ?? "", principal, asked);
}

describe("a request for blobs", () => {
  it.each([
    ["GET", "/velero?restype=container&comp=list&prefix=backups%2F", { container: "velero", action: `${blobs}/read` }],
    ["HEAD", "/velero?restype=container", { container: "velero", action: blobs.replace(/\/blobs$/, "/read") }],
    ["GET", "/velero/kopia/a%20b", { container: "velero", blob: "kopia/a b", action: `${blobs}/read` }],
    ["PUT", "/velero/a?comp=blocklist", { container: "velero", blob: "a", action: `${blobs}/write` }],
    ["DELETE", "/velero/a", { container: "velero", blob: "a", action: `${blobs}/delete` }],
  ])("%s %s is one for an action", (method, url, asked) => {
    expect(blobRequest(method, url)).toEqual(asked);
  });

  it.each([
    ["PUT", "/velero?restype=container"],
    ["GET", "/?comp=list"],
    ["DELETE", "/velero/a?versionid=2026-11-22"],
    ["PUT", "/velero/a?comp=tier"],
  ])("%s %s is not known", (method, url) => expect(blobRequest(method, url)).toBeUndefined());
});

describe("a role", () => {
  it("is for reading, or for writing too, on the container or what it is in", () => {
    expect(["GET", "PUT", "DELETE"].map((method) => may("reader", method, "/velero/a"))).toEqual([true, false, false]);
    expect(["GET", "PUT", "DELETE"].map((method) => may("writer", method, "/velero/a"))).toEqual([true, true, true]);
    expect(may("reader", "GET", "/velero?restype=container&comp=list")).toBe(true);
    expect(may("nobody", "GET", "/velero/a")).toBe(false);
  });

  it("with a condition is for what that says", () => {
    const methods = ["GET", "PUT", "DELETE"];
    expect(methods.map((method) => may("restorer", method, "/velero/restores/first/log.gz"))).toEqual([
      true,
      true,
      true,
    ]);
    expect(methods.map((method) => may("restorer", method, "/velero/backups/restores/a"))).toEqual([
      true,
      false,
      false,
    ]);
    expect(may("restorer", "PUT", "/velero/restores2?comp=block&blockid=MQ%3D%3D")).toBe(false);
  });

  it("with a condition of another form is not passed over", () => {
    records.push(assigned(contributor, "other", container, "@Request[x] ForAnyOfAnyValues:StringEquals {'y'}"));
    expect(() => may("other", "GET", "/velero/a")).toThrow("is not known to this simulation");
  });
});

it("finds a container of the account, and of no other", () => {
  expect(containerId(inventory, "backups", "velero")).toBe(container);
  expect(containerId(inventory, "others", "velero")).toBeUndefined();
  expect(containerId(inventory, "backups", "velero-locked")).toBeUndefined();
});
