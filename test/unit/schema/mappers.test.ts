import { describe, expect, it } from "vitest";
import { constraints, type Model } from "../../../simulator/schema/constraints/mappers";
import type { ObjectShape } from "../../../simulator/schema/model";

const text = (constraints: object) => ({ type: { name: "String" }, constraints });

/** As `@azure/arm-*` writes it. */
const model: Model = {
  name: "arm-things 1.0.0",
  mappers: {
    Thing: {
      type: {
        name: "Composite",
        className: "Thing",
        modelProperties: {
          sizeGB: { ...text({}), type: { name: "Number" }, constraints: { InclusiveMinimum: 1, InclusiveMaximum: 9 } },
          prefix: { ...text({ Pattern: /^[a-z]+$/, MaxLength: 5 }), serializedName: "properties.dnsPrefix" },
          parts: {
            type: { name: "Sequence", element: { type: { name: "Composite", className: "Part" } } },
            constraints: { MaxItems: 2 },
          },
          kind: { type: { name: "Enum", allowedValues: ["a", "b"] } },
        },
      },
    },
    Part: { type: { name: "Composite", className: "Part", modelProperties: { label: text({ MinLength: 1 }) } } },
  },
  parameters: { thingName: { mapper: text({ MaxLength: 63 }) } },
};

const inputs: ObjectShape = {
  sizeGb: { shape: { type: "number" } },
  dnsPrefix: { shape: { type: "string" } },
  parts: { shape: { type: "array", items: { type: "object", name: "things.PartArgs" } } },
  kind: { shape: { type: "string" } },
  name: { shape: { type: "string" } },
  other: { shape: { type: "string" } },
};

describe("bounds in Azure's models", () => {
  it("are found by the names in the request and in its path, whatever their case", () => {
    const mapping = { package: "arm-things", body: "Thing", parameters: { name: "thingName" } };
    const objects = { "things.PartArgs": { label: { shape: { type: "string" as const } } } };
    expect(constraints(inputs, objects, model, mapping)).toEqual({
      own: {
        sizeGb: { source: "arm-things 1.0.0 Thing.sizeGb", min: 1, max: 9 },
        dnsPrefix: { source: "arm-things 1.0.0 Thing.dnsPrefix", pattern: "^[a-z]+$", maxLength: 5 },
        parts: { source: "arm-things 1.0.0 Thing.parts", maxLength: 2 },
        kind: { source: "arm-things 1.0.0 Thing.kind", values: ["a", "b"] },
        name: { source: "arm-things 1.0.0 parameter name", maxLength: 63 },
      },
      objects: { "things.PartArgs": { label: { source: "arm-things 1.0.0 Part.label", minLength: 1 } } },
    });
  });
});
