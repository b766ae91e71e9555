import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ProtectedError, withoutProtection } from "../../../cli/teardown/protection";
import { proxyFromEnvironment } from "../../../cli/teardown/proxy";

const file = `# Production.
encryptionsalt: v1:abc=
config:
  kubernetes-platform:cloud: aws
  kubernetes-platform:gitops:
    repository: https://github.com/example/kubernetes-platform
    credentials: { password: { secure: v1:xyz= } }
`;

describe("the configuration that lifts the protection", () => {
  it.each([
    ["without the key", file],
    ["with the key", `${file}  kubernetes-platform:protect: true\n`],
  ])("is the stack's own %s, with protect: false", (_, given) => {
    const before = parse(file) as { config: object };
    expect(parse(withoutProtection(given, "kubernetes-platform"))).toEqual({
      ...before,
      config: { ...before.config, "kubernetes-platform:protect": "false" },
    });
  });
});

it("is refused with what is protected and what to do", () => {
  expect(new ProtectedError("prod", ["aws:ec2/vpc:Vpc platform-prod", "eks:index:Cluster platform-prod"]).message).toBe(
    `the stack prod is protected, and nothing of it has been deleted. Protected are:
  aws:ec2/vpc:Vpc platform-prod
  eks:index:Cluster platform-prod
To lift that and delete them, add --unprotect.`,
  );
});

describe("the proxy to the API server", () => {
  const server = "https://0123.gr7.eu-west-1.eks.amazonaws.com";
  const proxy = "http://proxy.example.com:3128";
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: proxy }, proxy],
    [{ https_proxy: proxy, no_proxy: "localhost,127.0.0.1" }, proxy],
    [{ HTTPS_PROXY: proxy, NO_PROXY: "example.com, .eks.amazonaws.com" }, undefined],
    [{ HTTPS_PROXY: proxy, NO_PROXY: "*" }, undefined],
    [{ HTTPS_PROXY: proxy, NO_PROXY: "" }, proxy],
  ])("with %j is %s", (environment, expected) => {
    expect(proxyFromEnvironment(server, environment)).toBe(expected);
  });
});
