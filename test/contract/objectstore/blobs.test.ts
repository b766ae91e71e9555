/** Azure's blobs as pods of the simulated clusters reach them: the real Azurite, and who may do what there. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as read } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTools } from "../../../cli/tools";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { ObjectStores } from "../../../simulator/objectstore";
import { blobResource } from "../../../simulator/objectstore/blobs";

const directory = mkdtempSync(join(tmpdir(), "blobs-"));
const account =
  "/subscriptions/8f3c1a52-6f0e-4d0b-9a57-2b1f5e0c7d31/resourceGroups/prod/providers/Microsoft.Storage/storageAccounts/prodbackup";
const container = `${account}/blobServices/default/containers/velero`;
const [writer, reader, nobody] = ["writer", "reader", "nobody"];
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const dataReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";

const record = (type: string, id: string, outputs = {}): CloudRecord => ({
  type: `azure-native:${type}`,
  id,
  urn: "",
  inputs: {},
  outputs,
});
const granted = (role: string, principalId: string): CloudRecord =>
  record("authorization:RoleAssignment", `${role} ${principalId}`, {
    scope: container,
    principalId,
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
  });
const cloud = [
  record("storage:StorageAccount", account),
  record("storage:BlobContainer", container),
  granted(contributor, writer),
  granted(dataReader, reader),
];
let records = cloud;

let tools: Awaited<ReturnType<typeof ensureTools>>;
let stores: ObjectStores;

const open = () =>
  ObjectStores.open({
    directory,
    tools,
    inventory: { list: (type) => records.filter((one) => one.type === type) },
    log: () => undefined,
  });
beforeAll(async () => {
  tools = await ensureTools(() => undefined, ["azurite", "fake-gcs-server", "versitygw"]);
  stores = await open();
});
afterAll(async () => {
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

const host = "prodbackup.blob.core.windows.net";

async function ask(
  principal: string | undefined,
  method: string,
  path: string,
  body = "",
): Promise<{ status?: number | undefined; text: string; code?: unknown }> {
  const port = await stores.route(host);
  const ca = readFileSync(stores.authority.authority);
  const token = stores.entraTokens.issue({ clientId: "", objectId: principal ?? "" }, blobResource);
  const headers = {
    host,
    "x-ms-version": "2025-11-05",
    "x-ms-blob-type": "BlockBlob",
    "content-length": Buffer.byteLength(body),
    authorization: principal === undefined ? "Bearer made.up.token" : `Bearer ${token}`,
  };
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, servername: host, method, path, headers, ca }, (response) => {
      const { statusCode: status, headers } = response;
      read(response).then((text) => resolve({ status, text, code: headers["x-ms-error-code"] }), reject);
    })
      .once("error", reject)
      .end(body);
  });
}

const upload = (principal: string | undefined, name: string, to = "velero") =>
  ask(principal, "PUT", `/${to}/${name}`, "content");

const names = async (): Promise<string[]> => {
  const { text } = await ask(reader, "GET", "/velero?restype=container&comp=list");
  return [...text.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name = ""]) => name);
};

describe("Azure's blobs", () => {
  it("are kept, and found again, at the account's own address", async () => {
    expect((await upload(writer, "backups/first/log.gz")).status).toBe(201);
    expect(await ask(reader, "GET", "/velero/backups/first/log.gz")).toMatchObject({ status: 200, text: "content" });
    expect(await names()).toEqual(["backups/first/log.gz"]);
  });

  it.each([
    ["a token that Entra has not given", () => upload(undefined, "a"), 401, "InvalidAuthenticationInfo"],
    ["who may only read", () => upload(reader, "a"), 403, "AuthorizationPermissionMismatch"],
    ["who may do nothing", () => ask(nobody, "GET", "/velero/a"), 403, "AuthorizationPermissionMismatch"],
    ["a container that the cloud does not have", () => upload(writer, "a", "others"), 404, "ContainerNotFound"],
    ["what nobody has asked for yet", () => ask(writer, "PUT", "/more?restype=container"), 501, "NotImplemented"],
    ["what is not there", () => ask(reader, "GET", "/velero/a"), 404, "BlobNotFound"],
  ])("refuse %s", async (_, asked, status, code) => {
    expect(await asked()).toMatchObject({ status, code });
    expect(await names()).toEqual(["backups/first/log.gz"]);
  });

  it("are there after a restart, to the tokens from before it", async () => {
    const token = `Bearer ${stores.entraTokens.issue({ clientId: "", objectId: reader }, blobResource)}`;
    await stores.stop();
    stores = await open();
    expect(await names()).toEqual(["backups/first/log.gz"]);
    expect(stores.entraTokens.bearer(token, blobResource)?.objectId).toBe(reader);
    expect(stores.entraTokens.bearer(token, "https://vault.azure.net")).toBeUndefined();
  });

  it("go with their container, and their address with the account", async () => {
    records = cloud.filter(({ id }) => id !== container);
    expect((await ask(reader, "GET", "/velero/backups/first/log.gz")).code).toBe("ContainerNotFound");
    records = cloud;
    expect(await names()).toEqual([]);
    records = [];
    expect(await stores.route(host)).toBeUndefined();
  });
});
