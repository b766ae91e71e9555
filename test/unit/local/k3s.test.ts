import { describe, expect, it } from "vitest";
import { compare } from "../../../cli/rehearse/existing";
import { distributionOf } from "../../../simulator/local";
import { daemonSetFor } from "../../../simulator/local/servicelb";
import { localVolume, refuse } from "../../../simulator/local/volumes";

describe("distributionOf", () => {
  it("takes contexts of kind's own form for kind, all others for K3s", () => {
    const provider = (context: string) => distributionOf(context).node(context).providerId;
    expect(provider("kind-kind")).toBe("kind://docker/kind/kind-control-plane");
    expect(provider("rancher-desktop")).toBe("k3s://lima-rancher-desktop");
  });

  it("has one default class, which cannot grow", () => {
    for (const context of ["kind-kind", "rancher-desktop"]) {
      const classes = distributionOf(context)
        .objects()
        .filter(({ kind }) => kind === "StorageClass");
      expect(classes).toHaveLength(1);
      expect(classes[0]).toMatchObject({
        provisioner: "rancher.io/local-path",
        volumeBindingMode: "WaitForFirstConsumer",
        metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      });
      expect(classes[0]).not.toHaveProperty("allowVolumeExpansion");
    }
  });
});

describe("local-path volumes", () => {
  const claim = {
    metadata: { name: "data", namespace: "shop", uid: "1234" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1500M" } } },
  };

  it("are folders of the chosen node, of the size that was asked for", () => {
    const { spec } = localVolume(claim, { provisioner: "rancher.io/local-path" }, "node-1", "/var/volumes");
    expect(spec).toMatchObject({
      capacity: { storage: "1500M" },
      hostPath: { path: "/var/volumes/pvc-1234_shop_data" },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: ["node-1"] }] }] } },
    });
  });

  it("are local ones where the class says so, as K3s' does", () => {
    const metadata = { name: "local-path", annotations: { defaultVolumeType: "local" } };
    const { spec } = localVolume(claim, { metadata, provisioner: "rancher.io/local-path" }, "node-1", "/var/volumes");
    expect(spec?.local).toEqual({ path: "/var/volumes/pvc-1234_shop_data" });
    expect(spec?.hostPath).toBeUndefined();
  });

  it("are not shared", () => {
    expect(refuse(claim)).toBeUndefined();
    expect(refuse({ spec: { accessModes: ["ReadWriteMany"] } })).toContain("only supports ReadWriteOnce");
  });
});

describe("ServiceLB", () => {
  it("holds every port of the Service on the node", () => {
    const metadata = { name: "traefik", namespace: "kube-system", uid: "0507a580-aaaa" };
    const { metadata: made, spec } = daemonSetFor({ metadata, spec: { ports: [{ port: 80 }, { port: 443 }] } });
    expect(made?.name).toBe("svclb-traefik-0507a580");
    expect(spec?.template.spec?.containers.map(({ name, ports }) => [name, ports?.[0]?.hostPort])).toEqual([
      ["lb-tcp-80", 80],
      ["lb-tcp-443", 443],
    ]);
  });
});

it("compare names what is new and what is gone", () => {
  expect(compare(["Namespace default", "StorageClass a (default)"], ["Namespace default", "StorageClass a"])).toEqual([
    "left: StorageClass a",
    "lost: StorageClass a (default)",
  ]);
});
