/** Cloud Storage as pods of the simulated clusters reach it: the real fake-gcs-server, and who may do what there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as read } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTools } from "../../../cli/tools";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { ObjectStores } from "../../../simulator/objectstore";
import { gcsHost } from "../../../simulator/objectstore/gcs";

const directory = mkdtempSync(join(tmpdir(), "gcs-"));
const writer = "serviceAccount:velero@platform.iam.gserviceaccount.com";
const reader = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/velero";

const granted = (role: string, member: string): CloudRecord => ({
  ...record("gcp:storage/bucketIAMMember:BucketIAMMember", `${role} ${member}`),
  outputs: { bucket: "b/backups", role, member },
});
const records = [
  record("gcp:storage/bucket:Bucket", "backups"),
  granted("roles/storage.objectAdmin", writer),
  granted("roles/storage.objectViewer", reader),
];

function record(type: string, id: string): CloudRecord {
  return { type, id, urn: "", inputs: {}, outputs: {} };
}

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
  tools = await ensureTools(() => undefined, ["fake-gcs-server", "versitygw"]);
  stores = await open();
});
afterAll(async () => {
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function ask(
  member: string | undefined,
  method: string,
  path: string,
  body = "",
): Promise<{ status?: number; text: string; location?: string }> {
  const port = await stores.route(gcsHost);
  const ca = readFileSync(stores.authority.authority);
  const authorization = member === undefined ? "Bearer ya29.made.up" : `Bearer ${stores.accessTokens.issue(member)}`;
  const headers = { host: gcsHost, authorization };
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, servername: gcsHost, method, path, headers, ca }, (response) => {
      const { statusCode: status, headers } = response;
      read(response).then((text) => resolve({ status, text, location: headers.location }), reject);
    })
      .once("error", reject)
      .end(body);
  });
}

const upload = (member: string | undefined, name: string, bucket = "backups") =>
  ask(member, "POST", `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, "content");

const names = async (): Promise<string[]> => {
  const { text } = await ask(reader, "GET", "/storage/v1/b/backups/o");
  return ((JSON.parse(text) as { items?: { name: string }[] }).items ?? []).map(({ name }) => name);
};

describe("Cloud Storage", () => {
  it("keeps what it is given, and says at its own address where to go on with it", async () => {
    expect((await upload(writer, "backups/first/log.gz")).status).toBe(200);
    expect(await ask(reader, "GET", "/backups/backups/first/log.gz")).toMatchObject({ status: 200, text: "content" });
    const resumable = "/upload/storage/v1/b/backups/o?uploadType=resumable&name=big";
    expect((await ask(writer, "POST", resumable, "{}")).location).toMatch(
      `https://${gcsHost}/upload/storage/v1/b/backups`,
    );
  });

  it.each([
    ["a token that it has not given", () => upload(undefined, "a"), 401, "Invalid Credentials"],
    ["who may only read", () => upload(reader, "a"), 403, "Caller does not have storage.objects.create access"],
    [
      "a bucket that the cloud does not have",
      () => upload(writer, "a", "others"),
      404,
      "The specified bucket does not exist.",
    ],
    ["what nobody has asked for yet", () => ask(writer, "DELETE", "/storage/v1/b/backups"), 501, "is not known"],
  ])("refuses %s", async (_, asked, status, message) => {
    const refused = await asked();
    expect(refused.status).toBe(status);
    expect(refused.text).toContain(message);
    expect(await names()).toEqual(["backups/first/log.gz"]);
  });

  it("has everything after a restart but what was half written, and knows its tokens", async () => {
    const token = `Bearer ${stores.accessTokens.issue(reader)}`;
    writeFileSync(join(stores.gcsFolder("backups"), "backups", "first", "half"), "cont");
    await stores.stop();
    stores = await open();
    expect(await names()).toEqual(["backups/first/log.gz"]);
    expect(stores.accessTokens.bearer(token)).toBe(reader);
  });
});
