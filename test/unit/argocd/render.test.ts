/** What a release's values become, held against Helm's own renderings of the chart (simulator/argocd/chart/derive.ts). */
import { describe, expect, it } from "vitest";
import { renderConfiguration, type ConfigurationObject } from "../../../simulator/argocd/render";
import rendered from "./rendered.json";

const render = (values: unknown) => renderConfiguration({ name: "argocd", namespace: "argocd", values });
const byName = (objects: ConfigurationObject[]) =>
  Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));

describe("renderConfiguration", () => {
  it.each(Object.entries(rendered))("renders what Helm renders: %s", (_, { values, objects }) => {
    // Helm writes an empty map where a Secret has no items.
    const expected = objects.map(
      (object) => JSON.parse(JSON.stringify({ ...object, stringData: undefined })) as ConfigurationObject,
    );
    expect(byName(render(values))).toEqual(byName(expected));
  });

  it("names objects after another release as the chart does", () => {
    const [parameters] = renderConfiguration({ name: "argo-cd", namespace: "gitops", values: {} }).filter(
      ({ metadata }) => metadata.name === "argocd-cmd-params-cm",
    );
    expect(parameters?.metadata.namespace).toBe("gitops");
    expect(parameters?.data?.["repo.server"]).toBe("argo-cd-argocd-repo-server:8081");
  });

  it.each([
    [
      { configs: { params: { "controller.status.procesors": 50 } } },
      `configs.params["controller.status.procesors"]: no program of Argo CD v3.4.4 reads it`,
    ],
    [
      { configs: { cm: { accounts: { alice: true } } } },
      "values of the chart argo-cd, configs.cm:\n✖ Invalid input\n  → at accounts",
    ],
    [
      { configs: { secret: { githubSecret: "hush" } } },
      "configs.secret: a secret in Helm values is readable in the release's history; use a Secret",
    ],
    [
      { dex: { enabled: "no" } },
      "values of the chart argo-cd:\n✖ Invalid input: expected boolean, received string\n  → at dex.enabled",
    ],
  ])("refuses %j", (values, message) => {
    expect(() => render(values)).toThrow(message);
  });
});
