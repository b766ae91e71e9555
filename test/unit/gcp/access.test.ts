/** Who is who to Google's store, and who may do what there. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import { AccessTokens } from "../../../simulator/gcp/accessTokens";
import { accountToken } from "../../../simulator/gcp/accountCredentials";
import { hasPermission, storageRequest, withoutPermission } from "../../../simulator/gcp/storageAccess";
import type { Properties } from "../../../simulator/provider";

const email = "prod-velero@platform.iam.gserviceaccount.com";
const account = `serviceAccount:${email}`;
const reader = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/velero";
const accessTokens = new AccessTokens("secret");

let records: CloudRecord[];
const inventory = { list: (type: string) => records.filter((one) => one.type === type) };

function record(type: string, outputs: Properties, id = "one"): CloudRecord {
  return { type, id, urn: "", inputs: {}, outputs };
}

const granted = (bucket: string, role: string, member: string) =>
  record("gcp:storage/bucketIAMMember:BucketIAMMember", { bucket: `b/${bucket}`, role, member });

beforeEach(() => {
  records = [
    granted("backups", "roles/storage.objectAdmin", account),
    granted("backups", "roles/storage.objectViewer", reader),
    record("gcp:serviceaccount/account:Account", { email }),
  ];
});
afterEach(() => vi.useRealTimers());

describe("an access token", () => {
  it("is somebody's for an hour", () => {
    vi.useFakeTimers();
    const token = accessTokens.issue(account);
    vi.advanceTimersByTime(3_599_000);
    expect(accessTokens.bearer(`Bearer ${token}`)).toBe(account);
    vi.advanceTimersByTime(2000);
    expect(accessTokens.bearer(`Bearer ${token}`)).toBeUndefined();
  });

  it("is nobody's where somebody else has made it up", () => {
    const [, text = "", signature = ""] = accessTokens.issue(account).split(".");
    const other = new AccessTokens("another").issue(account);
    const changed = accessTokens.issue(reader).split(".")[1] ?? "";
    for (const token of [other, `ya29.${changed}.${signature}`, `ya29.${text}`, "forged", ""]) {
      expect(accessTokens.bearer(`Bearer ${token}`)).toBeUndefined();
    }
    expect(accessTokens.bearer(undefined)).toBeUndefined();
  });
});

describe("a request to the store", () => {
  it.each([
    ["GET", "/storage/v1/b/backups/o?prefix=a%2F&delimiter=%2F", "storage.objects.list", undefined],
    ["GET", "/storage/v1/b/backups/o/a%2Fb?alt=json", "storage.objects.get", "a/b"],
    ["GET", "/backups/a/b", "storage.objects.get", "a/b"],
    ["GET", "/download/storage/v1/b/backups/o/a?alt=media", "storage.objects.get", "a"],
    ["DELETE", "/storage/v1/b/backups/o/a%2Fb", "storage.objects.delete", "a/b"],
    ["PATCH", "/storage/v1/b/backups/o/a", "storage.objects.update", "a"],
    ["POST", "/upload/storage/v1/b/backups/o?name=a%2Fb&uploadType=multipart", "storage.objects.create", "a/b"],
    ["PUT", "/upload/storage/v1/b/backups/o?name=a%2Fb&upload_id=1", "storage.objects.create", "a/b"],
    ["GET", "/storage/v1/b/backups", "storage.buckets.get", undefined],
  ])("%s %s asks for %s of %s", (method, url, permission, object) => {
    expect(storageRequest(method, url)).toEqual({ bucket: "backups", permission, ...(object && { object }) });
  });

  it.each([
    ["GET", "/storage/v1/b?project=p"],
    ["DELETE", "/storage/v1/b/backups"],
    ["POST", "/batch/storage/v1"],
    ["PUT", "/_internal/config"],
    ["GET", "/_internal/healthcheck"],
    ["POST", "/storage/v1/b/backups/o/a/rewriteTo/b/other/o/a"],
  ])("%s %s is none that is known", (method, url) => {
    expect(storageRequest(method, url)).toBeUndefined();
  });
});

describe("a permission", () => {
  const may = (member: string, what: string, bucket = "backups") =>
    hasPermission(inventory, member, { bucket, permission: `storage.objects.${what}` });

  it("comes with the role on the bucket", () => {
    expect(["list", "get", "create", "delete"].map((what) => may(account, what))).toEqual([true, true, true, true]);
    expect(["list", "get", "create", "delete"].map((what) => may(reader, what))).toEqual([true, true, false, false]);
    expect(may(account, "list", "others")).toBe(false);
    expect(may(`${reader}2`, "get")).toBe(false);
  });

  it("comes with the role in the project, and with one of the project's own", () => {
    const id = "projects/platform/roles/lister";
    records = [
      record("gcp:projects/iAMMember:IAMMember", { role: id, member: account }),
      record("gcp:projects/iAMCustomRole:IAMCustomRole", { permissions: ["storage.objects.list"] }, id),
    ];
    expect([may(account, "list"), may(account, "get")]).toEqual([true, false]);
  });

  it("is for what the grant's condition says", () => {
    const start = "projects/_/buckets/backups/objects/restores/";
    const condition = { title: "restores", expression: `resource.name.startsWith("${start}")` };
    const one = granted("backups", "roles/storage.objectUser", reader);
    records.push({ ...one, outputs: { ...one.outputs, condition } });
    const may = (object: string) =>
      hasPermission(inventory, reader, { bucket: "backups", object, permission: "storage.objects.create" });
    expect(["restores/a/log", "backups/a/log", "kopia/restores/a"].map(may)).toEqual([true, false, false]);
    records.push({ ...one, outputs: { ...one.outputs, condition: { expression: "request.time < x" } } });
    expect(() => may("backups/a")).toThrow("is not known to this simulation");
  });

  it("is missed in Google's words", () => {
    const asked = { bucket: "backups", permission: "storage.objects.list" };
    expect(withoutPermission(account, asked)).toBe(
      `${email} does not have storage.objects.list access to the Google Cloud Storage bucket. ` +
        "Permission 'storage.objects.list' denied on resource (or it may not exist).",
    );
    expect(withoutPermission(reader, { ...asked, permission: "storage.objects.get" })).toMatch(
      /^Caller does not have storage.objects.get access to the Google Cloud Storage object\./,
    );
  });
});

describe("a service account's token", () => {
  const ask = (member = reader, of = email, method = "generateAccessToken") =>
    accountToken(
      `/v1/projects/-/serviceAccounts/${of}:${method}`,
      `Bearer ${accessTokens.issue(member)}`,
      '{"lifetime":"600s"}',
      { inventory, accessTokens },
    );
  const bound = (member: string, role = "roles/iam.serviceAccountTokenCreator") =>
    record("gcp:serviceaccount/iAMMember:IAMMember", {
      serviceAccountId: `projects/platform/serviceAccounts/${email}`,
      role,
      member,
    });

  it("is for whom it lets work as it", () => {
    records.push(bound(reader));
    const { status, body } = ask();
    expect(status).toBe(200);
    expect(accessTokens.bearer(`Bearer ${(body as { accessToken: string }).accessToken}`)).toBe(account);
  });

  it.each<[string, () => unknown, () => ReturnType<typeof ask>, number, RegExp]>([
    ["nobody else", () => records.push(bound("user:a@example.com")), ask, 403, /getAccessToken' denied/],
    ["a role without that right", () => records.push(bound(reader, "roles/viewer")), ask, 403, /denied/],
    ["an account that is not there", () => 0, () => ask(reader, "other@example.com"), 404, /Gaia id not found/],
    ["anything else", () => records.push(bound(reader)), () => ask(reader, email, "signJwt"), 501, /not known/],
  ])("is refused for %s", (_, make, asked, status, message) => {
    make();
    const refused = asked();
    expect(refused).toMatchObject({ status, body: { error: { code: status } } });
    expect(JSON.stringify(refused.body)).toMatch(message);
  });
});
