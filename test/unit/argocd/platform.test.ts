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

  it("know the public Git hosts, and those that the configuration names", () => {
    expect(data("argocd-ssh-known-hosts-cm")["ssh_known_hosts"]).toMatch(/^github\.com ssh-ed25519 /m);
    const knownHosts = ["git.example.com ssh-ed25519 AAAA", "git.example.com ssh-rsa BBBB"];
    const gitops = { ...config.gitops, credentials: { knownHosts } };
    const values = argocdValues({ ...config, gitops });
    const hosts = renderConfiguration({ name: "argocd", namespace: "argocd", values })
      .find(({ metadata }) => metadata.name === "argocd-ssh-known-hosts-cm")
      ?.data?.["ssh_known_hosts"]?.split("\n");
    expect(hosts?.slice(-3)).toEqual([...knownHosts, ""]);
    expect(hosts?.some((line) => line.startsWith("github.com "))).toBe(true);
  });

  it("leave every Secret to the program", () => {
    expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([]);
  });
});
