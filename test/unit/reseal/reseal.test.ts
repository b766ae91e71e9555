import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { reseal, ResealError } from "../../../cli/reseal/reseal";

let directory: string;
let kubeseal: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reseal-"));
  kubeseal = join(directory, "kubeseal");
  // Seals by writing backwards, so that a test can look; keeps what it was told.
  writeFileSync(
    kubeseal,
    `#!${process.execPath}
const { readFileSync, appendFileSync } = require("node:fs");
const secret = JSON.parse(readFileSync(0, "utf8"));
appendFileSync(${JSON.stringify(join(directory, "calls"))}, JSON.stringify({ args: process.argv.slice(2), secret }) + "\\n");
if (secret.metadata.name === "refused") { console.error("error: no such certificate"); process.exit(1); }
const sealed = Object.entries(secret.stringData).map(([key, value]) => [key, [...value].reverse().join("")]);
console.log(JSON.stringify({ kind: "SealedSecret", spec: { encryptedData: Object.fromEntries(sealed) } }));
`,
  );
  chmodSync(kubeseal, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const repository = () => join(directory, "gitops");

function file(name: string, text: string): string {
  const path = join(repository(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const run = () => reseal(repository(), { kubeseal, certificate: "/keys/mine.crt" });

const calls = () =>
  readFileSync(join(directory, "calls"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { args: string[]; secret: { metadata: object; stringData: object } });

const sealed = (metadata: string, data = "PASSWORD: old") =>
  `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n${metadata}spec:\n  encryptedData:\n    ${data}\n`;

it("gives every key a new value, and leaves the rest of the file as it is", async () => {
  const path = file(
    "apps/shop/overlays/dev/sealedsecret.yaml",
    `# Ours.
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop # its settings
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: shop
  # Sealed for this namespace.
  namespace: shop-dev
  annotations:
    platform/values: '{"DB_USER":"shop"}'
spec:
  encryptedData:
    DB_USER: old
    DB_PASSWORD: old
  template:
    type: Opaque
`,
  );
  const untouched = file("apps/shop/base/service.yaml", "kind:   Service # SealedSecret\n");
  expect(await run()).toEqual([
    { file: "apps/shop/overlays/dev/sealedsecret.yaml", secret: "shop-dev/shop", keys: ["DB_USER", "DB_PASSWORD"] },
  ]);
  const text = readFileSync(path, "utf8");
  const [, after] = text.split("---\n");
  const { encryptedData } = (parse(after ?? "") as { spec: { encryptedData: Record<string, string> } }).spec;
  expect(encryptedData["DB_USER"]).toBe("pohs");
  expect(encryptedData["DB_PASSWORD"]).toMatch(/^[\w-]{32}$/);
  const restored = text.replace("pohs", "old").replace(encryptedData["DB_PASSWORD"] ?? "", "old");
  expect(restored).toContain("# Ours.\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop # its settings\n---\n");
  expect(restored).toContain("    DB_USER: old\n    DB_PASSWORD: old\n  template:\n    type: Opaque\n");
  expect(restored).toContain("  # Sealed for this namespace.\n");
  expect(readFileSync(untouched, "utf8")).toBe("kind:   Service # SealedSecret\n");
});

it("seals for the certificate, the name and the namespace, and puts no value into arguments", async () => {
  file("one.yaml", sealed("  name: app\n  namespace: prod\n"));
  file(
    "two.yml",
    sealed("  name: wide\n  namespace: prod\n  annotations: {sealedsecrets.bitnami.com/cluster-wide: 'true'}\n"),
  );
  await run();
  const [one, two] = calls().sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
  expect(one?.args).toEqual(["--cert", "/keys/mine.crt", "--format", "json"]);
  expect(one?.secret.metadata).toEqual({ name: "app", namespace: "prod", annotations: {} });
  expect(two?.secret.metadata).toMatchObject({ annotations: { "sealedsecrets.bitnami.com/cluster-wide": "true" } });
});

it("makes other values each time", async () => {
  const path = file("one.yaml", sealed("  name: app\n  namespace: prod\n"));
  await run();
  const first = readFileSync(path, "utf8");
  await run();
  expect(readFileSync(path, "utf8")).not.toBe(first);
});

it("tells all that is wrong at once, and changes nothing then", async () => {
  const good = file("a.yaml", sealed("  name: app\n  namespace: prod\n"));
  file("b.yaml", sealed("  name: nowhere\n"));
  file("c.yaml", sealed("  name: odd\n  namespace: prod\n  annotations: {platform/values: hello}\n"));
  file("d.yaml", sealed('  name: more\n  namespace: prod\n  annotations: {platform/values: \'{"USER":"app"}\'}\n'));
  file("e.yaml", "kind: [\n");
  const error = await run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ResealError);
  expect((error as Error).message.split("\n")).toEqual([
    "b.yaml: SealedSecret nowhere: metadata.name and metadata.namespace are what it is sealed for; write both",
    `c.yaml: SealedSecret odd: annotation platform/values is no JSON object of texts, such as '{"DB_USER":"app"}'`,
    "d.yaml: SealedSecret more: annotation platform/values has USER, which spec.encryptedData has not: add or remove",
  ]);
  expect(readFileSync(good, "utf8")).toContain("PASSWORD: old");
});

it("says what kubeseal says", async () => {
  const path = file("a.yaml", sealed("  name: refused\n  namespace: prod\n"));
  await expect(run()).rejects.toThrow("a.yaml: SealedSecret refused: kubeseal: error: no such certificate");
  expect(readFileSync(path, "utf8")).toContain("PASSWORD: old");
});
