import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSetting, UsageError, type RehearseOptions } from "../../../cli/rehearse/options";
import { readStack, stackName } from "../../../cli/rehearse/stackFile";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "stack-"));
  writeFileSync(
    join(root, "Pulumi.prod.yaml"),
    `
config:
  p:cloud: aws
  p:region: eu-west-1
  gcp:project: example-prod
  gcp:credentials: { secure: AAAC }
  p:nodes: { min: 3, zones: [eu-west-1a], instanceType: m7i.xlarge }
  p:gitops: { repository: "https://example.com/r", credentials: { password: { secure: AAAB } } }
`,
  );
});
afterAll(() => rmSync(root, { recursive: true }));

const options = (more: Partial<RehearseOptions> = {}): RehearseOptions => ({
  stack: "prod",
  set: [],
  faults: [],
  keep: false,
  ...more,
});

describe("readStack", () => {
  it("takes the stack's values, with made-up secrets in place of those it can't read", () => {
    const { values, secrets } = readStack(root, "p", options());
    expect(values["nodes"]).toEqual({ min: 3, zones: ["eu-west-1a"], instanceType: "m7i.xlarge" });
    expect(values["gitops"]).toEqual({
      repository: "https://example.com/r",
      credentials: { password: "example-token" },
    });
    expect(secrets).toEqual([["gitops", "credentials", "password"]]);
  });

  it("leaves providers' own settings to them, without their credentials", () => {
    const { values, secrets, others } = readStack(root, "p", options());
    expect(others).toEqual({ "gcp:project": "example-prod" });
    expect(Object.keys(values)).toEqual(["cloud", "region", "nodes", "gitops"]);
    expect(secrets).toHaveLength(1);
  });

  it("drops what only the stack's own cloud understands when it is rehearsed on another", () => {
    const { values } = readStack(root, "p", options({ cloud: "gcp" }));
    expect(values).toMatchObject({ cloud: "gcp", region: "europe-west1", nodes: { min: 3 } });
    expect(values["nodes"]).toEqual({ min: 3 });
  });

  it("keeps everything when the cloud is the stack's own", () => {
    expect(readStack(root, "p", options({ cloud: "aws" })).values["region"]).toBe("eu-west-1");
  });

  it("lays settings over it, deep ones too, without touching their neighbours", () => {
    const set = ["nodes.min=5", "network.cidr=10.9.0.0/16", 'tags={"team":"a"}'].map(parseSetting);
    expect(readStack(root, "p", options({ set })).values).toMatchObject({
      nodes: { min: 5, instanceType: "m7i.xlarge" },
      network: { cidr: "10.9.0.0/16" },
      tags: { team: "a" },
    });
  });

  it("names the stacks there are where there is no such one", () => {
    expect(() => readStack(root, "p", options({ stack: "qa" }))).toThrow(
      new UsageError("--stack qa: there is no Pulumi.qa.yaml; there are prod"),
    );
  });
});

describe("parseSetting", () => {
  it.each([
    ["region=eu-central-1", ["region"], "eu-central-1"],
    ["nodes.min=3", ["nodes", "min"], 3],
    ["access.private=true", ["access", "private"], true],
    ["domain=a=b", ["domain"], "a=b"],
  ])("reads %s", (text, path, value) => {
    expect(parseSetting(text)).toEqual({ path, value });
  });

  it.each(["region", "=x", ".a=1", "a.=1"])("refuses %s", (text) => {
    expect(() => parseSetting(text)).toThrow(
      new UsageError(`--set ${text}: not of the form key=value, such as nodes.min=3 or region=eu-central-1`),
    );
  });
});

it("calls a stack on another cloud by both names", () => {
  expect(stackName(options())).toBe("prod");
  expect(stackName(options({ cloud: "aws" }))).toBe("prod-aws");
});
