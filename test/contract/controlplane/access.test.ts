import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureCertificates } from "../../../simulator/controlplane/certificates";
import { EndpointProxy } from "../../../simulator/controlplane/proxy";

const run = promisify(execFile);
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "access-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("certificates", () => {
  it("are signed by the cluster's authority, for every name, and stay the same", async () => {
    const hosts = ["0123.gr7.eu-west-1.eks.amazonaws.com", "localhost", "127.0.0.1"];
    const files = await ensureCertificates(join(directory, "pki"), hosts);
    const read = (file: string) => new X509Certificate(readFileSync(file));
    const server = read(files.serverCertificate);
    expect(server.verify(read(files.authority).publicKey)).toBe(true);
    expect(server.checkHost("0123.gr7.eu-west-1.eks.amazonaws.com")).toBe("0123.gr7.eu-west-1.eks.amazonaws.com");
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(read(files.adminCertificate).subject).toContain("O=system:masters");
    expect(statSync(files.serverKey).mode & 0o077).toBe(0);

    const again = await ensureCertificates(join(directory, "pki"), hosts);
    expect(read(again.serverCertificate).fingerprint).toBe(server.fingerprint);
  });
});

describe("EndpointProxy", () => {
  it("leads a cloud's host name to a port of this machine, and nothing else anywhere", async () => {
    const server = createServer((socket) => socket.end("hello from the cluster"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new EndpointProxy();
    const port = await proxy.listen(0);
    proxy.map("Prod.EKS.amazonaws.com", (server.address() as AddressInfo).port);

    expect(await ask(port, "prod.eks.amazonaws.com:443")).toMatch(/^HTTP\/1.1 200 [^]*hello from the cluster$/);
    expect(await ask(port, "prod.eks.amazonaws.com:22")).toMatch(/^HTTP\/1.1 502 /);
    expect(await ask(port, "example.com:443")).toMatch(/no simulated cluster answers at example.com:443/);
    proxy.unmap("prod.eks.amazonaws.com");
    expect(await ask(port, "prod.eks.amazonaws.com:443")).toMatch(/^HTTP\/1.1 502 /);

    await proxy.close();
    server.close();
  });
});

function ask(port: number, authority: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`),
    );
    socket.on("data", (data) => (text += data.toString()));
    socket.once("close", () => resolve(text)).once("error", reject);
  });
}

describe("the AWS CLI's stand-in", () => {
  const aws = join(__dirname, "../../../simulator/controlplane/bin/aws");
  const call = async (args: string[], environment: Record<string, string> = {}) => {
    const file = join(directory, "credentials.json");
    writeFileSync(
      file,
      JSON.stringify([
        { cloud: "aws", region: "eu-west-1", cluster: "prod", token: "k8s-aws-v1.right", key: "key of prod" },
      ]),
    );
    const env = { PATH: process.env["PATH"], SIMULATED_CLOUD_CREDENTIALS: file, ...environment };
    try {
      return { code: 0, ...(await run(aws, args, { env })) };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };
  const token = (stdout: string) => (JSON.parse(stdout) as { status: { token: string } }).status.token;

  it("hands out the cluster's token as an ExecCredential that is still good for a while", async () => {
    const region = ["--region", "eu-west-1", "--output", "json"];
    const { stdout } = await call(["eks", "get-token", "--cluster-name", "prod", ...region]);
    const credential = JSON.parse(stdout) as {
      kind: string;
      apiVersion: string;
      status: { expirationTimestamp: string };
    };
    expect(credential.kind).toBe("ExecCredential");
    expect(credential.apiVersion).toBe("client.authentication.k8s.io/v1beta1");
    expect(Date.parse(credential.status.expirationTimestamp) - Date.now()).toBeGreaterThan(10 * 60 * 1000);
    expect(token(stdout)).toBe("k8s-aws-v1.right");
  });

  it("takes global options in front, values after =, the region from the environment", async () => {
    expect(token((await call(["--region", "eu-west-1", "eks", "get-token", "--cluster-name=prod"])).stdout)).toBe(
      "k8s-aws-v1.right",
    );
    const environment = { AWS_REGION: "eu-west-1" };
    expect(token((await call(["eks", "get-token", "--cluster-name", "prod"], environment)).stdout)).toBe(
      "k8s-aws-v1.right",
    );
  });

  it.each([
    ["prod", "us-east-1"],
    ["dev", "eu-west-1"],
  ])("hands out a token that nobody accepts for cluster %s in %s", async (name, region) => {
    const { stdout, stderr } = await call(["eks", "get-token", "--cluster-name", name, "--region", region]);
    expect(token(stdout)).toMatch(/^k8s-aws-v1\.(?!right)/);
    expect(stderr).toContain(`there is no simulated cluster ${name} in ${region}`);
  });

  it.each([
    [["eks", "get-token", "--cluster-name", "prod", "--regoin", "eu-west-1"], 252, "Unknown options: --regoin"],
    [["eks", "get-token", "--region", "eu-west-1"], 252, "--cluster-name or --cluster-id must be specified"],
    [["eks", "get-token", "--cluster-name", "prod"], 253, "You must specify a region"],
    [["eks", "update-kubeconfig", "--region", "eu-west-1"], 252, 'not "aws eks update-kubeconfig"'],
    [
      ["eks", "get-token", "--cluster-name", "prod", "--region", "eu-west-1", "--role-arn", "developers"],
      254,
      "when calling the AssumeRole operation: developers is invalid",
    ],
    [["sts", "get-caller-identity"], 252, 'not "aws sts get-caller-identity"'],
  ])("refuses aws %j", async (args, code, message) => {
    const result = await call(args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stdout).toBe("");
  });
});
