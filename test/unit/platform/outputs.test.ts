import { isSecret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { valueOf } from "../clouds/record";
import { devConfig, fullTraits, install, localTraits, plainTraits, prodConfig } from "./fixture";

describe("a stack's outputs", () => {
  it("name the cluster, and keep its kubeconfig secret", async () => {
    const { outputs } = (await install(prodConfig(), fullTraits)).result;
    expect(outputs).toMatchObject({ cloud: "aws", environment: "prod", region: "eu-west-1" });
    expect(await valueOf(outputs.clusterId)).toBe("arn:example:platform-test");
    expect(await isSecret(outputs.kubeconfig)).toBe(true);
    expect(await valueOf(outputs.backupLocation)).toBe("s3://backups-1");
    expect(outputs.storageClasses.filter((item) => item.default)).toEqual([
      { name: "standard", provisioner: "disk.csi.example.com", default: true },
    ]);
  });

  it.each([
    ["the one that the cloud gave", fullTraits, "lb-1.example.net"],
    ["what Traefik's Service got", plainTraits, "203.0.113.7"],
    ["that of the cluster's own controller", localTraits, "192.168.1.10"],
    [
      "none, where there is no load balancer",
      { ...plainTraits, ingress: { ...plainTraits.ingress, service: { type: "ClusterIP" as const, annotations: {} } } },
      "",
    ],
  ])("have as address %s", async (_, traits, address) => {
    const { outputs } = (await install(devConfig(), traits)).result;
    expect(await valueOf(outputs.loadBalancer)).toEqual({ kind: traits.ingress.kind, address });
  });

  it("say how to reach the pages, with a domain and without", async () => {
    const withDomain = (await install(prodConfig(), fullTraits)).result.outputs;
    expect(withDomain.argocd.url).toBe("https://argocd.example.com");
    expect(withDomain.grafana.url).toBe("https://grafana.example.com");
    const without = (await install(devConfig(), plainTraits)).result.outputs;
    expect(without.argocd).toEqual({
      url: "http://localhost:8080",
      username: "admin",
      passwordCommand:
        "kubectl -n argocd get secret argocd-initial-admin-secret -o jsonpath='{.data.password}' | base64 -d",
      openCommand: "kubectl -n argocd port-forward service/argocd-server 8080:80",
    });
    expect(without.nextCommands).toContain(without.argocd.openCommand);
    expect(without.backupLocation).toBe("");
  });
});
