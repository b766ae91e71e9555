/** The program's own values for Argo CD: Argo CD takes every one of them. */
import { describe, expect, it } from "vitest";
import { argocdValues } from "../../../components/argocd/values";
import { renderConfiguration } from "../../../simulator/argocd/render";
import { devConfig, prodConfig } from "../platform/fixture";

describe.each([
  ["dev", devConfig()],
  ["prod", prodConfig()],
])("the values of %s", (_, config) => {
  const objects = renderConfiguration({ name: "argocd", namespace: "argocd", values: argocdValues(config) });
  const data = (name: string) => objects.find(({ metadata }) => metadata.name === name)?.data ?? {};

  it("hold settings that Argo CD knows, as text", () => {
    expect(data("argocd-cm")["timeout.reconciliation"]).toBe("120s");
    expect(data("argocd-cm")["url"]).toBe(config.domain ? `https://argocd.${config.domain}` : undefined);
    expect(data("argocd-cmd-params-cm")["server.insecure"]).toBe("true");
  });

  it("leave every Secret to the program", () => {
    expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([]);
  });
});
