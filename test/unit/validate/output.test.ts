import { describe, expect, it } from "vitest";
import { fill, unknown } from "../../../cli/validate/applications/template";
import { asAnnotations, asTable } from "../../../cli/validate/output";
import { quantityValue, showQuantity } from "../../../cli/validate/quantity";
import type { Validation } from "../../../cli/validate/validate";

const found: Validation = {
  findings: [
    {
      rule: "image",
      file: "apps/web.yaml",
      line: 17,
      object: "Deployment web/web",
      field: "spec.template.spec.containers[0].image",
      problem: "100% wrong",
      advice: "write another",
    },
  ],
  notes: ["charts/one is a Helm chart: it is not rendered"],
  objects: 3,
  builds: 2,
  clusters: 1,
};

describe("findings", () => {
  it("as annotations: the path from the repository's root, what GitHub reads as its own escaped", () => {
    expect(asAnnotations(found, "gitops")).toBe(
      "::error file=gitops/apps/web.yaml,line=17,title=image::" +
        "Deployment web/web spec.template.spec.containers[0].image: 100%25 wrong. To do: write another\n" +
        "::notice::charts/one is a Helm chart: it is not rendered\n",
    );
    expect(asAnnotations(found, ".")).toContain("::error file=apps/web.yaml,");
  });

  it("as a table, with what was looked at and what was not", () => {
    const table = asTable(found, 160);
    for (const text of ["apps/web.yaml:17", "image", "100% wrong", "→ write another", "note: charts/one"]) {
      expect(table).toContain(text);
    }
    expect(table).toMatch(/1 finding in 3 objects of 2 folders, 1 cluster as a whole\n$/);
    expect(asTable({ ...found, findings: [] }, 160)).toContain("no findings in 3 objects");
  });
});

describe("templates of an ApplicationSet", () => {
  const known = {
    path: { path: "apps/web", basename: "web", segments: ["apps", "web"] },
    metadata: { annotations: { "platform/folder": "." } },
  };
  it.each([
    ["{{ .path.basename }}", "web"],
    ["{{path}}/{{path.basename}}", "apps/web/web"],
    ["{{path[1]}}", "web"],
    ["{{ index .path.segments 0 }}", "apps"],
    ['{{ printf "%s/apps/*" (index .metadata.annotations "platform/folder") | trimPrefix "./" }}', "apps/*"],
    ['{{ index .metadata.annotations "platform/revision" }}', unknown],
    ["x-{{ .name | upper }}", `x-${unknown}`],
  ])("%s", (template, filled) => {
    expect(fill({ [template]: [template] }, known)).toEqual({ [filled]: [filled] });
  });
});

it.each([
  ["500m", 0.5, "requests.cpu", "0.5"],
  ["64Mi", 67_108_864, "requests.memory", "0.06Gi"],
  ["1.5Gi", 1_610_612_736, "requests.memory", "1.5Gi"],
  ["1e3", 1000, "pods", "1000"],
  [2, 2, "requests.cpu", "2"],
  ["much", 0, "requests.cpu", "0"],
])("quantity %s is %d", (text, value, resource, shown) => {
  expect(quantityValue(text)).toBe(value);
  expect(showQuantity(resource, value)).toBe(shown);
});
