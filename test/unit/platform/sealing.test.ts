import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { sealingPair } from "../../../components/sealing/certificate";
import type { Recording } from "../clouds/record";
import { install, plainTraits, prodConfig } from "./fixture";

function newKey(type: "pkcs1" | "pkcs8" = "pkcs8"): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return String(privateKey.export({ type, format: "pem" }));
}

const keys = [newKey(), newKey("pkcs1")];

describe("the certificate of a sealing key", () => {
  it("is the key's own, and valid for as long as anybody seals with it", async () => {
    for (const key of keys) {
      const { certificate, privateKey } = await sealingPair(key, 0);
      const parsed = new X509Certificate(certificate);
      expect(parsed.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
      expect(parsed.verify(parsed.publicKey)).toBe(true);
      expect(parsed.validTo).toBe("Jan  1 00:00:00 2126 GMT");
      expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    }
  });

  it("is the same at every run, and another for another key", async () => {
    const [first, again, other] = await Promise.all([0, 0, 1].map((index) => sealingPair(keys[index] ?? "", 0)));
    expect(again).toEqual(first);
    const serial = (pair: typeof first) => new X509Certificate(pair?.certificate ?? "").serialNumber;
    expect(serial(other)).not.toBe(serial(first));
  });

  it("is younger for a key that comes later in the list: the controller seals with the youngest", async () => {
    const begins = async (place: number) => new X509Certificate((await sealingPair(keys[0] ?? "", place)).certificate);
    expect((await begins(0)).validFrom).toBe("Jan  1 00:00:00 2026 GMT");
    expect((await begins(40)).validFrom).toBe("Feb 10 00:00:00 2026 GMT");
  });
});

describe("sealing keys on a cluster", () => {
  let recording: Recording;
  beforeAll(async () => {
    const config = prodConfig();
    const sealingKeys = keys.map((key) => ({ privateKey: pulumi.secret(key) }));
    ({ recording } = await install({ ...config, gitops: { ...config.gitops, sealingKeys } }, plainTraits));
  });

  const secret = (place: number) =>
    recording.one("kubernetes:core/v1:Secret", `platform-test-sealing-key-${place}`).inputs;

  it("are Secrets as the controller looks for them, and kept secret", () => {
    expect(secret(0)).toMatchObject({
      metadata: {
        name: "sealed-secrets-key-1",
        namespace: "sealed-secrets",
        labels: { "sealedsecrets.bitnami.com/sealed-secrets-key": "active" },
      },
      type: "kubernetes.io/tls",
    });
    for (const place of [0, 1]) {
      expect(secret(place).stringData).toMatchObject({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: { "tls.key": expect.stringContaining("PRIVATE KEY") as string },
      });
    }
  });

  it("move up in place when one before them is taken out: no two resources are ever of one object", () => {
    const names = [0, 1].map((place) => (secret(place).metadata as { name: string }).name);
    expect(names).toEqual(["sealed-secrets-key-1", "sealed-secrets-key-2"]);
  });

  it("are there before Git is read", () => {
    const root = recording.one("kubernetes:argoproj.io/v1alpha1:Application", "platform-test-root");
    for (const place of [0, 1]) {
      const key = recording.one("kubernetes:core/v1:Secret", `platform-test-sealing-key-${place}`);
      expect(recording.waitsFor(root, key)).toBe(true);
    }
  });

  it("are none where none is configured; the namespace is the controller's all the same", async () => {
    const { recording: without } = await install(prodConfig(), plainTraits);
    expect(without.names("kubernetes:core/v1:Secret").filter((name) => name.includes("sealing"))).toEqual([]);
    expect(without.names("kubernetes:core/v1:Namespace")).toContain("platform-test-sealed-secrets");
  });
});
