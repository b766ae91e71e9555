import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig, type V1Container } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { environmentOf } from "../../../simulator/programs/surroundings";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "surroundings-"))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (container: Partial<V1Container>): Record<string, string> =>
  environmentOf(
    {
      metadata: { name: "one", namespace: "apps" },
      spec: {
        containers: [],
        volumes: [
          { name: "scratch", emptyDir: {} },
          { name: "keys", secret: {} },
        ],
      },
    },
    { name: "main", ...container },
    folder,
    { config: new KubeConfig(), authority: "ca.crt", address: "172.20.0.1", network: 3128 },
  );

describe("the variables of a pod's program", () => {
  it("name the pod's own folders for those that it mounts", () => {
    const variables = environment({
      env: [
        { name: "SCRATCH", value: "/scratch" },
        { name: "SCRATCH_FILE", value: "/scratch/file" },
        { name: "KEYS", value: "/keys" },
        { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
      ],
      volumeMounts: [
        { name: "scratch", mountPath: "/scratch" },
        { name: "keys", mountPath: "/keys" },
      ],
    });
    expect(variables).toMatchObject({ SCRATCH: join(folder, "scratch"), KEYS: "/keys", NAMESPACE: "apps" });
    expect(variables.SCRATCH_FILE).toBe(join(folder, "scratch/file"));
    expect(existsSync(join(folder, "scratch"))).toBe(true);
  });

  it("lead Azure's library to the pod's own token", () => {
    const name = "AZURE_FEDERATED_TOKEN_FILE";
    expect(environment({ env: [{ name, value: "/var/run/token" }] })[name]).toBe(join(folder, "var/run/token"));
    expect(environment({})[name] ?? "").toBe("");
  });

  it("have nothing of the user's own ways to clouds and clusters", () => {
    vi.stubEnv("AWS_PROFILE", "production");
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/key.json");
    vi.stubEnv("KUBECONFIG", "/home/me/.kube/config");
    expect(environment({})).toMatchObject({
      AWS_PROFILE: "",
      GOOGLE_APPLICATION_CREDENTIALS: "",
      KUBECONFIG: "",
      HOME: folder,
    });
  });

  it("let the pod's own come first", () => {
    vi.stubEnv("AWS_REGION", "us-east-1");
    expect(environment({ env: [{ name: "AWS_REGION", value: "eu-west-1" }] }).AWS_REGION).toBe("eu-west-1");
  });
});
