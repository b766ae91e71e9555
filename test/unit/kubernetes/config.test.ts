import { describe, expect, it } from "vitest";
import { checkConfig, diffConfig, kubeConfigOf, settings } from "../../../simulator/kubernetes/config";
import { unknown, type Properties } from "../../../simulator/provider";

const kubeconfig = (server: string, token = "t", namespace?: string): string =>
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u", namespace } }],
    "current-context": "x",
    users: [{ name: "u", user: { token } }],
  });
const one = kubeconfig("https://one.example.com");
const two = kubeconfig("https://two.example.com");

describe("a changed provider", () => {
  it.each<[string, Properties, Properties, string[]]>([
    ["another cluster", { kubeconfig: one }, { kubeconfig: two }, ["kubeconfig"]],
    [
      "the same cluster, other credentials",
      { kubeconfig: one },
      { kubeconfig: kubeconfig("https://one.example.com", "new") },
      [],
    ],
    [
      "another address of the same identifier",
      { kubeconfig: one, clusterIdentifier: "a" },
      { kubeconfig: two, clusterIdentifier: "a" },
      [],
    ],
    [
      "a kubeconfig not known yet, of the same identifier",
      { kubeconfig: one, clusterIdentifier: "a" },
      { kubeconfig: unknown, clusterIdentifier: "a" },
      [],
    ],
    ["a kubeconfig not known yet", { kubeconfig: one }, { kubeconfig: unknown }, ["kubeconfig"]],
    [
      "another identifier",
      { kubeconfig: one, clusterIdentifier: "a" },
      { kubeconfig: one, clusterIdentifier: "b" },
      ["clusterIdentifier"],
    ],
    ["a first identifier", { kubeconfig: one }, { kubeconfig: one, clusterIdentifier: "a" }, []],
  ])("%s", (_, olds, news, replaces) => expect(diffConfig(olds, news).replaces).toEqual(replaces));

  it("that replaces nothing still shows what has changed", () => {
    const olds = { kubeconfig: one, clusterIdentifier: "a" };
    expect(diffConfig(olds, { ...olds, kubeconfig: two }).updates).toEqual(["kubeconfig"]);
    expect(diffConfig(olds, olds).updates).toEqual([]);
  });
});

describe("the provider's arguments", () => {
  it("are the real provider's, without what no rehearsal can stand for", () => {
    const news = {
      kubeconfig: one,
      enableServerSideApply: "false",
      renderYamlToDirectory: "out",
      clusterIdentifer: "a",
    };
    expect(checkConfig(news).failures.map(({ property }) => property)).toEqual([
      "renderYamlToDirectory",
      "clusterIdentifer",
      "enableServerSideApply",
    ]);
    expect(checkConfig({ kubeconfig: one, enableServerSideApply: "true" }).failures).toEqual([]);
  });

  it("come as text, and default to the kubeconfig's namespace", () => {
    const config = { kubeconfig: kubeconfig("https://a.example.com", "t", "team"), enableConfigMapMutable: "true" };
    expect(settings(config, kubeConfigOf(config))).toMatchObject({
      namespace: "team",
      configMapsMutable: true,
      secretsMutable: false,
      upsert: false,
    });
    expect(settings({ ...config, namespace: "own" }, kubeConfigOf(config)).namespace).toBe("own");
  });

  it("lead through the proxy, but not to this machine", () => {
    const through = (server: string) =>
      kubeConfigOf({ kubeconfig: kubeconfig(server) }, "http://127.0.0.1:1").getCurrentCluster()?.proxyUrl;
    expect(through("https://a.gr7.eu-west-1.eks.amazonaws.com")).toBe("http://127.0.0.1:1");
    expect(through("https://127.0.0.1:6443")).toBeUndefined();
  });

  it("never fall back to the ambient kubeconfig", () => {
    expect(() => kubeConfigOf({})).toThrow("the provider has no kubeconfig");
  });
});
