/** The data files against each other and against the installed SDKs: a few types here, all of them in test/contract. */
import { describe, expect, it } from "vitest";
import { book } from "../../../simulator/schema/data";
import { readDeclarations } from "../../../simulator/schema/derive/declarations";
import { providers } from "../../../simulator/schema/derive/tokens";
import type { Constraint, Declarations, ObjectShape, Shape } from "../../../simulator/schema/model";

describe("what is derived from the SDKs", () => {
  const sample: Record<string, { resources: string[]; functions: string[] }> = {
    aws: {
      resources: ["aws:ec2/vpc:Vpc", "aws:eks/nodeGroup:NodeGroup", "aws:iam/rolePolicy:RolePolicy"],
      functions: [
        "aws:index/getAvailabilityZones:getAvailabilityZones",
        "aws:index/getCallerIdentity:getCallerIdentity",
      ],
    },
    "azure-native": {
      resources: ["azure-native:containerservice:AgentPool", "azure-native:network:PublicIPAddress"],
      functions: ["azure-native:authorization:getClientConfig"],
    },
    gcp: {
      resources: ["gcp:container/nodePool:NodePool", "gcp:projects/iAMCustomRole:IAMCustomRole"],
      functions: ["gcp:organizations/getProject:getProject"],
    },
    random: { resources: ["random:index/randomPassword:RandomPassword"], functions: [] },
  };

  it.each(Object.keys(providers))("%s is fresh (otherwise: npm run schemas)", (name) => {
    const committed = book[name]?.declarations;
    const provider = providers[name];
    if (!committed || !provider) throw new Error(`no data of ${name}`);
    expect(Object.keys(committed.resources).sort()).toEqual([...provider.resources].sort());
    expect(Object.keys(committed.functions).sort()).toEqual([...provider.functions].sort());
    const now = readDeclarations({ ...provider, ...sample[name] });
    expect(committed.sdk).toEqual(now.sdk);
    expect(committed).toMatchObject(now);
  });

  it("tells enumerations, references, documents and secrets apart", () => {
    const { resources, objects } = book["aws"]?.declarations as Declarations;
    expect(resources["aws:iam/rolePolicyAttachment:RolePolicyAttachment"]?.["role"]).toEqual({
      shape: { type: "union", members: [{ type: "string" }, { type: "resource" }] },
      required: true,
    });
    expect(objects["iam.PolicyStatement"]?.["Effect"]).toEqual({
      shape: { type: "enum", values: ["Allow", "Deny"] },
      required: true,
    });
    expect(resources["aws:acm/certificate:Certificate"]?.["privateKey"]).toEqual({
      shape: { type: "string" },
      secret: true,
    });
    expect(resources["aws:s3/bucket:Bucket"]?.["acl"]?.deprecated).toBe(true);
  });

  it("refuses a token that the SDK does not have", () => {
    const gone = { sdk: "@pulumi/random", resources: ["random:index/randomPet:RandomPeet"], functions: [] };
    expect(() => readDeclarations(gone)).toThrow(/no interface RandomPeetArgs in randomPet\.d\.ts/);
  });
});

describe.each(Object.entries(book))("the rules of %s", (_, { declarations, rules }) => {
  it("are there for every type, each with its source", () => {
    expect(Object.keys(rules.resources).sort()).toEqual(Object.keys(declarations.resources).sort());
    for (const { source } of Object.values(rules.resources)) {
      expect(source.path).toMatch(/\.go$/);
      expect(source.revision).toMatch(/^[0-9a-f]{40}$|^the newest that is stored: /);
    }
  });

  it.each(Object.entries(rules.resources))("%s: speak of properties that exist, once", (type, rule) => {
    const find = (path: string) => shapeAt(declarations, declarations.resources[type] ?? {}, path.split("."));
    const { replaces, updates, replacesWhen = {}, sets = [], computed = [], json = [], autoNamed } = rule;
    const decided = [...replaces, ...updates];
    expect(new Set(decided).size).toBe(decided.length);
    for (const path of [...decided, ...Object.keys(replacesWhen), ...computed, ...json]) {
      expect(find(path), path).toBeTruthy();
    }
    for (const path of sets) expect(find(path)?.type, path).toBe("array");
    if (autoNamed) expect(replaces).toContain(autoNamed);
  });
});

describe.each(Object.entries(book))("the constraints of %s", (_, { declarations, constraints }) => {
  const all = { ...constraints?.resources, ...constraints?.objects, "the provider": constraints?.config ?? {} };

  it.each(Object.entries(all))(
    "%s: are of properties that exist, with source, and can be held against values",
    (name, bounds) => {
      const shape =
        name === "the provider" ? declarations.config : (declarations.resources[name] ?? declarations.objects[name]);
      for (const [property, bound] of Object.entries(bounds)) {
        expect(Object.keys(shape ?? {})).toContain(property);
        sound(bound);
      }
    },
  );

  function sound(bound: Constraint): void {
    expect(bound.source).not.toBe("");
    expect(Object.keys(bound).length).toBeGreaterThan(1);
    if (bound.pattern) expect(() => new RegExp(bound.pattern ?? "", "u")).not.toThrow();
    for (const inner of [bound.keys, bound.items]) if (inner) sound(inner);
  }
});

function shapeAt({ objects }: Declarations, shape: ObjectShape, [first = "", ...rest]: string[]): Shape | undefined {
  const found = shape[first]?.shape;
  if (!found || rest.length === 0) return found;
  return nested(found)
    .map((name) => shapeAt({ objects } as Declarations, objects[name] ?? {}, rest))
    .find((each) => each !== undefined);
}

/** Names of the objects that a value of this shape is made of. */
function nested(shape: Shape): string[] {
  if (shape.type === "object") return [shape.name];
  if (shape.type === "array") return nested(shape.items);
  return shape.type === "union" ? shape.members.flatMap(nested) : [];
}
