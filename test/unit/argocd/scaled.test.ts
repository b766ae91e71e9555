import { expect, it } from "vitest";
import { isOf } from "../../../simulator/argocd/scaled";

it.each([
  ["argocd-application-controller-1", "argocd-application-controller", true],
  ["argocd-server", "argocd-server", true],
  ["argocd-server", "argocd-repo-server", false],
  ["argocd-applicationset-controller", "argocd-application", false],
  ["redis", "argocd-redis", false],
])("the program %s belongs to %s: %s", (program, workload, expected) => {
  expect(isOf(program, workload)).toBe(expected);
});
