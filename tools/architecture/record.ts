/** Runs the program against Pulumi's mocks and keeps which resources it registers, and in which component. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { parse } from "yaml";
import program from "../../index";

export interface Registered {
  /** `aws:ec2/vpc:Vpc` */
  type: string;
  name: string;
  /** Type of the component that it belongs to; empty at the top. */
  parent: string;
  inputs: Record<string, unknown>;
}

type Properties = Record<string, unknown>;

/**
 * Everything that the program registers for a stack of this repository, in the order of its names.
 *
 * @param root the repository.
 * @param stack one whose `Pulumi.<stack>.yaml` holds no secrets.
 */
export async function recordStack(root: string, stack: string): Promise<Registered[]> {
  const inputsOf = new Map<string, Properties>();
  const { name: project } = read(join(root, "Pulumi.yaml")) as { name: string };
  const { config } = read(join(root, `Pulumi.${stack}.yaml`)) as { config: Properties };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        inputsOf.set(`${type}::${name}`, inputs as Properties);
        return { id: `${name}-id`, state: { ...(inputs as Properties), ...answered(type, name) } };
      },
      call: ({ token, inputs }) => ({ ...(inputs as Properties), ...told(token) }),
    },
    project,
    stack,
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  );
  await program();
  await pulumi.runtime.disconnect();
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  return [...monitor.getRegisteredResources().keys()].sort().map((urn) => {
    const [, , types = "", name = ""] = urn.split("::");
    const [type = "", parent = ""] = types.split("$").reverse();
    return { type, name, parent, inputs: inputsOf.get(`${type}::${name}`) ?? {} };
  });
}

function read(file: string): unknown {
  return parse(readFileSync(file, "utf8"));
}

/** What the program reads of a resource's outputs: only its form matters here. */
function answered(type: string, name: string): Properties {
  switch (type) {
    case "eks:index:Cluster":
      return {
        kubeconfigJson: "{}",
        eksCluster: { name, arn: name, endpoint: "", certificateAuthority: {}, vpcConfig: {} },
      };
    case "aws:acm/certificate:Certificate":
      return { domainValidationOptions: [{ resourceRecordName: "", resourceRecordType: "", resourceRecordValue: "" }] };
    default:
      return { arn: name };
  }
}

/** What the cloud is asked for. */
function told(token: string): Properties {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: "123456789012", arn: "arn:aws:iam::123456789012:role/ci" };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:route53/getZone:getZone":
      return { zoneId: "Z0123" };
    case "aws:eks/getAddonVersion:getAddonVersion":
      return { version: "v1" };
    case "aws:eks/getClusters:getClusters":
      return { names: [] };
    default:
      return {};
  }
}
