import { describe, expect, it } from "vitest";
import { groupResource, imagesData, modifiersText } from "../../../../../cli/migrate/plan/maps";
import { claim, deployment, mounting, object, plan, workload } from "./fixture";

const zone = "topology.kubernetes.io/zone";

function rules(made: ReturnType<typeof plan>): Record<string, unknown> {
  return Object.fromEntries(
    made.maps.modifiers.map(({ conditions, mergePatches }) => [
      `${conditions.groupResource} ${conditions.namespaces?.join() ?? ""} ${conditions.resourceNameRegex}`,
      JSON.parse(mergePatches?.[0]?.patchData ?? "{}") as unknown,
    ]),
  );
}

describe("what the restore changes", () => {
  it("changes a Deployment, its ReplicaSets and its pods alike, or the pods would be made anew", () => {
    const made = plan([deployment("shop/web", { nodeSelector: { [zone]: "eu-central-1b" } })]);
    const pod = { nodeSelector: { [zone]: "europe-west3-b" } };
    const template = { spec: { template: { spec: pod } } };
    expect(rules(made)).toEqual({
      "deployments.apps shop ^web$": template,
      "replicasets.apps shop ^web-[a-z0-9]+$": template,
      "pods shop ^web-[a-z0-9]+-[a-z0-9]{5}$": { spec: pod },
    });
  });

  it("finds the pods of a StatefulSet by their numbers", () => {
    const made = plan([workload("StatefulSet", "shop/db", { nodeSelector: { [zone]: "eu-central-1a" } })]);
    const regex = made.maps.modifiers.find(({ conditions }) => conditions.groupResource === "pods")?.conditions
      .resourceNameRegex;
    expect(["db-0", "db-12", "db-backup-0", "dbx-0"].filter((name) => new RegExp(regex ?? "").test(name))).toEqual([
      "db-0",
      "db-12",
    ]);
  });

  it("puts the changes of one object into one rule", () => {
    const service = object("v1", "Service", "shop/web", {
      metadata: {
        annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" },
        finalizers: ["service.k8s.aws/resources", "example.com/mine"],
      },
      spec: { type: "LoadBalancer", loadBalancerIP: "203.0.113.7" },
    });
    expect(rules(plan([service]))).toEqual({
      "services shop ^web$": {
        metadata: {
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": null },
          finalizers: ["example.com/mine"],
        },
        spec: { loadBalancerIP: null },
      },
    });
  });

  it("keeps what an affinity says beside zones, and what it only prefers", () => {
    const term = (key: string, values: string[]) => ({ matchExpressions: [{ key, operator: "In", values }] });
    const made = plan([
      deployment("shop/web", {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    ...term("failure-domain.beta.kubernetes.io/zone", ["eu-central-1a", "eu-central-1c"])
                      .matchExpressions,
                    ...term("kubernetes.io/os", ["linux"]).matchExpressions,
                  ],
                },
              ],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: term("eks.amazonaws.com/capacityType", ["SPOT"]) },
            ],
          },
        },
      }),
    ]);
    expect(rules(made)["pods shop ^web-[a-z0-9]+-[a-z0-9]{5}$"]).toEqual({
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    ...term(zone, ["europe-west3-a", "europe-west3-c"]).matchExpressions,
                    ...term("kubernetes.io/os", ["linux"]).matchExpressions,
                  ],
                },
              ],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: term("platform/pool", ["spot"]) },
            ],
          },
        },
      },
    });
  });

  it("asks for nothing where one of several terms asks for nothing any more", () => {
    const made = plan([
      deployment("shop/web", {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: "eks.amazonaws.com/nodegroup", operator: "In", values: ["a"] }] },
                { matchExpressions: [{ key: zone, operator: "In", values: ["eu-central-1a"] }] },
              ],
            },
          },
        },
      }),
    ]);
    expect(rules(made)["deployments.apps shop ^web$"]).toMatchObject({
      spec: {
        template: { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } } },
      },
    });
  });

  it("leaves what means the same on every cloud as it is", () => {
    const made = plan([
      deployment("shop/web", { nodeSelector: { "kubernetes.io/os": "linux" } }),
      object("v1", "Service", "shop/web", { spec: { type: "LoadBalancer" } }),
    ]);
    expect(made.maps.modifiers).toEqual([]);
  });

  it("maps classes by what they are, not by their names", () => {
    const mapped = (from: "aws" | "azure" | "gcp", to: "aws" | "azure" | "gcp") =>
      plan([], { from, to }).maps.storageClasses;
    expect(mapped("aws", "gcp")).toEqual({ standard: "standard-rwo", gp3: "standard-rwo", gp2: "standard-rwo" });
    expect(mapped("gcp", "aws")).toEqual({ "standard-rwo": "standard", "premium-rwo": "premium" });
    expect(mapped("azure", "aws")).toEqual({ default: "standard", "managed-premium": "premium" });
    expect(mapped("aws", "azure")).toEqual({ gp3: "standard", gp2: "standard" });
  });

  it("replaces images' beginnings as the request says, and names them as Velero wants it", () => {
    const images = { "111122223333.dkr.ecr.eu-central-1.amazonaws.com/": "europe-west3-docker.pkg.dev/example/shop/" };
    const made = plan(
      [
        deployment("shop/web", {
          containers: [{ name: "main", image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/web:1.0.0" }],
        }),
      ],
      { request: { images } },
    );
    expect(made.findings.filter(({ code }) => code === "image-registry")).toMatchObject([
      {
        severity: "adapted",
        then: expect.stringContaining("→ europe-west3-docker.pkg.dev/example/shop/web:1.0.0") as string,
      },
    ]);
    expect(imagesData(made.maps.images)).toEqual({
      "image-1": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/,europe-west3-docker.pkg.dev/example/shop/",
    });
  });

  it("tells what Git has to say, too", () => {
    const annotations = { "argocd.argoproj.io/tracking-id": "web:networking.k8s.io/Ingress:shop/web" };
    const made = plan([
      object("networking.k8s.io/v1", "Ingress", "shop/web", {
        metadata: { annotations },
        spec: { ingressClassName: "alb" },
      }),
    ]);
    expect(made.findings.find(({ code }) => code === "ingress-class")?.then).toBe(
      "alb → traefik; write it so in Git too, which has the last word",
    );
  });

  it("leaves out whole kinds of the clouds' own, and tells nobody of what their agents made", () => {
    const made = plan([
      object("vpcresources.k8s.aws/v1alpha1", "CNINode", "ip-10-20-0-7"),
      object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "shop/web"),
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "eniconfigs.crd.k8s.amazonaws.com", {
        spec: { group: "crd.k8s.amazonaws.com", names: { kind: "ENIConfig" } },
      }),
    ]);
    expect(made.maps.leftOutKinds).toEqual(
      expect.arrayContaining([
        "cninodes.vpcresources.k8s.aws",
        "eniconfigs.crd.k8s.amazonaws.com",
        "storageclasses.storage.k8s.io",
        "targetgroupbindings.elbv2.k8s.aws",
      ]),
    );
    expect(made.maps.leftOut).toEqual(["CustomResourceDefinition eniconfigs.crd.k8s.amazonaws.com"]);
    expect(made.findings.filter(({ code }) => code === "cloud-object")).toMatchObject([
      { object: "TargetGroupBinding shop/web" },
    ]);
  });

  it("leaves sealed secrets to Git, unless somebody has made one beside it", () => {
    const tracked = {
      metadata: { annotations: { "argocd.argoproj.io/tracking-id": "web:bitnami.com/SealedSecret:shop/a" } },
    };
    const ofGit = object("bitnami.com/v1alpha1", "SealedSecret", "shop/a", tracked);
    const byHand = object("bitnami.com/v1alpha1", "SealedSecret", "shop/b");
    expect(plan([ofGit]).maps.leftOutKinds).toContain("sealedsecrets.bitnami.com");
    expect(plan([ofGit, byHand]).maps.leftOutKinds).not.toContain("sealedsecrets.bitnami.com");
  });

  it.each([
    ["cilium.io/v2", "CiliumNetworkPolicy", "blocking"],
    ["services.k8s.example.com/v1", "Nothing", undefined],
    ["s3.services.k8s.aws/v1alpha1", "Bucket", "blocking"],
    ["storage.azure.com/v1", "StorageAccount", "blocking"],
    ["sql.cnrm.cloud.google.com/v1beta1", "SQLInstance", "blocking"],
    ["cloud.google.com/v1", "BackendConfig", "blocking"],
    ["monitoring.googleapis.com/v1", "PodMonitoring", "blocking"],
    ["networking.gke.io/v1", "ManagedCertificate", "adapted"],
    ["appgw.ingress.k8s.io/v1", "AzureIngressProhibitedTarget", "adapted"],
    ["approuting.kubernetes.azure.com/v1", "NginxIngressController", "adapted"],
    ["karpenter.sh/v1", "NodePool", "adapted"],
    ["cilium.io/v2", "CiliumEndpoint", undefined],
    ["networking.gke.io/v1", "NodeTopology", undefined],
  ])("an object of %s %s is %s", (apiVersion, kind, severity) => {
    const { findings } = plan([object(apiVersion, kind, "shop/one")]);
    expect(findings.find(({ code }) => code === "cloud-object")?.severity).toBe(severity);
  });

  it("is text that Velero reads, of version v1", () => {
    const { maps } = plan([
      claim("shop/copy", { storageClassName: "gp3", dataSource: { kind: "PersistentVolumeClaim", name: "old" } }),
      mounting("shop/copy"),
    ]);
    expect(JSON.parse(modifiersText(maps.modifiers))).toEqual({
      version: "v1",
      resourceModifierRules: [
        {
          conditions: { groupResource: "persistentvolumeclaims", namespaces: ["shop"], resourceNameRegex: "^copy$" },
          mergePatches: [{ patchData: '{"spec":{"dataSource":null,"dataSourceRef":null}}' }],
        },
      ],
    });
  });

  it.each([
    ["apps/v1", "Deployment", "deployments.apps"],
    ["v1", "Service", "services"],
    ["networking.k8s.io/v1", "Ingress", "ingresses.networking.k8s.io"],
    ["networking.k8s.io/v1", "NetworkPolicy", "networkpolicies.networking.k8s.io"],
  ])("names %s %s %s", (apiVersion, kind, expected) => {
    expect(groupResource(apiVersion, kind)).toBe(expected);
  });
});
