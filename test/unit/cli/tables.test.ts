import { afterEach, expect, it, vi } from "vitest";
import { emptyReport } from "../../../cli/rehearse/report";
import { printReport } from "../../../cli/rehearse/tables";

afterEach(() => vi.restoreAllMocks());

it("names the module of resources whose names are the same, and of no others", () => {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const byType = {
    "gcp:storage/bucketIAMMember:BucketIAMMember": 1,
    "gcp:projects/iAMMember:IAMMember": 3,
    "gcp:serviceaccount/iAMMember:IAMMember": 2,
    "azure-native:keyvault:Key": 1,
    "kubernetes:core/v1:Secret": 2,
  };
  printReport({ ...emptyReport("dev", "gcp"), resources: { total: 9, byType } });
  const shown = text.replace(/\s+│\s+│\s+/g, " ");
  expect(shown).toContain("BucketIAMMember, projects/IAMMember ×3, serviceaccount/IAMMember ×2");
  expect(shown).toMatch(/azure-native\s+│ Key /);
  expect(shown).toMatch(/kubernetes\s+│ Secret ×2 /);
});

it("says that a paused stack had nothing to sync", () => {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  printReport(emptyReport("dev", "gcp"));
  expect(text).not.toContain("paused");
  printReport({ ...emptyReport("dev", "gcp"), outputs: { bootstrap: "paused" } });
  expect(text).toContain("dev is paused: there was nothing to sync.");
});

it("tells what a rehearsal that stays is reached with", () => {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const access = {
    kubeconfig: "/state/kubeconfig",
    gitops: "http://127.0.0.1:1/repository.git",
    traffic: "http://127.0.0.1:3",
    argocd: "http://127.0.0.1:2",
    shell: "/state/shell.sh",
  };
  printReport({ ...emptyReport("dev-aws", "aws"), access });
  for (const way of Object.values(access)) expect(text).toContain(way);
  expect(text).toContain("npm run platform -- stop dev-aws");
});
