import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installPlugins, writeKubeconfig } from "../../../simulator/velero/pod";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "velero-pod-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pod = (...images: string[]): V1Pod => ({
  spec: { containers: [], initContainers: images.map((image, index) => ({ name: `plugin-${index}`, image })) },
});

describe("a pod of Velero's server", () => {
  it("has the plugins that its init containers bring, and no others", () => {
    const plugins = { "velero-plugin-for-aws": "/opt/aws", "velero-plugin-for-gcp": "/opt/gcp" };
    installPlugins(pod("velero/velero-plugin-for-aws:v1.14.3", "velero/other:1"), folder, plugins);
    expect(readdirSync(join(folder, "plugins"))).toEqual(["velero-plugin-for-aws"]);
    expect(readlinkSync(join(folder, "plugins", "velero-plugin-for-aws"))).toBe("/opt/aws");
  });

  it("has none where the program is not on this machine, and bears a second start", () => {
    const image = "mcr.microsoft.com/oss/velero/velero-plugin-for-microsoft-azure:v1.14.2";
    for (const start of [1, 2]) {
      installPlugins(pod(image), folder, {});
      expect(readdirSync(join(folder, "plugins")), `start ${start}`).toEqual([]);
    }
  });

  it("reaches the API server as its service account, whose token is in no other file", () => {
    const file = writeKubeconfig(folder, { address: "172.20.0.1", authority: "/state/ca.crt" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      clusters: [{ cluster: { server: "https://172.20.0.1:443", "certificate-authority": "/state/ca.crt" } }],
      users: [{ user: { tokenFile: join(folder, "var/run/secrets/kubernetes.io/serviceaccount/token") } }],
    });
  });
});
