import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  accessEntryInputs,
  accessPolicyInputs,
  clusterInputs,
  enumerations,
  nestedInputs,
} from "../../simulator/eks/inputs";

interface PackageSchema {
  resources: Record<string, { inputProperties: Record<string, unknown> }>;
  types: Record<string, { properties?: Record<string, unknown>; enum?: { value: string }[] }>;
}

const file = "../shared/schemas/pulumi-eks.json";
const present = existsSync(file);

describe.skipIf(!present)(`inputs of eks:index:Cluster${present ? "" : ` (skipped: no ${file})`}`, () => {
  const schema = present ? (JSON.parse(readFileSync(file, "utf8")) as PackageSchema) : { resources: {}, types: {} };
  const properties = (type: string) => Object.keys(schema.types[`eks:index:${type}`]?.properties ?? {}).sort();

  it("are those of the component's schema", () => {
    const inputs = schema.resources["eks:index:Cluster"]?.inputProperties ?? {};
    expect(Object.keys(clusterInputs).sort()).toEqual(Object.keys(inputs).sort());
  });

  it.each([
    ["CoreDnsAddonOptions", nestedInputs.corednsAddonOptions],
    ["KubeProxyAddonOptions", nestedInputs.kubeProxyAddonOptions],
    ["KubeconfigOptions", nestedInputs.providerCredentialOpts],
    ["VpcCniOptions", nestedInputs.vpcCniOptions],
    ["AccessEntry", accessEntryInputs],
    ["AccessPolicyAssociation", accessPolicyInputs],
  ])("have the properties of %s", (type, known) => {
    expect([...(known ?? [])].sort()).toEqual(properties(type));
  });

  it.each(Object.entries(enumerations))("know the values of %s", (type, values) => {
    expect(schema.types[`eks:index:${type}`]?.enum?.map(({ value }) => value).sort()).toEqual([...values].sort());
  });
});
