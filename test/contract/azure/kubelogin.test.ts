import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caller, tenantId } from "../../../simulator/azure/account";
import { keyFor } from "../../../simulator/controlplane/credentials";

const run = promisify(execFile);
const kubelogin = join(__dirname, "../../../simulator/controlplane/bin/kubelogin");
const aks = "6dae42f8-4368-4678-94ff-3960e28e3630";
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "kubelogin-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function call(args: string[], environment: Record<string, string> = {}) {
  const file = join(directory, "credentials.json");
  const clusters = [
    { cloud: "aws", region: "eu-west-1", cluster: "prod", token: "", key: "of aws" },
    { cloud: "azure", region: "westeurope", cluster: "prod", token: "", key: "of azure" },
  ];
  writeFileSync(file, JSON.stringify(clusters));
  const env = { PATH: process.env["PATH"], SIMULATED_CLOUD_CREDENTIALS: file, ...environment };
  try {
    return { code: 0, ...(await run(kubelogin, args, { env })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

interface ExecCredential {
  apiVersion: string;
  status: { token: string; expirationTimestamp: string };
}

function claimsOf(stdout: string): Record<string, unknown> {
  const { apiVersion, status } = JSON.parse(stdout) as ExecCredential;
  expect(apiVersion).toBe("client.authentication.k8s.io/v1beta1");
  const [, claims = "", signature] = status.token.split(".");
  expect(signature).toBe(createHmac("sha256", "of azure").update(claims).digest("base64url"));
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

describe("kubelogin's stand-in", () => {
  it("hands out a token of whoever is logged in, an hour long", async () => {
    const { code, stdout } = await call([
      "get-token",
      "--login",
      "azurecli",
      "--server-id",
      aks,
      "--tenant-id",
      tenantId,
    ]);
    expect(code).toBe(0);
    const claims = claimsOf(stdout);
    expect(claims).toMatchObject({ principal: caller.objectId, tid: tenantId, aud: aks });
    expect(Number(claims.expires) - Date.now() / 1000).toBeGreaterThan(3500);
  });

  it("hands out one of an application that is named, by option or by the environment", async () => {
    const named = await call(["get-token", "-l", "spn", "--server-id", aks, "--client-id=app", "--client-secret", "s"]);
    expect(claimsOf(named.stdout).principal).toBe("client:app");
    const pods = await call(["get-token", "--server-id", aks], {
      AAD_LOGIN_METHOD: "workloadidentity",
      AZURE_CLIENT_ID: "pod",
    });
    expect(claimsOf(pods.stdout).principal).toBe("client:pod");
  });

  it.each([
    [["get-token", "--login", "azurecli"], "--server-id is required"],
    [["get-token", "--login", "azurecli", "--server-id", "other"], "AADSTS500011"],
    [
      ["get-token", "--login", "azurecli", "--server-id", aks, "--tenant-id", "other"],
      "AADSTS90002: Tenant 'other' not found.",
    ],
    [["get-token", "--login", "password", "--server-id", aks], "'password' is not a supported login method"],
    [["get-token", "--login", "spn", "--server-id", aks], "--client-id is required"],
    [["get-token", "--server", aks], "unknown flag: --server"],
    [["convert-kubeconfig"], "knows get-token only"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await call(args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe("keys of tokens", () => {
  it("are one for all clusters of a cloud whose tokens are, and each cluster's own on AWS", () => {
    expect(keyFor("azure", directory)).toBe(keyFor("azure", directory));
    expect(keyFor("azure", directory)).not.toBe(keyFor("gcp", directory));
    expect(keyFor("aws", directory)).not.toBe(keyFor("aws", directory));
  });
});
